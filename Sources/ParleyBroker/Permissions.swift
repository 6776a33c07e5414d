public import ParleyCore

/// What users of applications may do (contract: semantics §14).
///
/// The REST API may do everything, and so may people outside within their own conversations: nothing is asked for them, and no query is
/// made. A user (an origin with an identity) sees only conversations that they are a participant of, and does only what a role of theirs
/// allows: the one they have in the conversation, or the one they have in the service, which counts in all its conversations.
public enum Permissions {
    /// Acts that differ by whose thing is acted on. Who may touch anybody's may touch their own.
    enum Act: CaseIterable {
        case editMessage
        case editMessageAttributes
        case deleteMessage
        case editUser
        case editParticipantAttributes
        case remove

        var own: Permission {
            switch self {
            case .editMessage: .editOwnMessage
            case .editMessageAttributes: .editOwnMessageAttributes
            case .deleteMessage: .deleteOwnMessage
            case .editUser: .editOwnUserInfo
            case .editParticipantAttributes: .editOwnParticipantAttributes
            case .remove: .leaveConversation
            }
        }

        var any: Permission {
            switch self {
            case .editMessage: .editAnyMessage
            case .editMessageAttributes: .editAnyMessageAttributes
            case .deleteMessage: .deleteAnyMessage
            case .editUser: .editAnyUserInfo
            case .editParticipantAttributes: .editAnyParticipantAttributes
            case .remove: .removeParticipant
            }
        }
    }

    // MARK: Reading

    /// - Throws: 403/50430 for a user who is no participant of the conversation.
    public static func mayRead(_ conversation: Conversation, _ transaction: any ReadTransaction, _ origin: Origin) throws {
        _ = try Actor(in: conversation, transaction, origin)
    }

    /// A medium is read by those who read its message; before it belongs to one, by whoever uploaded it.
    ///
    /// - Throws: 403/50430.
    public static func mayRead(_ media: Media, _ transaction: any ReadTransaction, _ origin: Origin) throws {
        guard let identity = origin.identity else { return }
        if let message = media.message {
            guard let row = try transaction.message(message), let conversation = try transaction.conversation(row.conversation) else {
                throw Refusal.notParticipant
            }
            return try mayRead(conversation, transaction, origin)
        }
        guard media.author == identity else { throw Refusal.notParticipant }
    }

    /// Users fetch one another by name, and cannot list who there is.
    ///
    /// - Throws: 403/50107.
    public static func mayListUsers(_ origin: Origin) throws(Refusal) { try onlyAPI(origin, "list users") }

    /// Whose conversations are listed.
    ///
    /// - Parameter identity: nil for an address.
    /// - Throws: 403/50107 for a user who asks for another's.
    public static func mayListConversations(of identity: String?, _ origin: Origin) throws(Refusal) {
        guard let own = origin.identity, own != identity else { return }
        throw .forbidden("conversations of another are not shown")
    }

    /// The conversations of a service that are shown: to a user those that they are in, in the order in which they joined, or the latest
    /// first when the filter has a date.
    public static func conversations(
        _ filter: ConversationFilter, _ request: PageRequest, _ transaction: any ReadTransaction, _ origin: Origin
    ) throws -> Page<Conversation> {
        guard let identity = origin.identity else { return try transaction.conversations(filter, page: request) }
        let own = MembershipFilter(
            .identity(identity), service: filter.service, state: filter.state, from: filter.from, until: filter.until)
        let page = try transaction.memberships(own, page: request)
        return Page(rows: page.rows.map(\.conversation), next: page.next, previous: page.previous)
    }

    // MARK: Acting

    static func mayCreate(_ fact: CreateConversation, in service: SID, _ transaction: any ReadTransaction, _ origin: Origin) throws {
        guard let identity = origin.identity else { return }
        try fact.changes.refuseReserved()
        try requireInService(.createConversation, of: identity, service, transaction)
    }

    /// Closing ends a conversation for everybody, as deleting it does; the names have a permission of their own; the rest goes by that of
    /// the attributes.
    static func mayUpdate(
        _ conversation: Conversation, _ changes: ConversationChanges, _ transaction: any ReadTransaction, _ origin: Origin
    ) throws {
        guard let actor = try Actor(in: conversation, transaction, origin) else { return }
        try changes.refuseReserved()
        let names = changes.friendlyName != nil || changes.uniqueName != nil
        if names { try actor.needs(.editConversationName) }
        if changes.state == .closed { try actor.needs(.deleteConversation) }
        let others = changes.attributes != nil || changes.inactiveTimer != nil || changes.closedTimer != nil
        let reopens = changes.state != nil && changes.state != .closed
        if others || reopens || (!names && changes.state == nil) { try actor.needs(.editConversationAttributes) }
    }

    static func mayDelete(_ conversation: Conversation, _ transaction: any ReadTransaction, _ origin: Origin) throws {
        try Actor(in: conversation, transaction, origin)?.needs(.deleteConversation)
    }

    /// To add oneself is to join, which the service's role allows to those who are no participants yet. Roles are given by the REST API
    /// only.
    ///
    /// - Throws: 409/50433 for those who are in it already, whether or not they might join; 403/50107.
    static func mayAdd(_ fact: AddParticipant, to conversation: Conversation, _ transaction: any ReadTransaction, _ origin: Origin) throws {
        guard let identity = origin.identity else { return }
        try refuse([("RoleSid", fact.role != nil), ("DateCreated", fact.created != nil), ("DateUpdated", fact.updated != nil)])
        if fact.identity == identity {
            if try transaction.participant(identity: identity, in: conversation.sid) != nil { throw Refusal.identityTaken }
            return try requireInService(.joinConversation, of: identity, conversation.service, transaction)
        }
        try Actor(in: conversation, transaction, origin)?.needs(fact.identity == nil ? .addNonChatParticipant : .addParticipant)
    }

    /// How far somebody has read is theirs to say; who somebody is, and with which role, is the REST API's.
    static func mayUpdate(
        _ participant: Participant, by fact: UpdateParticipant, in conversation: Conversation, _ transaction: any ReadTransaction,
        _ origin: Origin
    ) throws {
        guard let actor = try Actor(in: conversation, transaction, origin) else { return }
        let isOwn = actor.participant.sid == participant.sid
        try refuse([
            ("RoleSid", fact.role != nil), ("Identity", fact.identity != nil), ("MessagingBinding.ProxyAddress", fact.proxyAddress != nil),
            ("MessagingBinding.ProjectedAddress", fact.projectedAddress != nil),
            ("DateCreated", fact.created != nil), ("DateUpdated", fact.updated != nil),
            ("LastReadMessageIndex", fact.lastReadIndex != nil && !isOwn), ("LastReadTimestamp", fact.lastReadAt != nil && !isOwn),
        ])
        if fact.attributes != nil || !isOwn { try actor.needs(.editParticipantAttributes, isOwn: isOwn) }
    }

    static func mayRemove(
        _ participant: Participant, from conversation: Conversation, _ transaction: any ReadTransaction, _ origin: Origin
    ) throws {
        guard let actor = try Actor(in: conversation, transaction, origin) else { return }
        try actor.needs(.remove, isOwn: actor.participant.sid == participant.sid)
    }

    /// A user speaks as themselves. Returns the participant who speaks; nil for a caller of the REST API, who may name any author.
    static func maySend(
        _ fact: CreateMessage, in conversation: Conversation, _ transaction: any ReadTransaction, _ origin: Origin
    ) throws -> Participant? {
        guard let actor = try Actor(in: conversation, transaction, origin) else { return nil }
        try refuse([
            ("Author", fact.author != CreateMessage.nobody && fact.author != actor.identity), ("DateCreated", fact.created != nil),
            ("DateUpdated", fact.updated != nil),
        ])
        try actor.needs(.sendMessage)
        if !fact.media.isEmpty { try actor.needs(.sendMediaMessage) }
        return actor.participant
    }

    static func mayUpdate(
        _ message: Message, by fact: UpdateMessage, in conversation: Conversation, _ transaction: any ReadTransaction, _ origin: Origin
    ) throws {
        guard let actor = try Actor(in: conversation, transaction, origin) else { return }
        try refuse([
            ("Author", fact.author.map { $0 != message.author } ?? false), ("DateCreated", fact.created != nil),
            ("DateUpdated", fact.updated != nil),
        ])
        let isOwn = actor.said(message)
        let texts = fact.body != nil || fact.subject != nil || fact.attributes == nil
        if texts { try actor.needs(.editMessage, isOwn: isOwn) }
        if fact.attributes != nil { try actor.needs(.editMessageAttributes, isOwn: isOwn) }
    }

    static func mayDelete(
        _ message: Message, in conversation: Conversation, _ transaction: any ReadTransaction, _ origin: Origin
    ) throws {
        guard let actor = try Actor(in: conversation, transaction, origin) else { return }
        try actor.needs(.deleteMessage, isOwn: actor.said(message))
    }

    /// Users come with their first conversation, or from the REST API, and go by it alone.
    static func mayCreateUsers(_ origin: Origin) throws(Refusal) { try onlyAPI(origin, "create users") }

    static func mayDeleteUsers(_ origin: Origin) throws(Refusal) { try onlyAPI(origin, "delete users") }

    static func mayUpdate(_ user: User, by changes: UserChanges, _ transaction: any ReadTransaction, _ origin: Origin) throws {
        guard let identity = origin.identity else { return }
        try refuse([("RoleSid", changes.role != nil)])
        let isOwn = identity == user.identity
        let granted = try permissions(of: identity, in: user.service, transaction)
        let needed = isOwn ? Act.editUser.own : Act.editUser.any
        guard granted.contains(needed) || granted.contains(Act.editUser.any) else { throw Refusal.forbidden("needs \(needed.rawValue)") }
    }

    /// What is between a user and a conversation is that user's.
    static func mayUpdate(
        _ membership: Membership, by fact: UpdateUserConversation, _ transaction: any ReadTransaction, _ origin: Origin
    ) throws {
        guard let actor = try Actor(in: membership.conversation, transaction, origin) else { return }
        try mayListConversations(of: membership.participant.identity, origin)
        if fact.notificationLevel != nil { try actor.needs(.editNotificationLevel) }
    }

    /// Returns the participant whose horizon and notifications they are: the user's own.
    ///
    /// - Throws: 403/50430 for a user who is not in the conversation, and for whoever is no user.
    static func mayUpdate(
        _ conversation: Conversation, by fact: UpdateOwnConversation, _ transaction: any ReadTransaction, _ origin: Origin
    ) throws -> Participant {
        guard let actor = try Actor(in: conversation, transaction, origin) else { throw Refusal.notParticipant }
        if fact.notificationLevel != nil { try actor.needs(.editNotificationLevel) }
        return actor.participant
    }

    // MARK: How it is decided

    /// A user who acts in a conversation.
    struct Actor {
        let identity: String
        let participant: Participant
        let conversation: Conversation
        let transaction: any ReadTransaction

        /// Nil when no user acts.
        ///
        /// - Throws: 403/50430 when the user is no participant.
        init?(in conversation: Conversation, _ transaction: any ReadTransaction, _ origin: Origin) throws {
            guard let identity = origin.identity else { return nil }
            guard let participant = try transaction.participant(identity: identity, in: conversation.sid) else {
                throw Refusal.notParticipant
            }
            (self.identity, self.participant, self.conversation, self.transaction) = (identity, participant, conversation, transaction)
        }

        /// - Throws: 403/50107 with the permission's name.
        func needs(_ permission: Permission) throws {
            guard try has(permission) else { throw Refusal.forbidden("needs \(permission.rawValue)") }
        }

        func needs(_ act: Act, isOwn: Bool) throws {
            // To leave is no part of being allowed to remove others.
            if isOwn, act != .remove, try has(act.any) { return }
            try needs(isOwn ? act.own : act.any)
        }

        /// True when a message is the user's own. What came from outside is not, though the sender's address may read like an identity.
        func said(_ message: Message) -> Bool { message.author == identity && message.matchedBy == nil }

        private func has(_ permission: Permission) throws -> Bool {
            if let role = try participant.role.flatMap(transaction.role), role.permissions.contains(permission) { return true }
            return try Permissions.permissions(of: identity, in: conversation.service, transaction).contains(permission)
        }
    }

    /// What a user may do by the role they have in the service. Somebody who is no user yet has the role that they would get.
    private static func permissions(of identity: String, in service: SID, _ transaction: any ReadTransaction) throws -> [Permission] {
        let named = try transaction.user(identity: identity, service: service)?.role
        guard let sid = try named ?? transaction.service(service)?.defaultServiceRole else { return [] }
        return try transaction.role(sid)?.permissions ?? []
    }

    private static func requireInService(
        _ permission: Permission, of identity: String, _ service: SID, _ transaction: any ReadTransaction
    ) throws {
        guard try permissions(of: identity, in: service, transaction).contains(permission) else {
            throw Refusal.forbidden("needs \(permission.rawValue)")
        }
    }

    /// - Throws: 403/50107 with the name of a parameter that only the REST API may set.
    fileprivate static func refuse(_ reserved: [(name: String, isGiven: Bool)]) throws(Refusal) {
        if let given = reserved.first(where: \.isGiven) { throw .forbidden("may not set \(given.name)") }
    }

    private static func onlyAPI(_ origin: Origin, _ what: String) throws(Refusal) {
        if origin.identity != nil { throw .forbidden("may not \(what)") }
    }
}

extension ConversationChanges {
    /// Dates, and how people outside are reached, are the REST API's to set.
    fileprivate func refuseReserved() throws(Refusal) {
        try Permissions.refuse([
            ("DateCreated", created != nil), ("DateUpdated", updated != nil), ("MessagingServiceSid", messagingService != nil),
            ("Bindings.Email.Name", emailName != nil), ("Bindings.Email.Address", emailAddress != nil),
        ])
    }
}
