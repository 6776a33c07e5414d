import Foundation
import ParleyCore

/// What came in, and how often a pair speaks.
extension SQLiteTransaction {
    private static let inboxColumns = """
        id, adapter, dedupe_key, content_digest, kind, verdict, reason, proxy, sender, conversation, message, raw, raw_key, received
        """

    private static func inboxItem(_ fields: inout Fields) throws -> InboxItem {
        try InboxItem(
            id: fields.integer(), adapter: fields.text(), dedupeKey: fields.text(), contentDigest: fields.text(), kind: fields.choice(),
            verdict: fields.choice(), reason: fields.optionalText(), proxy: fields.optionalText(), sender: fields.optionalText(),
            conversation: fields.optionalSID(), message: fields.optionalSID(), raw: fields.optionalBytes(), rawKey: fields.optionalChoice(),
            received: fields.instant())
    }

    func inboxItem(adapter: String, dedupeKey: String) throws -> InboxItem? {
        try first(
            "SELECT \(Self.inboxColumns) FROM inbox WHERE adapter = ?1 AND dedupe_key = ?2", [adapter, dedupeKey], Self.inboxItem)
    }

    func inboxItem(_ id: Int64) throws -> InboxItem? {
        try first("SELECT \(Self.inboxColumns) FROM inbox WHERE id = ?1", [id], Self.inboxItem)
    }

    func inboxItem(saying item: InboxItem, since: Instant) throws -> InboxItem? {
        try first(
            """
            SELECT \(Self.inboxColumns) FROM inbox WHERE adapter = ?1 AND content_digest = ?2 AND received >= ?3 AND id < ?4
            ORDER BY received DESC, id DESC LIMIT 1
            """, [item.adapter, item.contentDigest, since.milliseconds, item.id], Self.inboxItem)
    }

    func keptInbound(of item: Int64) throws -> PreparedInbound? {
        let text = try first("SELECT fact FROM inbox WHERE id = ?1", [item]) { try $0.optionalText() } ?? nil
        return try text.map { text in
            do { return try JSONDecoder().decode(PreparedInbound.self, from: Data(text.utf8)) } catch {
                throw UnexpectedRow.malformed("an inbound fact")
            }
        }
    }

    func keep(_ fact: PreparedInbound?, of item: Int64) throws {
        let changed = try execute("UPDATE inbox SET fact = ?2 WHERE id = ?1", [item, try fact.map { try json($0) }])
        if changed == 0 { throw UnexpectedRow.missing("inbox") }
    }

    func forgetHeld(before: Instant, limit: Int) throws -> Int {
        let forgotten = try rows(
            """
            DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE verdict = 'held' AND received < ?1 ORDER BY received LIMIT ?2)
            RETURNING id, raw_key
            """, [before.milliseconds, limit]
        ) { try (id: $0.integer(), raw: $0.optionalChoice() as MediaKey?) }
        try loosen(forgotten.compactMap(\.raw))
        try dropMedia(ofInbox: forgotten.map(\.id))
        return forgotten.count
    }

    /// In the order it came in.
    func inbox(_ filter: InboxFilter, page: PageRequest) throws -> Page<InboxItem> {
        var listing = Listing("inbox", table: "inbox", keys: ["id"], columns: Self.inboxColumns, decode: Self.inboxItem)
        if let verdict = filter.verdict { listing.filter("verdict = ?", verdict.rawValue) }
        return try self.page(listing, page)
    }

    func insert(_ item: NewInboxItem) throws -> InboxItem? {
        let id = try first(
            """
            INSERT INTO inbox (adapter, dedupe_key, content_digest, kind, verdict, reason, proxy, sender, conversation, message, raw, raw_key,
                received, sender_key)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
            ON CONFLICT (adapter, dedupe_key) DO NOTHING
            RETURNING id
            """,
            [
                item.adapter, item.dedupeKey, item.contentDigest, item.kind.rawValue, item.verdict.rawValue, item.reason, item.proxy,
                item.sender, item.conversation?.text, item.message?.text, blob(item.raw), item.rawKey?.rawValue, item.received.milliseconds,
                item.sender.map { (try? Address($0))?.key ?? $0 },
            ]
        ) { try $0.integer() }
        if let id, !item.media.isEmpty {
            try execute(
                "INSERT INTO inbox_media (item, \"key\") SELECT DISTINCT ?1, value FROM json_each(?2)",
                [id, json(item.media.map(\.rawValue))])
        }
        return id.map { id in
            InboxItem(
                id: id, adapter: item.adapter, dedupeKey: item.dedupeKey, contentDigest: item.contentDigest, kind: item.kind,
                verdict: item.verdict, reason: item.reason, proxy: item.proxy, sender: item.sender, conversation: item.conversation,
                message: item.message, raw: item.raw, rawKey: item.rawKey, received: item.received)
        }
    }

    func update(_ item: InboxItem) throws {
        let changed = try execute(
            "UPDATE inbox SET verdict = ?2, reason = ?3, conversation = ?4, message = ?5 WHERE id = ?1",
            [item.id, item.verdict.rawValue, item.reason, item.conversation?.text, item.message?.text])
        if changed == 0 { throw UnexpectedRow.missing("inbox") }
    }

    func hasInbox(adapter: String, contentDigest: String, since: Instant) throws -> Bool {
        try exists(
            "SELECT 1 FROM inbox WHERE adapter = ?1 AND content_digest = ?2 AND received >= ?3 LIMIT 1",
            [adapter, contentDigest, since.milliseconds])
    }

    func countInbound(_ pair: PairKey, window: Duration, at: Instant) throws -> Int {
        try first(
            """
            INSERT INTO inbound_window (pair_key, ends, count) VALUES (?1, ?2, 1)
            ON CONFLICT (pair_key) DO UPDATE SET
                count = CASE WHEN ends <= ?3 THEN 1 ELSE count + 1 END,
                ends = CASE WHEN ends <= ?3 THEN excluded.ends ELSE ends END
            RETURNING count
            """, [pair.rawValue, (at + window).milliseconds, at.milliseconds]
        ) { try $0.count() } ?? 1
    }
}
