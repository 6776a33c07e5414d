import Hummingbird
import ParleyBroker
import ParleyCore

/// What the account configures: the default service, and what new conversations begin with.
struct AccountConfigurationRoutes: Sendable {
    let desk: Desk

    var routes: [Route] { [Route(.get, "Configuration", fetch), Route(.post, "Configuration", update)] }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        guard let row = try await desk.read(exchange, { try $0.accountConfiguration() }) else {
            throw Refusal.notFound(exchange.path.withoutVersion)
        }
        return .json(desk.presentation(exchange).accountConfiguration(row))
    }

    private func update(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        var fact = UpdateAccountConfiguration()
        fact.defaultService = try form.sid("DefaultChatServiceSid", .service)
        fact.messagingService = try form.text("DefaultMessagingServiceSid")
        fact.inactiveTimer = try form.text("DefaultInactiveTimer")
        fact.closedTimer = try form.text("DefaultClosedTimer")
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: 200) { row, _ in presentation.accountConfiguration(row) }
    }
}

extension Presentation {
    func accountConfiguration(_ row: AccountConfiguration) -> JSON {
        let url = url("/Configuration")
        return [
            "account_sid": JSON(configuration.account), "default_chat_service_sid": JSON(row.defaultService),
            "default_messaging_service_sid": JSON(row.messagingService ?? messagingService(of: row.defaultService)),
            "default_inactive_timer": JSON(row.inactiveTimer), "default_closed_timer": JSON(row.closedTimer), "url": .string(url),
            "links": [
                "service": .string(self.url("/Services/\(row.defaultService)/Configuration")), "webhooks": .string(url + "/Webhooks"),
            ],
        ]
    }
}
