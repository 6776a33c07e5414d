/// Something that people outside said and that waits in the inbox until the media that it names were fetched.
public struct PendingMedia: Sendable, Hashable {
    /// The number of the inbox row.
    public let inbox: Int64
    public let adapter: String
    /// How often they were asked for.
    public var attempt: Int
    /// When they are asked for next.
    public var due: Instant

    public init(inbox: Int64, adapter: String, attempt: Int = 0, due: Instant) {
        self.inbox = inbox
        self.adapter = adapter
        self.attempt = attempt
        self.due = due
    }
}
