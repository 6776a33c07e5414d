import Hummingbird
import ParleyBroker
import ParleyCore

/// What was sent to webhooks and what is owed to them, for the operator. URLs are shown without their query, and parameters not at all: they hold what
/// people said.
struct WebhookDeliveryRoutes: Sendable {
    let desk: Desk

    var routes: [Route] {
        let all = "webhooks/deliveries"
        return [Route(.get, all, list), Route(.get, all + "/{delivery}", fetch), Route(.post, all + "/{delivery}/replay", replay)]
    }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let query = try exchange.query()
        let page = try OperatorPage(query)
        let phase = try query.word("phase", WebhookDelivery.Phase.self)
        let rows = try await desk.broker.read { transaction in try page.read { try transaction.webhookDeliveries(phase, page: $0) } }
        return .json(["deliveries": .array(rows.rows.map { .object(delivery($0)) }), "next_cursor": JSON(rows.next)])
    }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let id = try number(exchange)
        let (row, attempts) = try await desk.broker.read { transaction in
            guard let row = try transaction.webhookDelivery(id) else { throw Refusal.notFound(exchange.path.raw) }
            return (row, try transaction.webhookAttempts(of: id))
        }
        return .json(.object(delivery(row) + [JSON.Member("attempts", .array(attempts.map(attempt)))]))
    }

    private func replay(_ exchange: Exchange) async throws -> Answer {
        .json(.object(delivery(try await desk.broker.replayWebhook(number(exchange)))))
    }

    /// The number in the path, or 404.
    private func number(_ exchange: Exchange) throws(Refusal) -> Int64 {
        let text = exchange.variable("delivery")
        guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let id = Int64(text) else { throw .notFound(exchange.path.raw) }
        return id
    }

    private func delivery(_ row: WebhookDelivery) -> [JSON.Member] {
        [
            JSON.Member("id", .integer(Int(row.id))), JSON.Member("scope", .string(row.content.scope)),
            JSON.Member("event_type", .string(row.content.hook.rawValue)),
            JSON.Member("url", .string(WebhookURL.shown(row.content.url))),
            JSON.Member("method", .string(row.content.method.rawValue.uppercased())),
            JSON.Member("conversation_sid", JSON(row.content.conversation)), JSON.Member("phase", .string(row.phase.rawValue)),
            JSON.Member("attempt", .integer(row.attempt)), JSON.Member("due", date(row.due)),
            JSON.Member("status", JSON(row.status)), JSON.Member("failure", JSON(row.failure)),
            JSON.Member("date_created", date(row.created)), JSON.Member("date_settled", row.settled.map(date) ?? .null),
        ]
    }

    private func attempt(_ row: WebhookAttempt) -> JSON {
        ["attempt": .integer(row.number), "date": date(row.at), "status": JSON(row.status), "failure": JSON(row.failure)]
    }

    private func date(_ instant: Instant) -> JSON { .string(WireDate.text(instant)) }
}
