import Hummingbird
import ParleyBroker
import ParleyCore

/// What came in and what became of it, for the operator. Senders are masked, and the raw form is not shown.
struct InboxRoutes: Sendable {
    let desk: Desk

    var routes: [Route] { [Route(.get, "inbox", list)] }

    private enum Verdict: String, CaseIterable { case appended, merged, held, ignored, rejected }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let query = try exchange.query()
        let page = try OperatorPage(query)
        let filter = InboxFilter(verdict: try query.word("verdict", Verdict.self).flatMap { InboxItem.Verdict(rawValue: $0.rawValue) })
        let rows = try await desk.broker.read { transaction in try page.read { try transaction.inbox(filter, page: $0) } }
        return .json(["items": .array(rows.rows.map(item)), "next_cursor": JSON(rows.next)])
    }

    private func item(_ row: InboxItem) -> JSON {
        [
            "id": .integer(Int(row.id)), "adapter": .string(row.adapter), "kind": .string(row.kind.rawValue),
            "verdict": .string(row.verdict.rawValue), "reason": JSON(row.reason), "proxy_address": JSON(row.proxy),
            "sender": JSON(row.sender.map { (try? Address($0))?.masked ?? "…" }), "conversation_sid": JSON(row.conversation),
            "message_sid": JSON(row.message), "raw_bytes": JSON(row.raw?.count), "date_received": .string(WireDate.text(row.received)),
        ]
    }
}
