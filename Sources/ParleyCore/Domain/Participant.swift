/// A participant's row: a chat participant has an identity, a non-chat participant has a binding.
public struct Participant: Sendable, Hashable {
    /// How a non-chat participant is reached.
    public struct Binding: Sendable, Hashable {
        public let pair: Pair
        /// The adapter that served the proxy address when the participant was added.
        public var adapter: String

        public init(pair: Pair, adapter: String) {
            self.pair = pair
            self.adapter = adapter
        }

        public var channel: Channel { pair.address.channel }
    }

    /// Whether a user wants to be notified of a conversation; only push notifications would ask for it.
    public enum NotificationLevel: String, Sendable, Codable, CaseIterable {
        case `default`
        case muted
    }

    public let sid: SID
    public let conversation: SID
    public var identity: String?
    public let binding: Binding?
    /// True while the pair is held: at most one bound participant per pair exists. Removal, delete and close clear it.
    public var isBound: Bool
    public var role: SID?
    public var attributes: String
    public var created: Instant
    public var updated: Instant
    public var lastReadIndex: Int?
    public var lastReadAt: Instant?
    public var notificationLevel: NotificationLevel
    public var removed: Instant?

    public init(
        sid: SID, conversation: SID, identity: String? = nil, binding: Binding? = nil, isBound: Bool = false, role: SID? = nil,
        attributes: String = "{}", created: Instant, updated: Instant, lastReadIndex: Int? = nil, lastReadAt: Instant? = nil,
        notificationLevel: NotificationLevel = .default, removed: Instant? = nil
    ) {
        self.sid = sid
        self.conversation = conversation
        self.identity = identity
        self.binding = binding
        self.isBound = isBound
        self.role = role
        self.attributes = attributes
        self.created = created
        self.updated = updated
        self.lastReadIndex = lastReadIndex
        self.lastReadAt = lastReadAt
        self.notificationLevel = notificationLevel
        self.removed = removed
    }
}
