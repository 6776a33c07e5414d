import ParleyCore

/// What waits for its media.
extension SQLiteTransaction {
    private static func pendingMedia(_ fields: inout Fields) throws -> PendingMedia {
        try PendingMedia(inbox: fields.integer(), adapter: fields.text(), attempt: fields.count(), due: fields.instant())
    }

    func pendingMedia(of item: Int64) throws -> PendingMedia? {
        try first("SELECT inbox, adapter, attempt, due FROM pending_media WHERE inbox = ?1", [item], Self.pendingMedia)
    }

    func pendingMedia(due now: Instant, limit: Int) throws -> [PendingMedia] {
        try rows(
            "SELECT inbox, adapter, attempt, due FROM pending_media WHERE due <= ?1 ORDER BY due, inbox LIMIT ?2",
            [now.milliseconds, max(limit, 0)], Self.pendingMedia)
    }

    func nextPendingMedia(after now: Instant) throws -> Instant? {
        try first("SELECT due FROM pending_media WHERE due > ?1 ORDER BY due LIMIT 1", [now.milliseconds]) { try $0.instant() }
    }

    func put(_ pending: PendingMedia) throws {
        try execute(
            """
            INSERT INTO pending_media (inbox, adapter, attempt, due) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (inbox) DO UPDATE SET attempt = excluded.attempt, due = excluded.due
            """, [pending.inbox, pending.adapter, pending.attempt, pending.due.milliseconds])
    }

    @discardableResult func forgetPendingMedia(of item: Int64) throws -> Bool {
        try execute("DELETE FROM pending_media WHERE inbox = ?1", [item]) > 0
    }

    func add(_ media: [MediaKey], toInbox item: Int64) throws {
        try execute(
            "INSERT INTO inbox_media (item, \"key\") SELECT DISTINCT ?1, value FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING",
            [item, json(media.map(\.rawValue))])
    }
}
