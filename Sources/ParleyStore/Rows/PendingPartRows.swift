import ParleyCore

/// Parts of messages that wait for the others.
extension SQLiteTransaction {
    private static let pendingPartColumns = "inbox, adapter, pair_key, reference, number, total, due"

    private static func pendingPart(_ fields: inout Fields) throws -> PendingPart {
        try PendingPart(
            inbox: fields.integer(), adapter: fields.text(), pair: PairKey(rawValue: fields.text()),
            part: InboundPart(reference: fields.text(), number: fields.count(), total: fields.count()), due: fields.instant())
    }

    func pendingParts(adapter: String, pair: PairKey, reference: String, total: Int) throws -> [PendingPart] {
        try rows(
            """
            SELECT \(Self.pendingPartColumns) FROM pending_part
            WHERE adapter = ?1 AND pair_key = ?2 AND reference = ?3 AND total = ?4 ORDER BY number, inbox
            """, [adapter, pair.rawValue, reference, total], Self.pendingPart)
    }

    func pendingParts(due now: Instant, limit: Int) throws -> [PendingPart] {
        try rows(
            "SELECT \(Self.pendingPartColumns) FROM pending_part WHERE due <= ?1 ORDER BY due, inbox LIMIT ?2",
            [now.milliseconds, max(limit, 0)], Self.pendingPart)
    }

    func nextPendingPart() throws -> Instant? {
        try first("SELECT due FROM pending_part ORDER BY due LIMIT 1") { try $0.instant() }
    }

    func incompleteMessages(adapter: String, pair: PairKey) throws -> [PendingPart] {
        // Beside min, a column without an aggregate is the one of the row that has the minimum.
        try rows(
            """
            SELECT min(inbox) AS first, adapter, pair_key, reference, number, total, due FROM pending_part
            WHERE adapter = ?1 AND pair_key = ?2 GROUP BY reference, total ORDER BY first
            """, [adapter, pair.rawValue], Self.pendingPart)
    }

    func insert(_ pending: PendingPart) throws {
        try execute(
            "INSERT INTO pending_part (\(Self.pendingPartColumns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            [
                pending.inbox, pending.adapter, pending.pair.rawValue, pending.part.reference, pending.part.number, pending.part.total,
                pending.due.milliseconds,
            ])
    }

    @discardableResult func forgetPendingPart(of item: Int64) throws -> Bool {
        try execute("DELETE FROM pending_part WHERE inbox = ?1", [item]) > 0
    }
}
