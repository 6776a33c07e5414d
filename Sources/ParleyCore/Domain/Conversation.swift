/// A conversation's row.
public struct Conversation: Sendable, Hashable {
    /// initializing → active or closed; active ⇄ inactive; either → closed, which is final.
    public enum State: String, Sendable, Codable, CaseIterable {
        /// Its first participants are being added; until then it is read-only.
        case initializing
        case active
        case inactive
        case closed
    }

    public let sid: SID
    public let service: SID
    public var state: State
    public var uniqueName: String?
    public var friendlyName: String?
    /// JSON, kept byte for byte.
    public var attributes: String
    public var messagingService: SID?
    public var created: Instant
    public var updated: Instant
    /// ISO 8601 durations as they were given.
    public var inactiveTimer: String?
    public var closedTimer: String?
    /// When the timers act next; nil while they do not run.
    public var inactiveAt: Instant?
    public var closedAt: Instant?
    /// The email binding of the contract, stored and returned.
    public var emailBindingName: String?
    public var emailBindingAddress: String?
    /// Who made it: an identity, or `system`.
    public var createdBy: String
    /// The index that the next message gets. Changed only through ``WriteTransaction/allotIndex(in:at:)``.
    public var nextIndex: Int
    /// Live messages, participants, and non-chat participants.
    public var messageCount: Int
    public var participantCount: Int
    public var nonChatCount: Int
    public var lastMessageAt: Instant?

    public init(
        sid: SID, service: SID, state: State = .active, uniqueName: String? = nil, friendlyName: String? = nil, attributes: String = "{}",
        messagingService: SID? = nil, created: Instant, updated: Instant, inactiveTimer: String? = nil, closedTimer: String? = nil,
        inactiveAt: Instant? = nil, closedAt: Instant? = nil, emailBindingName: String? = nil, emailBindingAddress: String? = nil,
        createdBy: String = "system",
        nextIndex: Int = 0, messageCount: Int = 0, participantCount: Int = 0, nonChatCount: Int = 0, lastMessageAt: Instant? = nil
    ) {
        self.sid = sid
        self.service = service
        self.state = state
        self.uniqueName = uniqueName
        self.friendlyName = friendlyName
        self.attributes = attributes
        self.messagingService = messagingService
        self.created = created
        self.updated = updated
        self.inactiveTimer = inactiveTimer
        self.closedTimer = closedTimer
        self.inactiveAt = inactiveAt
        self.closedAt = closedAt
        self.emailBindingName = emailBindingName
        self.emailBindingAddress = emailBindingAddress
        self.createdBy = createdBy
        self.nextIndex = nextIndex
        self.messageCount = messageCount
        self.participantCount = participantCount
        self.nonChatCount = nonChatCount
        self.lastMessageAt = lastMessageAt
    }
}
