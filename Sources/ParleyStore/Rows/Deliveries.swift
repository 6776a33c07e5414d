import ParleyCore

/// Deliveries: look-ups, lists, what time has ended, and changes.
extension SQLiteTransaction {
    private static let deliveryFields = [
        "sid", "ordinal", "lane", "adapter", "channel", "conversation", "message", "participant", "phase", "status", "attempt", "due",
        "valid_until", "payload", "error_code", "error_text", "flags", "receipt_due", "created", "updated",
    ]
    static let deliveryColumns = deliveryFields.map { "delivery." + $0 }.joined(separator: ", ")

    static func delivery(_ fields: inout Fields) throws -> Delivery {
        try Delivery(
            sid: fields.sid(), ordinal: fields.integer(), lane: PairKey(rawValue: fields.text()), adapter: fields.text(),
            channel: fields.choice(), conversation: fields.sid(), message: fields.sid(), participant: fields.sid(), phase: fields.choice(),
            status: fields.optionalChoice(), attempt: fields.count(), due: fields.instant(), validUntil: fields.instant(),
            payload: fields.optionalText(), errorCode: fields.count(), errorText: fields.optionalText(), flags: fields.words(),
            receiptDue: fields.optionalInstant(), created: fields.instant(), updated: fields.instant())
    }

    func delivery(_ sid: SID) throws -> Delivery? {
        try first("SELECT \(Self.deliveryColumns) FROM delivery WHERE sid = ?1", [sid.text], Self.delivery)
    }

    func deliveries(of message: SID, page: PageRequest) throws -> Page<Delivery> {
        var listing = Listing("deliveries", table: "delivery", keys: ["ordinal"], columns: Self.deliveryColumns, decode: Self.delivery)
        listing.filter("message = ?", message.text)
        return try self.page(listing, page)
    }

    /// One index holds what is not settled by adapter and phase; each such run is in the order of ordinals, and the page is merged from
    /// them.
    func queue(_ filter: QueueFilter, page: PageRequest) throws -> Page<Delivery> {
        let all = Listing("queue", table: "delivery", keys: ["ordinal"], columns: Self.deliveryColumns, decode: Self.delivery)
        let adapters = try filter.adapter.map { [$0] } ?? adaptersWithQueue()
        let phases = filter.phase.map { [$0] } ?? Delivery.Phase.allCases
        let runs = adapters.flatMap { adapter in
            phases.filter { $0 != .settled }.map { phase in
                var run = all
                run.filter("adapter = ?", adapter)
                run.filter("phase = ?", phase.rawValue)
                run.filter("phase <> 'settled'")
                return run
            }
        }
        return try self.page(merging: runs, like: all, page)
    }

    /// The adapters that have unsettled deliveries, by steps over the index that never meet two rows of one adapter.
    private func adaptersWithQueue() throws -> [String] {
        var adapters: [String] = []
        var last = ""
        while true {
            let next = try first(
                "SELECT adapter FROM delivery WHERE adapter > ?1 AND phase <> 'settled' ORDER BY adapter LIMIT 1", [last]
            ) { try $0.text() }
            guard let next else { return adapters }
            adapters.append(next)
            last = next
        }
    }

    func update(_ delivery: Delivery) throws {
        let changed = try execute(
            """
            UPDATE delivery SET phase = ?2, status = ?3, attempt = ?4, due = ?5, payload = ?6, error_code = ?7, error_text = ?8, flags = ?9,
                updated = ?10, receipt_due = ?11, adapter = ?12
            WHERE sid = ?1
            """,
            [
                delivery.sid.text, delivery.phase.rawValue, delivery.status?.rawValue, delivery.attempt, delivery.due.milliseconds,
                delivery.payload, delivery.errorCode, delivery.errorText, words(delivery.flags), delivery.updated.milliseconds,
                delivery.receiptDue?.milliseconds, delivery.adapter,
            ])
        if changed == 0 { throw UnexpectedRow.missing("delivery") }
    }

    /// What is queued or deferred; of a conversation also what is held, on which nobody will decide. Deliveries of a conversation and of
    /// a participant are found through the lanes of the participants.
    func cancellable(_ scope: CancellationScope, limit: Int) throws -> [Delivery] {
        let held = if case .conversation = scope { ", 'held'" } else { "" }
        let waits = "delivery.phase <> 'settled' AND delivery.phase IN ('queued', 'deferred'\(held))"
        let byParticipant = """
            FROM participant CROSS JOIN delivery INDEXED BY delivery_lane
                ON delivery.lane = participant.pair_key AND delivery.participant = participant.sid AND \(waits)
            """
        switch scope {
        case .message(let message):
            return try rows(
                "SELECT \(Self.deliveryColumns) FROM delivery WHERE message = ?1 AND \(waits) ORDER BY ordinal LIMIT ?2",
                [message.text, max(limit, 0)], Self.delivery)
        case .participant(let participant):
            return try rows(
                "SELECT \(Self.deliveryColumns) \(byParticipant) WHERE participant.sid = ?1 ORDER BY delivery.ordinal LIMIT ?2",
                [participant.text, max(limit, 0)], Self.delivery)
        case .conversation(let conversation):
            return try rows(
                "SELECT \(Self.deliveryColumns) \(byParticipant) WHERE participant.conversation = ?1 LIMIT ?2",
                [conversation.text, max(limit, 0)], Self.delivery)
        }
    }

    func nextSettlement() throws -> Instant? {
        try first("SELECT ends FROM delivery WHERE ends IS NOT NULL ORDER BY ends LIMIT 1") { try $0.instant() }
    }

    func expired(at now: Instant, limit: Int) throws -> [Delivery] {
        try rows(
            """
            SELECT \(Self.deliveryColumns) FROM delivery WHERE ends <= ?1 AND phase <> 'settled' AND valid_until <= ?1
            ORDER BY ends LIMIT ?2
            """,
            [now.milliseconds, max(limit, 0)], Self.delivery)
    }

    func unreceipted(at now: Instant, limit: Int) throws -> [Delivery] {
        try rows(
            "SELECT \(Self.deliveryColumns) FROM delivery WHERE ends <= ?1 AND phase = 'settled' ORDER BY ends LIMIT ?2",
            [now.milliseconds, max(limit, 0)], Self.delivery)
    }

    func overdue(at now: Instant, limit: Int) throws -> [Delivery] {
        try rows(
            "SELECT \(Self.deliveryColumns) FROM delivery WHERE ends <= ?1 AND phase = 'awaiting' AND due <= ?1 ORDER BY ends LIMIT ?2",
            [now.milliseconds, max(limit, 0)], Self.delivery)
    }

    func interrupted(limit: Int) throws -> [Delivery] {
        var found: [Delivery] = []
        for adapter in try adaptersWithQueue() where found.count < limit {
            found += try rows(
                """
                SELECT \(Self.deliveryColumns) FROM delivery
                WHERE adapter = ?1 AND phase = 'sending' AND phase <> 'settled' ORDER BY ordinal LIMIT ?2
                """, [adapter, limit - found.count], Self.delivery)
        }
        return found
    }
}
