import Hummingbird
import ParleyBroker
import ParleyCore

/// Messages of a conversation: create, list, fetch, update, delete.
struct MessageRoutes: Sendable {
    let desk: Desk

    var routes: [Route] {
        let all = "Conversations/{conversation}/Messages"
        let one = all + "/{message}"
        return [
            Route(.get, all, list), Route(.post, all, create), Route(.get, one, fetch), Route(.post, one, update),
            Route(.delete, one, delete), Route(.get, one + "/ChannelMetadata", channelMetadata),
        ].map(\.openedToTokens)
    }

    private static let contentVariablesMax = 27_801

    /// How many media one message takes.
    private static let mediaMax = 10

    private enum Order: String, CaseIterable { case asc, desc }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let query = try exchange.query()
        let page = try PageQuery(query)
        let order = try query.word("Order", Order.self)
        let (name, service) = (conversation(exchange), desk.service(exchange))
        let origin = try exchange.origin()
        let (found, rows, media) = try await desk.read(exchange) { transaction in
            let found = try name.find(in: transaction, default: service)
            try Permissions.mayRead(found, transaction, origin)
            let rows = try transaction.messages(in: found.sid, newestFirst: order == .desc, page: page.request)
            return (found, rows, try transaction.media(of: rows.rows.map(\.sid)))
        }
        let presentation = desk.presentation(exchange)
        return .json(
            page.envelope("messages", rows, url: presentation.url(found.sid) + "/Messages", filters: [("Order", order?.rawValue)]) {
                presentation.message($0, media: media[$0.sid] ?? [])
            })
    }

    private func create(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        guard try (form.text("ContentSid") ?? "").isEmpty else {
            throw Refusal.invalid("ContentSid", "content templates are not supported; expected Body or MediaSid")
        }
        // Variables without their content have no effect; their limit is the contract's (contract: semantics §2).
        guard try (form.text("ContentVariables") ?? "").unicodeScalars.count <= Self.contentVariablesMax else {
            throw Refusal.invalid("ContentVariables", "longer than \(Self.contentVariablesMax) characters")
        }
        let fact = CreateMessage(
            in: conversation(exchange), author: try form.text("Author"), body: try form.text("Body"), subject: try form.text("Subject"),
            attributes: try form.text("Attributes"),
            media: try form.sids("MediaSid", .media, countMax: Self.mediaMax) ?? [],
            created: try form.instant("DateCreated"), updated: try form.instant("DateUpdated"))
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: 201) { message, transaction in
            presentation.message(message, media: try transaction.media(of: [message.sid])[message.sid] ?? [])
        }
    }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let sid = try exchange.sid("message", .message)
        let (name, service) = (conversation(exchange), desk.service(exchange))
        let origin = try exchange.origin()
        let (message, media) = try await desk.read(exchange) { transaction in
            let found = try name.find(in: transaction, default: service)
            try Permissions.mayRead(found, transaction, origin)
            guard let message = try transaction.message(sid, in: found.sid) else { throw Refusal.notFound("/Messages/\(sid)") }
            return (message, try transaction.media(of: [sid])[sid] ?? [])
        }
        return .json(desk.presentation(exchange).message(message, media: media))
    }

    /// No channel here keeps metadata of its own. Clients of the official SDKs follow the message's link and take this answer for none.
    private func channelMetadata(_ exchange: Exchange) async throws -> Answer {
        let sid = try exchange.sid("message", .message)
        let (name, service) = (conversation(exchange), desk.service(exchange))
        let origin = try exchange.origin()
        try await desk.read(exchange) { transaction in
            let found = try name.find(in: transaction, default: service)
            try Permissions.mayRead(found, transaction, origin)
            guard try transaction.message(sid, in: found.sid) != nil else { throw Refusal.notFound("/Messages/\(sid)") }
        }
        throw Refusal(code: 50530, status: 404, message: "The message has no channel metadata")
    }

    private func update(_ exchange: Exchange) async throws -> Answer {
        let sid = try exchange.sid("message", .message)
        let (form, body) = try await exchange.form()
        var fact = UpdateMessage(sid, in: conversation(exchange))
        fact.author = try form.text("Author")
        fact.body = try form.text("Body")
        fact.subject = try form.text("Subject")
        fact.attributes = try form.text("Attributes")
        fact.updated = try form.instant("DateUpdated")
        fact.created = try form.instant("DateCreated")
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: 200) { message, transaction in
            presentation.message(message, media: try transaction.media(of: [message.sid])[message.sid] ?? [])
        }
    }

    private func delete(_ exchange: Exchange) async throws -> Answer {
        return try await desk.delete(DeleteMessage(try exchange.sid("message", .message), in: conversation(exchange)), exchange)
    }

    private func conversation(_ exchange: Exchange) -> ConversationName { exchange.conversationName }
}
