import ParleyCore

/// Which role somebody gets: the one that was named, or the service's default.
enum RoleChoice {
    /// The role of a user in a service.
    ///
    /// - Throws: 400/20001 with `RoleSid` unless the role named is a service role of this service.
    static func ofUser(_ given: SID?, in service: SID, _ transaction: any ReadTransaction) throws -> SID? {
        if let given { return try check(given, .service, in: service, transaction) }
        return try transaction.service(service)?.defaultServiceRole
    }

    /// The role of a participant: a chat participant has one always, and the one who made the conversation has the creator's.
    ///
    /// - Parameter identity: nil for people outside.
    /// - Throws: 400/20001 with `RoleSid` unless the role named is a conversation role of the conversation's service.
    static func ofParticipant(
        _ given: SID?, identity: String?, in conversation: Conversation, _ transaction: any ReadTransaction, by origin: Origin
    ) throws -> SID? {
        if let given { return try check(given, .conversation, in: conversation.service, transaction) }
        guard let identity, let service = try transaction.service(conversation.service) else { return nil }
        // Somebody who has made the conversation themselves: to be named like its maker is not enough.
        let isCreator = origin.identity == identity && conversation.createdBy == identity
        return isCreator ? service.defaultCreatorRole : service.defaultConversationRole
    }

    /// The role of a participant who comes with an import: the one they had, where this service has it, or its default. Another
    /// installation's roles say nothing here, and a role of another service would let them do what nobody of this one has allowed.
    ///
    /// - Parameter identity: nil for people outside, who have a role only when they had one of this service.
    static func ofImported(
        _ given: SID?, identity: String?, in service: ChatService, _ transaction: any ReadTransaction
    ) throws -> SID? {
        if let given, let role = try transaction.role(given), role.kind == .conversation, role.service == service.sid { return given }
        return identity == nil ? nil : service.defaultConversationRole
    }

    static func check(_ role: SID, _ kind: Role.Kind, in service: SID, _ transaction: any ReadTransaction) throws -> SID {
        guard let found = try transaction.role(role), found.kind == kind, found.service == service else {
            throw Refusal.invalid("RoleSid", "expected a \(kind.rawValue) role of this service")
        }
        return role
    }
}
