import ParleyCore

/// What pre-hooks are still to be asked about.
extension SQLiteTransaction {
    func mayAskPrehooks(_ pair: PairKey) throws -> Bool {
        try exists(
            """
            SELECT 1 WHERE EXISTS (SELECT 1 FROM webhook_configuration WHERE pre_url IS NOT NULL)
                OR EXISTS (SELECT 1 FROM pending_prehook WHERE pair_key = ?1)
            """, [pair.rawValue])
    }

    func hasPendingPrehook(_ pair: PairKey) throws -> Bool {
        try exists("SELECT 1 FROM pending_prehook WHERE pair_key = ?1 LIMIT 1", [pair.rawValue])
    }

    func pendingPrehooks(limit: Int) throws -> [PendingPrehook] {
        // Beside min, a column without an aggregate is the one of the row that has the minimum.
        try rows("SELECT min(inbox) AS first, adapter, pair_key FROM pending_prehook GROUP BY pair_key ORDER BY first LIMIT ?1", [limit]) {
            try PendingPrehook(inbox: $0.integer(), adapter: $0.text(), pair: PairKey(rawValue: $0.text()))
        }
    }

    func insert(_ pending: PendingPrehook) throws {
        try execute(
            "INSERT INTO pending_prehook (inbox, adapter, pair_key) VALUES (?1, ?2, ?3)",
            [pending.inbox, pending.adapter, pending.pair.rawValue])
    }

    @discardableResult func forgetPrehook(of item: Int64) throws -> Bool {
        try execute("DELETE FROM pending_prehook WHERE inbox = ?1", [item]) > 0
    }
}
