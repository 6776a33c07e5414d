/// Questions about webhooks and what is owed to them.
public protocol WebhookReading {
    // Where they go.
    /// The configuration of a service, or of the account when none is named. Nil when it was never set.
    func webhookConfiguration(of service: SID?) throws -> WebhookConfiguration?
    func scopedWebhook(_ sid: SID, in conversation: SID) throws -> ScopedWebhook?
    /// Webhooks of a conversation, in the order they were made.
    func scopedWebhooks(of conversation: SID, page: PageRequest) throws -> Page<ScopedWebhook>
    /// Webhooks that messages are still to be replayed to, oldest first.
    func scopedWebhooksToReplay(limit: Int) throws -> [ScopedWebhook]

    // What they are told.
    /// How far a reader of the event log is; 0 before its first step.
    func readerPosition(_ reader: String) throws -> Int64
    /// The service of a conversation, also of a deleted one.
    func service(of conversation: SID) throws -> SID?
    /// Messages with an index in a range, in their order. Deleted ones are not found.
    func messages(in conversation: SID, indices: Range<Int>, limit: Int) throws -> [Message]

    // What pre-hooks are still to be asked about.
    /// False when no pre-hook can have a say in what a pair sends: no webhook is asked beforehand, and nothing of the pair waits.
    func mayAskPrehooks(_ pair: PairKey) throws -> Bool
    /// True while something of the pair waits for pre-hooks.
    func hasPendingPrehook(_ pair: PairKey) throws -> Bool
    /// The first of each pair, in the order of the inbox.
    func pendingPrehooks(limit: Int) throws -> [PendingPrehook]

    // What is owed.
    func webhookDelivery(_ id: Int64) throws -> WebhookDelivery?
    /// Newest first.
    func webhookDeliveries(_ phase: WebhookDelivery.Phase?, page: PageRequest) throws -> Page<WebhookDelivery>
    /// In their order.
    func webhookAttempts(of delivery: Int64) throws -> [WebhookAttempt]
    func webhookLane(_ lane: String) throws -> WebhookLane?
    /// When a lane wants attention next; nil when none does.
    func nextWebhookDue() throws -> Instant?
}

/// Changes to webhooks and what is owed to them.
public protocol WebhookWriting: WebhookReading {
    /// Takes the place of an earlier one.
    func put(_ configuration: WebhookConfiguration) throws
    /// Keeps a webhook and returns it as it is kept: it is told of the events that are appended after this call.
    @discardableResult func insert(_ webhook: ScopedWebhook) throws -> ScopedWebhook
    /// Writes what can change: where it goes, what it is told of, and how far its replay is.
    func update(_ webhook: ScopedWebhook) throws
    func delete(_ webhook: ScopedWebhook) throws

    func insert(_ pending: PendingPrehook) throws
    /// Returns false when there was none for that inbox row.
    @discardableResult func forgetPrehook(of item: Int64) throws -> Bool

    func setReaderPosition(_ reader: String, to position: Int64) throws
    /// Queues what is owed to a webhook, due at once, and returns its number. Its lane is made or woken as needed.
    @discardableResult func insert(_ content: WebhookContent, at: Instant) throws -> Int64
    /// Writes all but the content.
    func update(_ delivery: WebhookDelivery) throws
    func record(_ attempt: WebhookAttempt, of delivery: Int64) throws
    /// Takes up to `limit` lanes that are due and not leased, and returns their heads as `sending`, with the attempt counted. A lane's head is
    /// what waits in it and is due first.
    func leaseWebhooks(now: Instant, limit: Int) throws -> [WebhookDelivery]
    /// Ends a lane's lease, if any, and finds its next head. A lane without one is forgotten.
    func advanceWebhooks(_ lane: String, _ state: WebhookLane) throws
    /// Has a lane look at what was put back into it, whether it is leased or not.
    func wakeWebhooks(_ lane: String, due: Instant) throws
    /// Deliveries found in `sending`: at start, what a crash left.
    func interruptedWebhooks(limit: Int) throws -> [WebhookDelivery]
    /// Deliveries of a lane that wait, were queued before then, and are due since before then.
    func staleWebhooks(of lane: String, before: Instant, limit: Int) throws -> [WebhookDelivery]
    /// Forgets deliveries that were settled before then, with their attempts. Returns their number.
    func sweepWebhooks(settledBefore: Instant, limit: Int) throws -> Int
}
