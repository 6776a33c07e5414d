import Foundation
import Hummingbird
import ParleyBroker
import ParleyCore

/// What came in and what became of it, for the operator, who decides on what is held. Senders are masked, and the raw form is shown only when it is
/// asked for.
struct InboxRoutes: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, "inbox", list), Route(.get, "inbox/{item}", fetch), Route(.post, "inbox/{item}/assign", assign),
            Route(.post, "inbox/{item}/replay", replay), Route(.post, "inbox/{item}/drop", drop),
        ]
    }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let query = try exchange.query()
        let page = try OperatorPage(query)
        let filter = InboxFilter(verdict: try query.word("verdict", InboxItem.Verdict.self))
        let rows = try await desk.broker.read { transaction in try page.read { try transaction.inbox(filter, page: $0) } }
        return .json(["items": .array(rows.rows.map { .object(Self.item($0)) }), "next_cursor": JSON(rows.next)])
    }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let id = try id(exchange)
        let showsRaw = try exchange.query().boolean("raw") ?? false
        let (row, kept, message) = try await desk.broker.read { transaction in
            guard let row = try transaction.inboxItem(id) else { throw Refusal.notFound(exchange.path.withoutVersion) }
            return (row, try transaction.keptInbound(of: id), try row.message.flatMap { try transaction.message($0) })
        }
        var members = Self.item(row)
        members += [
            JSON.Member("flags", .array(row.flags.map(\.rawValue).sorted().map(JSON.string))),
            JSON.Member("subject_length", JSON(kept?.fact.subject?.count)), JSON.Member("text_length", JSON(kept?.fact.text?.count)),
            JSON.Member("media_count", JSON(kept?.media.count)), JSON.Member("matched_by", JSON(message?.matchedBy?.rawValue)),
        ]
        if showsRaw { members.append(JSON.Member("raw", JSON(try await raw(row).map { Data($0).base64EncodedString() }))) }
        return .json(.object(members))
    }

    /// The request or the mail as it came. A long one lies in the media store.
    private func raw(_ row: InboxItem) async throws -> [UInt8]? {
        guard let key = row.rawKey else { return row.raw }
        let media = desk.broker.media
        return try await Blocking.run { try media.size(of: key).map { try media.read(key, range: 0..<$0) } }
    }

    private func assign(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        let conversation = ConversationName(try form.required("Conversation"))
        let adds = try form.boolean("AddParticipant") ?? false
        return try await settle(.assign(conversation, addParticipant: adds), exchange, body)
    }

    private func replay(_ exchange: Exchange) async throws -> Answer { try await settle(.replay, exchange, try await exchange.form().body) }

    private func drop(_ exchange: Exchange) async throws -> Answer { try await settle(.drop, exchange, try await exchange.form().body) }

    private func settle(_ decision: SettleInbox.Decision, _ exchange: Exchange, _ body: [UInt8]) async throws -> Answer {
        try await desk.post(SettleInbox(try id(exchange), as: decision), exchange, body: body, status: 200) { row, _ in
            .object(Self.item(row))
        }
    }

    private func id(_ exchange: Exchange) throws(Refusal) -> Int64 {
        guard let id = Int64(exchange.variable("item")) else { throw .notFound(exchange.path.withoutVersion) }
        return id
    }

    private static func item(_ row: InboxItem) -> [JSON.Member] {
        [
            JSON.Member("id", .integer(Int(row.id))), JSON.Member("adapter", .string(row.adapter)),
            JSON.Member("kind", .string(row.kind.rawValue)), JSON.Member("verdict", .string(row.verdict.rawValue)),
            JSON.Member("reason", JSON(row.reason)), JSON.Member("proxy_address", JSON(row.proxy)),
            JSON.Member("sender", JSON(row.sender.map { (try? Address($0))?.masked ?? "…" })),
            JSON.Member("conversation_sid", JSON(row.conversation)), JSON.Member("message_sid", JSON(row.message)),
            JSON.Member("raw_bytes", JSON(row.raw?.count)), JSON.Member("date_received", .string(WireDate.text(row.received))),
        ]
    }
}
