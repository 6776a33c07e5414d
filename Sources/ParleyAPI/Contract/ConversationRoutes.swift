import Hummingbird
import ParleyBroker
import ParleyCore

/// Conversations: create, list, fetch, update, delete.
struct ConversationRoutes: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, "Conversations", list), Route(.post, "Conversations", create), Route(.get, "Conversations/{conversation}", fetch),
            Route(.post, "Conversations/{conversation}", update), Route(.delete, "Conversations/{conversation}", delete),
        ].map(\.openedToTokens)
    }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let query = try exchange.query()
        let page = try PageQuery(query)
        let state = try query.word("State", Conversation.State.self)
        var filter = ConversationFilter(service: desk.service(exchange))
        filter.state = state
        filter.from = try query.bound("StartDate", end: false)
        filter.until = try query.bound("EndDate", end: true)
        let origin = try exchange.origin()
        let rows = try await desk.read(exchange) { [filter] in try Permissions.conversations(filter, page.request, $0, origin) }
        let presentation = desk.presentation(exchange)
        let filters = [
            ("StartDate", try query.text("StartDate")), ("EndDate", try query.text("EndDate")), ("State", state?.rawValue),
        ]
        return .json(
            page.envelope("conversations", rows, url: presentation.url("/Conversations"), filters: filters) {
                presentation.conversation($0)
            })
    }

    private func create(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        let presentation = desk.presentation(exchange)
        return try await desk.post(
            CreateConversation(try ConversationChanges(form), in: exchange.mount.service), exchange, body: body, status: 201
        ) {
            conversation, _ in
            presentation.conversation(conversation)
        }
    }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let name = exchange.conversationName
        let service = desk.service(exchange)
        let origin = try exchange.origin()
        let conversation = try await desk.read(exchange) { transaction in
            let found = try name.find(in: transaction, default: service)
            try Permissions.mayRead(found, transaction, origin)
            return found
        }
        return .json(desk.presentation(exchange).conversation(conversation))
    }

    private func update(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        let presentation = desk.presentation(exchange)
        let fact = UpdateConversation(exchange.conversationName, try ConversationChanges(form))
        return try await desk.post(fact, exchange, body: body, status: 200) { conversation, _ in presentation.conversation(conversation) }
    }

    private func delete(_ exchange: Exchange) async throws -> Answer {
        return try await desk.delete(DeleteConversation(exchange.conversationName), exchange)
    }
}

extension ConversationChanges {
    /// What a form says of a conversation.
    init(_ form: Parameters) throws(Refusal) {
        self.init()
        friendlyName = try form.text("FriendlyName")
        uniqueName = try form.text("UniqueName")
        attributes = try form.text("Attributes")
        messagingService = try form.sid("MessagingServiceSid", .messagingService)
        state = try Self.state(form)
        inactiveTimer = try form.text("Timers.Inactive")
        closedTimer = try form.text("Timers.Closed")
        emailName = try form.text("Bindings.Email.Name")
        emailAddress = try form.text("Bindings.Email.Address")
        created = try form.instant("DateCreated")
        updated = try form.instant("DateUpdated")
    }

    private static func state(_ form: Parameters) throws(Refusal) -> Conversation.State? {
        guard let text = try form.text("State") else { return nil }
        guard !text.isEmpty else { throw .emptyState }
        guard let state = Conversation.State(rawValue: text.lowercased()), state != .initializing else {
            throw .invalidState("expected active, inactive or closed")
        }
        return state
    }
}
