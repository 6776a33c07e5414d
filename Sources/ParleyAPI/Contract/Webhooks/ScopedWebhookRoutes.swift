import Hummingbird
import ParleyBroker
import ParleyCore

/// Webhooks of a conversation: create, list, fetch, update, delete.
struct ScopedWebhookRoutes: Sendable {
    let desk: Desk

    var routes: [Route] {
        let all = "Conversations/{conversation}/Webhooks"
        let one = all + "/{webhook}"
        return [
            Route(.get, all, list), Route(.post, all, create), Route(.get, one, fetch), Route(.post, one, update),
            Route(.delete, one, delete),
        ]
    }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let page = try PageQuery(exchange.query(), sizeMax: 5)
        let (name, service) = (exchange.conversationName, desk.service(exchange))
        let (found, rows) = try await desk.read(exchange) { transaction in
            let found = try name.find(in: transaction, default: service)
            return (found, try transaction.scopedWebhooks(of: found.sid, page: page.request))
        }
        let presentation = desk.presentation(exchange)
        return .json(page.envelope("webhooks", rows, url: presentation.url(found.sid) + "/Webhooks", presentation.webhook))
    }

    private func create(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        guard let given = try form.text("Target"), !given.isEmpty else {
            throw Refusal(code: 50363, status: 400, message: "Missing parameter Target: expected webhook, trigger or studio")
        }
        guard let target = ScopedWebhook.Target(rawValue: given.lowercased()) else {
            throw Refusal(code: 50364, status: 400, message: "Invalid parameter Target: expected webhook, trigger or studio")
        }
        let fact = CreateScopedWebhook(
            in: exchange.conversationName, target: target, try changes(form),
            replayAfter: try form.integer("Configuration.ReplayAfter", 0...Int(Int32.max)))
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: 201) { row, _ in presentation.webhook(row) }
    }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let sid = try exchange.sid("webhook", .scopedWebhook)
        let (name, service) = (exchange.conversationName, desk.service(exchange))
        let row = try await desk.read(exchange) { transaction in
            let found = try name.find(in: transaction, default: service)
            guard let row = try transaction.scopedWebhook(sid, in: found.sid) else { throw Refusal.notFound("/Webhooks/\(sid)") }
            return row
        }
        return .json(desk.presentation(exchange).webhook(row))
    }

    private func update(_ exchange: Exchange) async throws -> Answer {
        let sid = try exchange.sid("webhook", .scopedWebhook)
        let (form, body) = try await exchange.form()
        let presentation = desk.presentation(exchange)
        let fact = UpdateScopedWebhook(sid, in: exchange.conversationName, try changes(form))
        return try await desk.post(fact, exchange, body: body, status: 200) { row, _ in presentation.webhook(row) }
    }

    private func delete(_ exchange: Exchange) async throws -> Answer {
        try await desk.delete(DeleteScopedWebhook(try exchange.sid("webhook", .scopedWebhook), in: exchange.conversationName), exchange)
    }

    private func changes(_ form: Parameters) throws(Refusal) -> ScopedWebhookChanges {
        var changes = ScopedWebhookChanges()
        changes.url = try form.text("Configuration.Url")
        if let text = try form.text("Configuration.Method"), !text.isEmpty {
            guard let method = HookMethod(rawValue: text.lowercased()) else {
                throw Refusal(code: 50371, status: 400, message: "Invalid parameter Configuration.Method: expected get or post")
            }
            changes.method = method
        }
        changes.filters = try form.list("Configuration.Filters", countMax: 100)
        changes.triggers = try form.list("Configuration.Triggers", countMax: 100)
        if let text = try form.text("Configuration.FlowSid"), !text.isEmpty {
            guard let flow = SID(text, .flow) else {
                throw Refusal(
                    code: 50372, status: 400, message: "Invalid parameter Configuration.FlowSid: expected FW and 32 hexadecimal digits")
            }
            changes.flow = flow
        }
        return changes
    }
}
