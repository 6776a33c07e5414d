/// A part of a longer message that waits in the inbox until the others are there.
public struct PendingPart: Sendable, Hashable {
    /// The number of the inbox row.
    public let inbox: Int64
    public let adapter: String
    /// Parts are joined within one pair.
    public let pair: PairKey
    public let part: InboundPart
    /// When the others are not waited for any more; the same for all parts of a message.
    public let due: Instant

    public init(inbox: Int64, adapter: String, pair: PairKey, part: InboundPart, due: Instant) {
        self.inbox = inbox
        self.adapter = adapter
        self.pair = pair
        self.part = part
        self.due = due
    }
}
