/// A webhook of one conversation.
public struct ScopedWebhook: Sendable, Hashable {
    public enum Target: String, Sendable, Codable, Hashable, CaseIterable {
        /// A URL that is told of the events in `filters`.
        case webhook
        /// A URL that is told of messages whose body has one of `triggers`.
        case trigger
        /// A flow of the contract's hosted service. It is stored and shown, and never called: there is nothing here that runs flows.
        case studio
    }

    public let sid: SID
    public let conversation: SID
    public let target: Target
    /// Absolute, http or https; nil for `studio`.
    public var url: String?
    public var method: HookMethod
    /// In the order they were given.
    public var filters: [Hook]
    /// Keywords, in the order they were given.
    public var triggers: [String]
    public var flow: SID?
    /// Messages beyond this index are replayed to it, as the caller asked when it was made.
    public let replayAfter: Int?
    /// The messages that are still to be replayed; nil when none are.
    public var replay: Range<Int>?
    /// The position of the latest event when it was made: it is told of what comes after. Set by the store.
    public let since: Int64
    public var created: Instant
    public var updated: Instant

    public init(
        sid: SID, conversation: SID, target: Target, url: String? = nil, method: HookMethod = .post, filters: [Hook] = [],
        triggers: [String] = [], flow: SID? = nil, replayAfter: Int? = nil, replay: Range<Int>? = nil, since: Int64 = 0, created: Instant,
        updated: Instant
    ) {
        self.sid = sid
        self.conversation = conversation
        self.target = target
        self.url = url
        self.method = method
        self.filters = filters
        self.triggers = triggers
        self.flow = flow
        self.replayAfter = replayAfter
        self.replay = replay
        self.since = since
        self.created = created
        self.updated = updated
    }
}
