/// What webhooks are told of, by the contract's names (contract: semantics §8). A pre-hook is asked before something happens and may change or refuse
/// it; a post-hook is told of it afterwards.
public enum Hook: String, Sendable, Codable, Hashable, CaseIterable {
    case onConversationAdd
    case onConversationUpdate
    case onConversationRemove
    case onParticipantAdd
    case onParticipantUpdate
    case onParticipantRemove
    case onMessageAdd
    case onMessageUpdate
    case onMessageRemove
    case onUserUpdate
    case onConversationAdded
    case onConversationUpdated
    case onConversationRemoved
    case onConversationStateUpdated
    case onParticipantAdded
    case onParticipantUpdated
    case onParticipantRemoved
    case onMessageAdded
    case onMessageUpdated
    case onMessageRemoved
    case onDeliveryUpdated
    case onUserAdded
    case onUserUpdated

    /// True for those that are asked before the fact.
    public var isPre: Bool {
        switch self {
        case .onConversationAdd, .onConversationUpdate, .onConversationRemove, .onParticipantAdd, .onParticipantUpdate,
            .onParticipantRemove, .onMessageAdd, .onMessageUpdate, .onMessageRemove, .onUserUpdate:
            true
        default: false
        }
    }

    /// Those that a webhook of one conversation can be told of: what happens within it, afterwards. A conversation that is only being added has no
    /// webhooks yet, and users belong to no conversation.
    public static let ofConversations = allCases.filter { hook in
        !hook.isPre && ![.onConversationAdded, .onUserAdded, .onUserUpdated].contains(hook)
    }
}

/// The method by which a webhook is called: POST carries the parameters as a form, GET as the query.
public enum HookMethod: String, Sendable, Codable, Hashable, CaseIterable {
    case get
    case post
}
