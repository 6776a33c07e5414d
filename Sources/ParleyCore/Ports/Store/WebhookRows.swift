/// Questions about webhooks and what is owed to them.
public protocol WebhookReading {
    func scopedWebhook(_ sid: SID, in conversation: SID) throws -> ScopedWebhook?
    /// Webhooks of a conversation, in the order they were made.
    func scopedWebhooks(of conversation: SID, page: PageRequest) throws -> Page<ScopedWebhook>
}

/// Changes to webhooks and what is owed to them.
public protocol WebhookWriting: WebhookReading {
    /// Keeps a webhook and returns it as it is kept: it is told of the events that are appended after this call.
    @discardableResult func insert(_ webhook: ScopedWebhook) throws -> ScopedWebhook
    /// Writes what can change: where it goes, what it is told of, and how far its replay is.
    func update(_ webhook: ScopedWebhook) throws
    func delete(_ webhook: ScopedWebhook) throws
}
