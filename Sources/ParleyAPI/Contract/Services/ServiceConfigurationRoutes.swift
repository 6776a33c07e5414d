import Hummingbird
import ParleyBroker
import ParleyCore

/// What a service configures: the roles of newcomers, and whether users see who is online.
struct ServiceConfigurationRoutes: Sendable {
    let desk: Desk

    var routes: [Route] { [Route(.get, "Configuration", fetch), Route(.post, "Configuration", update)] }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let sid = desk.service(exchange)
        guard let row = try await desk.read(exchange, { try $0.service(sid) }) else {
            throw Refusal.notFound(exchange.path.withoutVersion)
        }
        return .json(desk.presentation(exchange).serviceConfiguration(row))
    }

    private func update(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        var fact = UpdateServiceConfiguration(desk.service(exchange))
        fact.creatorRole = try form.sid("DefaultConversationCreatorRoleSid", .role)
        fact.conversationRole = try form.sid("DefaultConversationRoleSid", .role)
        fact.serviceRole = try form.sid("DefaultChatServiceRoleSid", .role)
        fact.reachabilityEnabled = try form.boolean("ReachabilityEnabled")
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: 200) { row, _ in presentation.serviceConfiguration(row) }
    }
}

extension Presentation {
    func serviceConfiguration(_ row: ChatService) -> JSON {
        let url = url("/Configuration")
        return [
            "chat_service_sid": JSON(row.sid), "default_conversation_creator_role_sid": JSON(row.defaultCreatorRole),
            "default_conversation_role_sid": JSON(row.defaultConversationRole),
            "default_chat_service_role_sid": JSON(row.defaultServiceRole), "reachability_enabled": .bool(row.reachabilityEnabled),
            "url": .string(url),
            "links": ["notifications": .string(url + "/Notifications"), "webhooks": .string(url + "/Webhooks")],
        ]
    }
}
