import Hummingbird
import ParleyBroker
import ParleyCore

/// The conversations of a user: list, fetch, update, leave.
struct UserConversationRoutes: Sendable {
    let desk: Desk

    var routes: [Route] {
        let all = "Users/{user}/Conversations"
        let one = all + "/{conversation}"
        return [Route(.get, all, list), Route(.get, one, fetch), Route(.post, one, update), Route(.delete, one, leave)]
    }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let page = try PageQuery(exchange.query(), sizeMax: 50)
        let (name, service) = (exchange.userName, desk.service(exchange))
        let origin = try exchange.origin()
        let (user, rows) = try await desk.read(exchange) { transaction in
            let user = try name.find(in: transaction, default: service)
            try Permissions.mayListConversations(of: user.identity, origin)
            let found = try transaction.memberships(MembershipFilter(.identity(user.identity), service: service), page: page.request)
            let rows = try found.rows.map { ($0, try ReadHorizon.unread($0, transaction)) }
            return (user, Page(rows: rows, next: found.next, previous: found.previous))
        }
        let presentation = desk.presentation(exchange)
        return .json(
            page.envelope("conversations", rows, url: presentation.url("/Users/\(user.sid)/Conversations")) {
                presentation.userConversation($0.0, of: user, unread: $0.1)
            })
    }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let (name, service) = (name(exchange), desk.service(exchange))
        let origin = try exchange.origin()
        let (user, membership, unread) = try await desk.read(exchange) { transaction in
            // Asked before the conversation is: whether another is in it is not told.
            try Permissions.mayListConversations(of: name.user.find(in: transaction, default: service).identity, origin)
            let (user, membership) = try name.find(in: transaction, default: service)
            return (user, membership, try ReadHorizon.unread(membership, transaction))
        }
        return .json(desk.presentation(exchange).userConversation(membership, of: user, unread: unread))
    }

    private func update(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        let fact = UpdateUserConversation(
            name(exchange), notificationLevel: try form.word("NotificationLevel", Participant.NotificationLevel.self),
            lastReadIndex: try form.integer("LastReadMessageIndex", 0...Int.max), lastReadAt: try form.instant("LastReadTimestamp"))
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: 200) { answer, transaction in
            presentation.userConversation(
                answer.membership, of: answer.user, unread: try ReadHorizon.unread(answer.membership, transaction))
        }
    }

    private func leave(_ exchange: Exchange) async throws -> Answer {
        try await desk.delete(LeaveConversation(name(exchange)), exchange)
    }

    private func name(_ exchange: Exchange) -> UserConversationName {
        UserConversationName(exchange.userName, exchange.conversationName)
    }
}

extension Presentation {
    func userConversation(_ row: Membership, of user: User, unread: Int?) -> JSON {
        let (conversation, participant) = (row.conversation, row.participant)
        return [
            "account_sid": JSON(configuration.account), "chat_service_sid": JSON(conversation.service),
            "conversation_sid": JSON(conversation.sid), "unread_messages_count": JSON(unread),
            "last_read_message_index": JSON(participant.lastReadIndex), "participant_sid": JSON(participant.sid),
            "user_sid": JSON(user.sid), "friendly_name": JSON(conversation.friendlyName),
            "conversation_state": settledState(conversation), "timers": timers(conversation),
            "attributes": .string(conversation.attributes), "date_created": date(conversation.created),
            "date_updated": date(conversation.updated), "created_by": .string(conversation.createdBy),
            "notification_level": .string(participant.notificationLevel.rawValue), "unique_name": JSON(conversation.uniqueName),
            "url": .string(url("/Users/\(user.sid)/Conversations/\(conversation.sid)")), "links": links(row),
        ]
    }

    /// These lists know no `initializing`: a conversation whose first participants are being added is shown as the active one that it
    /// becomes.
    func settledState(_ conversation: Conversation) -> JSON {
        .string((conversation.state == .initializing ? .active : conversation.state).rawValue)
    }

    func links(_ row: Membership) -> JSON {
        let conversation = url(row.conversation.sid)
        return ["participant": .string(conversation + "/Participants/\(row.participant.sid)"), "conversation": .string(conversation)]
    }
}
