/// Whether one of our addresses may write to a person: the one list that keywords, providers and the API feed, and that every sending asks.
public struct Consent: Sendable, Hashable {
    public enum State: String, Sendable, Codable, CaseIterable {
        /// Nothing may be sent.
        case stopped
        /// It was stopped once and may be sent again.
        case active
    }

    /// Who said so.
    public enum Source: String, Sendable, Codable, CaseIterable {
        /// The person, by a word in a message.
        case keyword
        /// The provider, by its own word or error code.
        case provider
        /// The API or the operator.
        case api
    }

    public let pair: PairKey
    public var state: State
    public var source: Source
    /// The adapter by which it came; nil from the API.
    public var adapter: String?
    /// The word, the provider's code, or the reason that was given.
    public var detail: String?
    /// The message that said so.
    public var message: SID?
    public var changed: Instant

    public init(
        pair: PairKey, state: State, source: Source, adapter: String? = nil, detail: String? = nil, message: SID? = nil, changed: Instant
    ) {
        self.pair = pair
        self.state = state
        self.source = source
        self.adapter = adapter
        self.detail = detail
        self.message = message
        self.changed = changed
    }

    /// The two canonical addresses of the pair.
    public var addresses: (proxy: String, address: String) { pair.addresses }
}

extension PairKey {
    /// The canonical addresses that the key is made of.
    public var addresses: (proxy: String, address: String) {
        let parts = rawValue.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return (parts.first ?? "", parts.count > 1 ? parts[1] : "")
    }
}

/// What consents a list has.
public struct ConsentFilter: Sendable, Hashable {
    public var state: Consent.State?
    /// The canonical form of the person's address.
    public var address: String?

    public init(state: Consent.State? = nil, address: String? = nil) {
        self.state = state
        self.address = address
    }
}
