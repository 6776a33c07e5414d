import Hummingbird
import ParleyBroker
import ParleyCore

/// Webhooks of the account, of a service, of a conversation.
struct WebhookRoutes: Sendable {
    let desk: Desk

    /// Those of a service, under either prefix.
    var shared: [Route] { ScopedWebhookRoutes(desk: desk).routes }

    /// Those that only the account has.
    var accountOnly: [Route] {
        [Route(.get, WebhookRoutes.path, { try await fetch($0) }), Route(.post, WebhookRoutes.path, { try await update($0) })]
    }

    /// Those that only a path with a service has. The path is the account's behind the prefix, the shape is another.
    var serviceOnly: [Route] { accountOnly }

    /// Those of the operator.
    var operatorOnly: [Route] { WebhookDeliveryRoutes(desk: desk).routes }

    private static let path = "Configuration/Webhooks"

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let service = exchange.mount.service
        let row = try await desk.read(exchange) { try $0.webhookConfiguration(of: service) }
        return .json(desk.presentation(exchange).webhooks(row))
    }

    private func update(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        var fact = ConfigureWebhooks(of: exchange.mount.service)
        // A value that is empty says that nothing is to be set; an empty URL or filter removes what was set.
        if try form.text("Method") != "" { fact.method = try form.word("Method", UpperMethod.self)?.method }
        fact.filters = try form.list("Filters", countMax: 100)?.filter { !$0.isEmpty }
        fact.preURL = try form.text("PreWebhookUrl")
        fact.postURL = try form.text("PostWebhookUrl")
        if !exchange.mount.namesService { fact.target = try form.word("Target", WebhookConfiguration.Target.self) }
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: 200) { row, _ in presentation.webhooks(row) }
    }
}

/// Methods as the configurations write them.
private enum UpperMethod: String, CaseIterable {
    case get = "GET"
    case post = "POST"

    var method: HookMethod { self == .get ? .get : .post }
}
