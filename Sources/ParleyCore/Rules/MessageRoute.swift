/// Which way a message from one address to another goes, as far as the settings say it: which of the two is ours, and whose.
public struct MessageRoute: Sendable, Hashable {
    public enum Direction: String, Sendable, CaseIterable {
        /// From a person to one of our addresses.
        case inbound
        /// From one of our addresses to a person.
        case outbound
    }

    /// A pattern of an adapter that describes the address that is ours.
    public struct Claim: Sendable, Hashable {
        public let adapter: String
        public let pattern: AddressPattern
    }

    /// Why two addresses are no route.
    public enum Problem: Error, Sendable, Hashable {
        /// Adapters serve both of them.
        case bothOurs(from: String, to: String)
        /// No adapter serves either.
        case neitherOurs
    }

    public let direction: Direction
    /// The address that is ours is without the reply token that it came with.
    public let pair: Pair
    /// The adapter that serves the address that is ours.
    public let adapter: AdapterProfile
    /// Every pattern that describes the address that is ours. The first decides and is the adapter's.
    public let claims: [Claim]

    /// False for a phone number and a mail address, between which nothing goes.
    public var isOfOneChannel: Bool { pair.proxy.channel == pair.address.channel }

    /// - Throws: ``Problem`` unless exactly one of the two is ours.
    public init(from: Address, to: Address, in directory: AdapterDirectory) throws(Problem) {
        let recipient = MailSigner.parts(of: to)?.bare ?? to
        switch (directory.owner(of: from), directory.owner(of: recipient)) {
        case (let sending?, let receiving?): throw .bothOurs(from: sending.name, to: receiving.name)
        case (nil, nil): throw .neitherOurs
        case (nil, let receiving?):
            direction = .inbound
            pair = Pair(proxy: recipient, address: from)
            adapter = receiving
        case (let sending?, nil):
            direction = .outbound
            pair = Pair(proxy: from, address: to)
            adapter = sending
        }
        claims = directory.claims(on: pair.proxy)
    }
}

extension AdapterDirectory {
    /// Every pattern that describes an address, in the order in which they decide (``owner(of:)``): exact before patterns, longer before
    /// shorter ones, then by the adapter's name; in a route by the order of its adapters.
    public func claims(on address: Address) -> [MessageRoute.Claim] {
        let all = profiles.values.flatMap { profile in
            profile.addresses.filter { $0.matches(address) }.map { MessageRoute.Claim(adapter: profile.name, pattern: $0) }
        }
        var sorted = all.sorted {
            ($1.pattern.weight, $0.adapter, $0.pattern.text) < ($0.pattern.weight, $1.adapter, $1.pattern.text)
        }
        // In a route it is the order of the adapters that decides.
        if let owner = owner(of: address)?.name, let first = sorted.firstIndex(where: { $0.adapter == owner }) {
            sorted.insert(sorted.remove(at: first), at: 0)
        }
        return sorted
    }
}
