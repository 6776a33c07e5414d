/// A role's row: what users of a service may do in it, or participants in a conversation (contract: semantics §14).
///
/// Roles limit users of applications only; callers of the REST API may do everything.
public struct Role: Sendable, Hashable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case conversation
        case service
    }

    public let sid: SID
    public let service: SID
    public var friendlyName: String
    public let kind: Kind
    /// In the order in which they were given, each once.
    public var permissions: [Permission]
    public let created: Instant
    public var updated: Instant

    public init(
        sid: SID, service: SID, friendlyName: String, kind: Kind, permissions: [Permission], created: Instant, updated: Instant
    ) {
        self.sid = sid
        self.service = service
        self.friendlyName = friendlyName
        self.kind = kind
        self.permissions = permissions
        self.created = created
        self.updated = updated
    }
}

/// What a role may allow. The raw value is the contract's word.
public enum Permission: String, Sendable, Hashable, CaseIterable {
    case createConversation
    case joinConversation
    case sendMessage
    case sendMediaMessage
    case leaveConversation
    case deleteOwnMessage
    case editNotificationLevel
    case editOwnMessage
    case editOwnMessageAttributes
    case editOwnUserInfo
    case editOwnParticipantAttributes
    case addParticipant
    case addNonChatParticipant
    case removeParticipant
    case editConversationName
    case editConversationAttributes
    case editAnyMessage
    case editAnyMessageAttributes
    case editAnyUserInfo
    case editAnyParticipantAttributes
    case deleteAnyMessage
    case deleteConversation

    /// The types of role that it fits. What a service's role allows, it allows in every conversation of the service.
    public var kinds: Set<Role.Kind> {
        switch self {
        case .createConversation, .joinConversation: [.service]
        case .sendMessage, .sendMediaMessage, .leaveConversation, .deleteOwnMessage, .editNotificationLevel: [.conversation]
        default: [.conversation, .service]
        }
    }

    /// All that fit a type of role.
    public static func fitting(_ kind: Role.Kind) -> [Permission] { allCases.filter { $0.kinds.contains(kind) } }
}

extension Role {
    /// One of the three roles that a new service has.
    public struct Preset: Sendable {
        public let friendlyName: String
        public let kind: Kind
        public let permissions: [Permission]

        /// For every user of the service. To join a conversation uninvited is not among it: conversations are private.
        public static let serviceUser = Preset(
            friendlyName: "service user", kind: .service,
            permissions: [.createConversation, .editOwnUserInfo, .editOwnMessage, .editOwnMessageAttributes])

        /// For those who were added to a conversation.
        public static let conversationUser = Preset(
            friendlyName: "conversation user", kind: .conversation,
            permissions: [
                .sendMessage, .sendMediaMessage, .leaveConversation, .editOwnMessage, .editOwnMessageAttributes, .deleteOwnMessage,
                .editOwnUserInfo, .editOwnParticipantAttributes, .editNotificationLevel,
            ])

        /// For the one who made a conversation.
        public static let conversationAdmin = Preset(
            friendlyName: "conversation admin", kind: .conversation, permissions: Permission.fitting(.conversation))
    }
}
