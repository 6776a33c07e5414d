import ParleyCore

/// Webhooks, passed on.
extension RelayedTransaction {
    func scopedWebhook(_ sid: SID, in conversation: SID) throws -> ScopedWebhook? { try base.scopedWebhook(sid, in: conversation) }
    func scopedWebhooks(of conversation: SID, page: PageRequest) throws -> Page<ScopedWebhook> {
        try base.scopedWebhooks(of: conversation, page: page)
    }
    @discardableResult func insert(_ webhook: ScopedWebhook) throws -> ScopedWebhook { try base.insert(webhook) }
    func update(_ webhook: ScopedWebhook) throws { try base.update(webhook) }
    func delete(_ webhook: ScopedWebhook) throws { try base.delete(webhook) }
    func webhookConfiguration(of service: SID?) throws -> WebhookConfiguration? { try base.webhookConfiguration(of: service) }
    func put(_ configuration: WebhookConfiguration) throws { try base.put(configuration) }
    func scopedWebhooksToReplay(limit: Int) throws -> [ScopedWebhook] { try base.scopedWebhooksToReplay(limit: limit) }
    func readerPosition(_ reader: String) throws -> Int64 { try base.readerPosition(reader) }
    func setReaderPosition(_ reader: String, to position: Int64) throws { try base.setReaderPosition(reader, to: position) }
    func service(of conversation: SID) throws -> SID? { try base.service(of: conversation) }
    func messages(in conversation: SID, indices: Range<Int>, limit: Int) throws -> [Message] {
        try base.messages(in: conversation, indices: indices, limit: limit)
    }
    func mayAskPrehooks(_ pair: PairKey) throws -> Bool { try base.mayAskPrehooks(pair) }
    func hasPendingPrehook(_ pair: PairKey) throws -> Bool { try base.hasPendingPrehook(pair) }
    func pendingPrehooks(limit: Int) throws -> [PendingPrehook] { try base.pendingPrehooks(limit: limit) }
    func insert(_ pending: PendingPrehook) throws { try base.insert(pending) }
    @discardableResult func forgetPrehook(of item: Int64) throws -> Bool { try base.forgetPrehook(of: item) }
    func webhookDelivery(_ id: Int64) throws -> WebhookDelivery? { try base.webhookDelivery(id) }
    func webhookDeliveries(_ phase: WebhookDelivery.Phase?, page: PageRequest) throws -> Page<WebhookDelivery> {
        try base.webhookDeliveries(phase, page: page)
    }
    func webhookAttempts(of delivery: Int64) throws -> [WebhookAttempt] { try base.webhookAttempts(of: delivery) }
    func webhookLane(_ lane: String) throws -> WebhookLane? { try base.webhookLane(lane) }
    func nextWebhookDue() throws -> Instant? { try base.nextWebhookDue() }
    @discardableResult func insert(_ content: WebhookContent, at: Instant) throws -> Int64 { try base.insert(content, at: at) }
    func update(_ delivery: WebhookDelivery) throws { try base.update(delivery) }
    func record(_ attempt: WebhookAttempt, of delivery: Int64) throws { try base.record(attempt, of: delivery) }
    func leaseWebhooks(now: Instant, limit: Int) throws -> [WebhookDelivery] { try base.leaseWebhooks(now: now, limit: limit) }
    func advanceWebhooks(_ lane: String, _ state: WebhookLane) throws { try base.advanceWebhooks(lane, state) }
    func wakeWebhooks(_ lane: String, due: Instant) throws { try base.wakeWebhooks(lane, due: due) }
    func interruptedWebhooks(limit: Int) throws -> [WebhookDelivery] { try base.interruptedWebhooks(limit: limit) }
    func staleWebhooks(of lane: String, before: Instant, limit: Int) throws -> [WebhookDelivery] {
        try base.staleWebhooks(of: lane, before: before, limit: limit)
    }
    func sweepWebhooks(settledBefore: Instant, limit: Int) throws -> Int {
        try base.sweepWebhooks(settledBefore: settledBefore, limit: limit)
    }
}
