/// What the rules need to know of a configured adapter.
public struct AdapterProfile: Sendable, Hashable {
    /// What happens to an inbound message of a pair that nobody holds.
    public enum UnknownSender: String, Sendable, CaseIterable {
        case hold
        case reject
        /// A conversation is made for it.
        case autocreate
    }

    /// What happens to an attempt whose answer is unknown once no receipt came.
    public enum WhenUnknown: String, Sendable, CaseIterable {
        case retry
        case hold
    }

    /// The most inbound messages of one pair within a window; beyond, the pair is paused.
    public struct LoopGuard: Sendable, Hashable {
        public var count: Int
        public var window: Duration

        public init(count: Int, window: Duration) {
            self.count = count
            self.window = window
        }
    }

    /// What a rate counts.
    public enum RateUnit: String, Sendable, CaseIterable {
        case messages
        /// Parts that a text becomes as SMS; other messages count as one.
        case segments
    }

    /// The most that a text may become as SMS, and what happens with a longer one.
    public struct TextBound: Sendable, Hashable {
        public enum Beyond: String, Sendable, CaseIterable {
            /// It leaves as several messages, each of which is within the limit and begins with its number.
            case split
            /// It is cut, and ends with a link to the whole.
            case link
        }

        /// Of one message; 1…255.
        public var segmentsMax: Int
        public var beyond: Beyond

        public init(segmentsMax: Int, beyond: Beyond = .split) {
            self.segmentsMax = segmentsMax
            self.beyond = beyond
        }
    }

    public var name: String
    /// `mock`, `http-sms` or `smtp`.
    public var type: String
    public var channel: Channel
    public var addresses: [AddressPattern]
    public var validity: Duration
    /// Attempts under way at once.
    public var concurrency: Int
    /// Attempts begun per second; nil for no limit.
    public var rate: Double?
    /// The same for each proxy address, without a burst; nil for no limit.
    public var ratePerProxy: Double?
    /// What both rates count.
    public var rateUnit = RateUnit.messages
    /// How long after something was taken its receipt is awaited, before the lack of one is shown; nil for ever.
    public var noReceiptAfter: Duration? = .seconds(24 * 3600)
    public var unknownSender: UnknownSender
    public var whenUnknown: WhenUnknown
    public var loopGuard: LoopGuard?
    /// True when typographic characters are replaced where that makes a text fit the GSM alphabet (``SMSText/replacingTypography(in:)``).
    public var replacesTypography = false
    /// The length of texts; nil when only the provider limits it.
    public var textBound: TextBound?
    /// The words by which people stop messages; nil when the adapter looks for none.
    public var consentWords: ConsentWords?
    /// What people are sent who say one of these words; nothing for those that are left out.
    public var confirmations: [ConsentWord: String] = [:]
    public var capabilities: Capabilities

    public init(
        name: String, type: String, channel: Channel, addresses: [AddressPattern], validity: Duration? = nil, concurrency: Int = 32,
        rate: Double? = nil, unknownSender: UnknownSender = .hold, whenUnknown: WhenUnknown = .retry,
        loopGuard: LoopGuard? = LoopGuard(count: 20, window: .seconds(60)), capabilities: Capabilities = Capabilities()
    ) {
        self.name = name
        self.type = type
        self.channel = channel
        self.addresses = addresses
        self.validity = validity ?? AdapterProfile.validityDefault(channel)
        self.concurrency = concurrency
        self.rate = rate
        self.unknownSender = unknownSender
        self.whenUnknown = whenUnknown
        self.loopGuard = loopGuard
        consentWords = channel == .sms ? ConsentWords() : nil
        self.capabilities = capabilities
    }

    /// True when one of its patterns describes the address; another adapter's may describe it more closely.
    public func serves(_ address: Address) -> Bool { addresses.contains { $0.matches(address) } }

    /// SMS 4 hours, mail 3 days.
    public static func validityDefault(_ channel: Channel) -> Duration {
        switch channel {
        case .sms: .seconds(4 * 3600)
        case .email: .seconds(3 * 24 * 3600)
        }
    }

    public var laneOrder: LaneOrder { AdapterProfile.laneOrder(channel) }

    public static func laneOrder(_ channel: Channel) -> LaneOrder {
        switch channel {
        case .sms: .strict
        case .email: .firstAttempts
        }
    }
}

/// A proxy address, or a pattern of them with one `*` that stands for any characters but `@`.
public struct AddressPattern: Sendable, Hashable, CustomStringConvertible {
    /// As written in the settings.
    public let text: String
    private let head: String
    private let tail: String?

    /// - Throws: ``AddressProblem`` when it is neither an address nor a pattern.
    public init(_ text: String) throws(AddressProblem) {
        self.text = text
        let parts = text.lowercased().split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { throw AddressProblem("has more than one *") }
        if parts.count == 2 {
            guard text.contains("@") || text.hasPrefix("+") else {
                throw AddressProblem("is a pattern of neither mail addresses nor E.164 numbers")
            }
            head = String(parts[0])
            tail = String(parts[1])
        } else {
            head = try Address(text).key
            tail = nil
        }
    }

    public var isExact: Bool { tail == nil }

    /// How closely the pattern describes an address: an exact one beats any pattern, a longer pattern beats a shorter.
    public var weight: Int { isExact ? Int.max : head.count + (tail?.count ?? 0) }

    /// True when both describe one address at least. Of two patterns, one's ends must go on from the other's.
    public func overlaps(_ other: AddressPattern) -> Bool {
        switch (tail, other.tail) {
        case (nil, nil): return head == other.head
        case (nil, _?): return (try? Address(text)).map(other.matches) ?? false
        case (_?, nil): return other.overlaps(self)
        case (let mine?, let theirs?):
            return (head.hasPrefix(other.head) || other.head.hasPrefix(head)) && (mine.hasSuffix(theirs) || theirs.hasSuffix(mine))
        }
    }

    public func matches(_ address: Address) -> Bool {
        guard let tail else { return address.key == head }
        let key = address.key
        guard key.hasPrefix(head), key.hasSuffix(tail), key.utf8.count > head.utf8.count + tail.utf8.count else { return false }
        let middle = key.dropFirst(head.count).dropLast(tail.count)
        return !middle.contains("@")
    }

    public var description: String { text }
}

/// Which adapter serves which proxy address. A value; a reload makes a new one.
public struct AdapterDirectory: Sendable, Hashable {
    public let profiles: [String: AdapterProfile]
    /// An adapter is in one of them at most.
    public let routes: [AdapterRoute]

    public init(_ profiles: [AdapterProfile], routes: [AdapterRoute] = []) {
        self.profiles = Dictionary(profiles.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.routes = routes
    }

    public func profile(_ name: String) -> AdapterProfile? { profiles[name] }

    /// The adapter that serves an address: exact beats pattern, a longer pattern beats a shorter. Where that one is of a route, it is the
    /// route's first that serves the address, however closely its own pattern describes it. The name breaks a tie, so that the answer is always
    /// the same; the settings refuse such ties.
    public func owner(of address: Address) -> AdapterProfile? {
        let closest = profiles.values
            .compactMap { profile in profile.addresses.filter { $0.matches(address) }.map(\.weight).max().map { (profile, $0) } }
            .max { ($0.1, $1.0.name) < ($1.1, $0.0.name) }?.0
        guard let closest, let route = route(of: closest.name) else { return closest }
        return route.adapters.lazy.compactMap { profile($0) }.first { $0.serves(address) } ?? closest
    }

    public func route(of adapter: String) -> AdapterRoute? { routes.first { $0.adapters.contains(adapter) } }

    /// True when an adapter may receive for an address: it is the owner, or it serves the address too and is of the owner's route.
    public func serves(_ adapter: String, _ address: Address) -> Bool {
        guard let owner = owner(of: address) else { return false }
        if owner.name == adapter { return true }
        guard let route = route(of: owner.name), route.adapters.contains(adapter) else { return false }
        return profile(adapter)?.serves(address) ?? false
    }

    /// The adapter that is tried next for a pair's messages; nil when there is none.
    public func next(after adapter: String, for pair: PairKey) -> AdapterProfile? {
        guard let route = route(of: adapter), let place = route.adapters.firstIndex(of: adapter),
            let proxy = try? Address(String(pair.proxy))
        else { return nil }
        return route.adapters[(place + 1)...].lazy.compactMap { profile($0) }.first { $0.serves(proxy) }
    }

    /// True when evidence by one adapter may be about a delivery of the other.
    public func areOfOneRoute(_ one: String, _ other: String) -> Bool {
        one == other || (route(of: one)?.adapters.contains(other) ?? false)
    }
}
