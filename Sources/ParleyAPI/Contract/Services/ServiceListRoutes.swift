import Hummingbird
import ParleyBroker
import ParleyCore

/// Services: create, list, fetch, delete.
struct ServiceListRoutes: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, "Services", list), Route(.post, "Services", create), Route(.get, "Services/{service}", fetch),
            Route(.delete, "Services/{service}", delete),
        ]
    }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let page = try PageQuery(exchange.query())
        let rows = try await desk.read(exchange) { try $0.services(page: page.request) }
        let presentation = desk.presentation(exchange)
        return .json(page.envelope("services", rows, url: presentation.url("/Services"), presentation.service))
    }

    private func create(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        let fact = CreateService(friendlyName: try form.required("FriendlyName"))
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: 201) { service, _ in presentation.service(service) }
    }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let sid = try exchange.sid("service", .service)
        let found = try await desk.read(exchange) { try $0.service(sid) }
        guard let found else { throw Refusal.notFound(exchange.path.withoutVersion) }
        return .json(desk.presentation(exchange).service(found))
    }

    private func delete(_ exchange: Exchange) async throws -> Answer {
        try await desk.delete(DeleteService(exchange.sid("service", .service)), exchange)
    }
}

extension Presentation {
    func service(_ row: ChatService) -> JSON {
        let url = url("/Services/\(row.sid)")
        let links = [
            ("conversations", "Conversations"), ("users", "Users"), ("roles", "Roles"), ("bindings", "Bindings"),
            ("configuration", "Configuration"), ("participant_conversations", "ParticipantConversations"),
            ("conversation_with_participants", "ConversationWithParticipants"),
        ]
        return [
            "sid": JSON(row.sid), "account_sid": JSON(configuration.account), "friendly_name": .string(row.friendlyName),
            "date_created": date(row.created), "date_updated": date(row.updated), "url": .string(url),
            "links": .object(links.map { Member($0.0, .string("\(url)/\($0.1)")) }),
        ]
    }
}
