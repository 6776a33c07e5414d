import ParleyCore

/// What is owed to webhooks, lane by lane, and the record of what was sent.
extension SQLiteTransaction {
    static let webhookColumns = """
        id, scope, hook, url, method, parameters, conversation, event, subject, identity, phase, attempt, due, created, queued, settled, status, failure
        """

    static func webhook(_ fields: inout Fields) throws -> WebhookDelivery {
        let id = try fields.integer()
        let content = try WebhookContent(
            scope: fields.text(), hook: fields.choice(), url: fields.text(), method: fields.choice(), parameters: fields.list(),
            conversation: fields.optionalSID(), event: fields.optionalInteger(), subject: fields.optionalSID(),
            identity: fields.optionalText())
        return try WebhookDelivery(
            id: id, content: content, phase: fields.choice(), attempt: fields.count(), due: fields.instant(), created: fields.instant(),
            queued: fields.instant(), settled: fields.optionalInstant(), status: fields.optionalInteger().map { Int($0) },
            failure: fields.optionalText())
    }

    func webhookDelivery(_ id: Int64) throws -> WebhookDelivery? {
        try first("SELECT \(Self.webhookColumns) FROM webhook_delivery WHERE id = ?1", [id], Self.webhook)
    }

    func webhookDeliveries(_ phase: WebhookDelivery.Phase?, page: PageRequest) throws -> Page<WebhookDelivery> {
        var listing = Listing(
            "webhook-deliveries", table: "webhook_delivery", keys: ["id"], columns: Self.webhookColumns, decode: Self.webhook)
        if let phase { listing.filter("phase = ?", phase.rawValue) }
        listing.isDescending = true
        return try self.page(listing, page)
    }

    func insert(_ content: WebhookContent, at: Instant) throws -> Int64 {
        let id = try first(
            """
            INSERT INTO webhook_delivery (lane, scope, hook, url, method, parameters, conversation, phase, attempt, due, created, queued, event,
                subject, identity)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting', 0, ?8, ?8, ?8, ?9, ?10, ?11) RETURNING id
            """,
            [
                content.lane, content.scope, content.hook.rawValue, content.url, content.method.rawValue, json(content.parameters),
                content.conversation?.text, at.milliseconds, content.event, content.subject?.text, content.identity,
            ]
        ) { try $0.integer() }
        guard let id else { throw UnexpectedRow.missing("webhook_delivery") }
        try wakeWebhooks(content.lane, due: at)
        return id
    }

    func update(_ delivery: WebhookDelivery) throws {
        let changed = try execute(
            """
            UPDATE webhook_delivery SET phase = ?2, attempt = ?3, due = ?4, queued = ?5, settled = ?6, status = ?7, failure = ?8
            WHERE id = ?1
            """,
            [
                delivery.id, delivery.phase.rawValue, delivery.attempt, delivery.due.milliseconds, delivery.queued.milliseconds,
                delivery.settled?.milliseconds, delivery.status, delivery.failure,
            ])
        if changed == 0 { throw UnexpectedRow.missing("webhook_delivery") }
    }

    func webhookAttempts(of delivery: Int64) throws -> [WebhookAttempt] {
        try rows("SELECT number, at, status, failure FROM webhook_attempt WHERE delivery = ?1 ORDER BY number", [delivery]) { fields in
            try WebhookAttempt(
                number: fields.count(), at: fields.instant(), status: fields.optionalInteger().map { Int($0) },
                failure: fields.optionalText())
        }
    }

    /// A number that was recorded already is recorded anew.
    func record(_ attempt: WebhookAttempt, of delivery: Int64) throws {
        try execute(
            """
            INSERT INTO webhook_attempt (delivery, number, at, status, failure) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (delivery, number) DO UPDATE SET at = excluded.at, status = excluded.status, failure = excluded.failure
            """, [delivery, attempt.number, attempt.at.milliseconds, attempt.status, attempt.failure])
    }

    func webhookLane(_ lane: String) throws -> WebhookLane? {
        try first("SELECT failures, rests_until FROM webhook_lane WHERE lane = ?1", [lane]) { fields in
            try WebhookLane(failures: fields.count(), restsUntil: fields.optionalInstant())
        }
    }

    func nextWebhookDue() throws -> Instant? {
        try first("SELECT wake FROM webhook_lane WHERE wake IS NOT NULL ORDER BY wake LIMIT 1") { try $0.instant() }
    }

    func leaseWebhooks(now: Instant, limit: Int) throws -> [WebhookDelivery] {
        let lanes = try rows(
            "SELECT lane FROM webhook_lane WHERE wake <= ?1 ORDER BY wake LIMIT ?2", [now.milliseconds, max(limit, 0)]
        ) { try $0.text() }
        return try lanes.compactMap { lane in
            guard var head = try webhookHead(of: lane), head.due <= now else {
                // The row that the lane was due for has gone; the lane finds its head, or goes too.
                try advanceWebhooks(lane, try webhookLane(lane) ?? WebhookLane())
                return nil
            }
            (head.phase, head.attempt) = (.sending, head.attempt + 1)
            try update(head)
            try execute("UPDATE webhook_lane SET leased = 1, rests_until = NULL WHERE lane = ?1", [lane])
            return head
        }
    }

    func advanceWebhooks(_ lane: String, _ state: WebhookLane) throws {
        guard let head = try webhookHead(of: lane) else {
            try execute("DELETE FROM webhook_lane WHERE lane = ?1", [lane])
            return
        }
        try execute(
            """
            INSERT INTO webhook_lane (lane, due, leased, failures, rests_until) VALUES (?1, ?2, 0, ?3, ?4)
            ON CONFLICT (lane) DO UPDATE SET due = excluded.due, leased = 0, failures = excluded.failures, rests_until = excluded.rests_until
            """, [lane, head.due.milliseconds, state.failures, state.restsUntil?.milliseconds])
    }

    func wakeWebhooks(_ lane: String, due: Instant) throws {
        try execute(
            """
            INSERT INTO webhook_lane (lane, due, leased, failures) VALUES (?1, ?2, 0, 0)
            ON CONFLICT (lane) DO UPDATE SET due = min(due, excluded.due)
            """, [lane, due.milliseconds])
    }

    func interruptedWebhooks(limit: Int) throws -> [WebhookDelivery] {
        try rows(
            "SELECT \(Self.webhookColumns) FROM webhook_delivery WHERE phase = 'sending' ORDER BY id LIMIT ?1", [max(limit, 0)],
            Self.webhook)
    }

    func staleWebhooks(of lane: String, before: Instant, limit: Int) throws -> [WebhookDelivery] {
        try rows(
            """
            SELECT \(Self.webhookColumns) FROM webhook_delivery WHERE lane = ?1 AND phase = 'waiting' AND due < ?2 AND queued < ?2
            ORDER BY due LIMIT ?3
            """, [lane, before.milliseconds, max(limit, 0)], Self.webhook)
    }

    func sweepWebhooks(settledBefore: Instant, limit: Int) throws -> Int {
        let old = try rows(
            "SELECT id FROM webhook_delivery WHERE settled < ?1 ORDER BY settled LIMIT ?2", [settledBefore.milliseconds, max(limit, 0)]
        ) { try $0.integer() }
        guard !old.isEmpty else { return 0 }
        return try deleteWebhooks(old)
    }

    @discardableResult
    func deleteWebhooks(_ ids: [Int64]) throws -> Int {
        let ids = try json(ids)
        try execute("DELETE FROM webhook_attempt WHERE delivery IN (SELECT value FROM json_each(?1))", [ids])
        return try execute("DELETE FROM webhook_delivery WHERE id IN (SELECT value FROM json_each(?1))", [ids])
    }

    private func webhookHead(of lane: String) throws -> WebhookDelivery? {
        try first(
            "SELECT \(Self.webhookColumns) FROM webhook_delivery WHERE lane = ?1 AND phase = 'waiting' ORDER BY due, id LIMIT 1", [lane],
            Self.webhook)
    }
}
