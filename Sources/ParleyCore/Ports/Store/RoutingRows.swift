/// Questions about where inbound messages of strangers go.
public protocol RoutingReading {
    func inboxItem(_ id: Int64) throws -> InboxItem?
    /// The fact that an inbox row keeps while it waits for a decision; nil when it keeps none.
    func keptInbound(of item: Int64) throws -> PreparedInbound?
}

/// Changes to where inbound messages of strangers go.
public protocol RoutingWriting: RoutingReading {
    /// Keeps the fact of an inbox row that waits for a decision, or forgets it when it is nil.
    func keep(_ fact: PreparedInbound?, of item: Int64) throws
}
