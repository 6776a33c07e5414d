import Hummingbird
import ParleyBroker
import ParleyCore

/// What waits to be sent, for the operator. Addresses of people are masked.
struct QueueRoutes: Sendable {
    let desk: Desk

    var routes: [Route] { [Route(.get, "queue", list), Route(.get, "queue/{delivery}", fetch)] }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let query = try exchange.query()
        let page = try OperatorPage(query)
        let filter = QueueFilter(
            adapter: try query.name("adapter", charactersMax: desk.broker.rules.limits.nameCharacters),
            phase: try query.word("phase", Delivery.Phase.self))
        let (rows, people) = try await desk.broker.read { transaction in
            let rows = try page.read { try transaction.queue(filter, page: $0) }
            return (rows, try rows.rows.map { try transaction.participant($0.participant) })
        }
        return .json([
            "deliveries": .array(zip(rows.rows, people).map { .object(delivery($0, to: $1)) }), "next_cursor": JSON(rows.next),
        ])
    }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let sid = try exchange.sid("delivery", .delivery)
        let (row, person, parts, lane) = try await desk.broker.read { transaction in
            guard let row = try transaction.delivery(sid) else { throw Refusal.notFound("/queue/\(sid)") }
            return (row, try transaction.participant(row.participant), try transaction.parts(of: sid), try transaction.lane(row.lane))
        }
        let more: [JSON.Member] = [
            JSON.Member("parts", .array(parts.map(part))), JSON.Member("lane", lane.map(self.lane) ?? .null),
        ]
        return .json(.object(delivery(row, to: person) + more))
    }

    private func delivery(_ row: Delivery, to person: Participant?) -> [JSON.Member] {
        [
            JSON.Member("sid", JSON(row.sid)), JSON.Member("adapter", .string(row.adapter)),
            JSON.Member("channel", .string(row.channel.rawValue)),
            JSON.Member("phase", .string(row.phase.rawValue)), JSON.Member("status", JSON(row.status?.rawValue)),
            JSON.Member("attempt", .integer(row.attempt)), JSON.Member("due", date(row.due)),
            JSON.Member("valid_until", date(row.validUntil)),
            JSON.Member("error_code", .integer(row.errorCode)), JSON.Member("error_text", JSON(row.errorText)),
            JSON.Member("flags", .array(row.flags.map(\.rawValue).sorted().map(JSON.string))),
            JSON.Member("conversation_sid", JSON(row.conversation)), JSON.Member("message_sid", JSON(row.message)),
            JSON.Member("participant_sid", JSON(row.participant)), JSON.Member("address", JSON(person?.binding?.pair.address.masked)),
            JSON.Member("proxy_address", JSON(person?.binding?.pair.proxy.text)), JSON.Member("date_created", date(row.created)),
            JSON.Member("date_updated", date(row.updated)),
        ]
    }

    private func part(_ part: DeliveryPart) -> JSON {
        ["part": .integer(part.part), "carrier_id": .string(part.carrierID), "status": JSON(part.status?.rawValue)]
    }

    private func lane(_ lane: Lane) -> JSON {
        [
            "head": JSON(lane.head), "due": lane.due.map(date) ?? .null, "leased_until": lane.leasedUntil.map(date) ?? .null,
            "pause": lane.pausedUntil.map { ["until": date($0), "reason": JSON(lane.pauseReason)] } ?? .null,
        ]
    }

    private func date(_ instant: Instant) -> JSON { .string(WireDate.text(instant)) }
}
