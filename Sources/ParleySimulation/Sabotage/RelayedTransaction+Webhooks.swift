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
}
