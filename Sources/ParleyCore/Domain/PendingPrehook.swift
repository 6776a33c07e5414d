/// Something that people outside said and that waits in the inbox until pre-hooks were asked about it.
public struct PendingPrehook: Sendable, Hashable {
    /// The number of the inbox row.
    public let inbox: Int64
    public let adapter: String
    /// Of one pair, one is asked about at a time, so that the order stays.
    public let pair: PairKey

    public init(inbox: Int64, adapter: String, pair: PairKey) {
        self.inbox = inbox
        self.adapter = adapter
        self.pair = pair
    }
}
