import HTTPTypes
import ParleyBroker
import ParleyCore

/// The conversations of the chat user who asks, as they have them: what a client shows its user. The contract has no such routes.
struct MyConversationRoutes: Sendable {
    let desk: Desk

    var routes: [Route] {
        let one = "MyConversations/{conversation}"
        return [
            Route(.get, "MyConversations", list), Route(.get, one, fetch), Route(.post, one, update),
            Route(.get, one + "/Messages", messages),
        ].map(\.openedToTokens)
    }

    private static let windowDefault = 30
    private static let windowMax = 100

    private func list(_ exchange: Exchange) async throws -> Answer {
        let (identity, service) = (try exchange.identity, desk.service(exchange))
        let page = try PageQuery(exchange.query())
        let rows = try await desk.read(exchange) { try OwnConversation.page(of: identity, in: service, page.request, $0) }
        let presentation = desk.presentation(exchange)
        return .json(
            page.envelope("conversations", rows, url: presentation.url("/MyConversations"), presentation.ownConversation))
    }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        _ = try exchange.identity
        let (name, service, origin) = (exchange.conversationName, desk.service(exchange), try exchange.origin())
        let found = try await desk.read(exchange) { try OwnConversation(name, of: origin, default: service, $0) }
        return .json(desk.presentation(exchange).ownConversation(found))
    }

    private func update(_ exchange: Exchange) async throws -> Answer {
        _ = try exchange.identity
        let (form, body) = try await exchange.form()
        let fact = UpdateOwnConversation(
            exchange.conversationName, horizon: try ReadHorizon.Move(form),
            notificationLevel: try form.word("NotificationLevel", Participant.NotificationLevel.self))
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: 200) { membership, transaction in
            presentation.ownConversation(try OwnConversation(membership, transaction))
        }
    }

    private func messages(_ exchange: Exchange) async throws -> Answer {
        _ = try exchange.identity
        let query = try exchange.query()
        let anchor = try query.integer("Anchor", 0...Int.max)
        let direction = try query.word("Direction", MessageWindow.Direction.self) ?? .backwards
        let size = try PageQuery.size(query, max: Self.windowMax) ?? Self.windowDefault
        let (name, service, origin) = (exchange.conversationName, desk.service(exchange), try exchange.origin())
        let (window, media) = try await desk.read(exchange) { transaction in
            let conversation = try name.find(in: transaction, default: service)
            try Permissions.mayRead(conversation, transaction, origin)
            let window = try MessageWindow(of: conversation, from: anchor, direction, size: size, transaction)
            return (window, try transaction.media(of: window.messages.map(\.sid)))
        }
        let presentation = desk.presentation(exchange)
        return .json([
            "messages": .array(window.messages.map { presentation.message($0, media: media[$0.sid] ?? []) }),
            "meta": [
                "key": "messages", "page_size": .integer(size), "has_next": .bool(window.hasNext),
                "has_previous": .bool(window.hasPrevious),
            ],
        ])
    }
}

extension ReadHorizon.Move {
    /// What a form says of the horizon; nil when it says nothing.
    fileprivate init?(_ form: Parameters) throws(Refusal) {
        let advances = try form.boolean("Advance") ?? false
        if try form.text("LastReadMessageIndex") == "null" {
            guard !advances else { throw .invalid("LastReadMessageIndex", "null takes the horizon away, which is no advance") }
            self = .clear
            return
        }
        guard let index = try form.integer("LastReadMessageIndex", 0...Int.max) else {
            guard !advances else { throw .missing("LastReadMessageIndex") }
            return nil
        }
        self = advances ? .advance(index) : .set(index)
    }
}

extension Exchange {
    /// The chat user who asks.
    ///
    /// - Throws: 403/50107 for whoever has no access token: nothing is theirs.
    var identity: String {
        get throws(Refusal) {
            guard case .token(let token) = principal else { throw .tokenExpected }
            return token.identity
        }
    }
}

extension Refusal {
    static let tokenExpected = Refusal(code: 50107, status: 403, message: "Forbidden: expected an access token")
}
