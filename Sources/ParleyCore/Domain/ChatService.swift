/// A service's row: conversations, users and roles belong to one, and see nothing of another.
public struct ChatService: Sendable, Hashable {
    public let sid: SID
    public var friendlyName: String
    public let created: Instant
    public var updated: Instant
    /// Whether users of the service see of each other who is online.
    public var reachabilityEnabled: Bool
    /// The role of a user in the service, of a participant in a conversation, and of the user who made the conversation, where none is
    /// named.
    public var defaultServiceRole: SID
    public var defaultConversationRole: SID
    public var defaultCreatorRole: SID

    public init(
        sid: SID, friendlyName: String, created: Instant, updated: Instant, reachabilityEnabled: Bool = false,
        defaultServiceRole: SID, defaultConversationRole: SID, defaultCreatorRole: SID
    ) {
        self.sid = sid
        self.friendlyName = friendlyName
        self.created = created
        self.updated = updated
        self.reachabilityEnabled = reachabilityEnabled
        self.defaultServiceRole = defaultServiceRole
        self.defaultConversationRole = defaultConversationRole
        self.defaultCreatorRole = defaultCreatorRole
    }

    /// True when the role is given to those for whom none is named, so that it cannot go.
    public func isDefault(_ role: SID) -> Bool { [defaultServiceRole, defaultConversationRole, defaultCreatorRole].contains(role) }
}

/// What users of a service are to be told by push (contract: REST §4 `new_message`). It is stored and returned: this gateway pushes nothing
/// itself.
public struct NotificationSettings: Sendable, Hashable, Codable {
    /// One occasion for a notification.
    public struct Occasion: Sendable, Hashable, Codable {
        public var isEnabled = false
        public var template = ""
        public var sound = ""

        public init() {}
    }

    public var isLogEnabled = false
    public var newMessage = Occasion()
    public var countsBadge = false
    /// For a new message with media; it has no sound of its own.
    public var newMessageWithMedia = Occasion()
    public var addedToConversation = Occasion()
    public var removedFromConversation = Occasion()

    public init() {}
}
