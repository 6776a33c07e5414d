/// A row that an erasure has found, with its number.
public struct ErasedRow: Sendable, Hashable {
    public var row: Int64
    public var sid: SID
    public var conversation: SID
    /// The pair's key of a participant who has one.
    public var lane: PairKey?
    public var isRemoved: Bool

    public init(row: Int64, sid: SID, conversation: SID, lane: PairKey? = nil, isRemoved: Bool = false) {
        self.row = row
        self.sid = sid
        self.conversation = conversation
        self.lane = lane
        self.isRemoved = isRemoved
    }
}
