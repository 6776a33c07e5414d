import ParleyCore

/// Where inbound messages of strangers go.
extension RelayedTransaction {
    func inboxItem(_ id: Int64) throws -> InboxItem? { try base.inboxItem(id) }
    func keptInbound(of item: Int64) throws -> PreparedInbound? { try base.keptInbound(of: item) }
    func keep(_ fact: PreparedInbound?, of item: Int64) throws { try base.keep(fact, of: item) }
}
