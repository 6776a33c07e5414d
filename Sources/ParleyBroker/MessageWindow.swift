public import ParleyCore

/// A stretch of a conversation's live messages around an index, as people read it (contract: SDK §3): always ascending, whichever way they
/// look. An anchor that no message has is a bound.
public struct MessageWindow: Sendable {
    public enum Direction: String, Sendable, CaseIterable {
        /// The newest messages up to the anchor, which is the end when none is given.
        case backwards
        /// The oldest messages from the anchor on, which is the beginning when none is given.
        case forward
    }

    public let messages: [Message]
    /// True when there are messages after those of the window.
    public let hasNext: Bool
    /// True when there are messages before those of the window.
    public let hasPrevious: Bool

    /// - Parameters:
    ///   - anchor: an index, 0 or greater; the message that has it belongs to the window.
    ///   - size: how many messages the window holds at most.
    public init(
        of conversation: Conversation, from anchor: Int?, _ direction: Direction, size: Int, _ transaction: any ReadTransaction
    ) throws {
        let sid = conversation.sid
        // One more than is shown tells whether the window's far side is the end.
        let rows = try transaction.messages(in: sid, from: anchor, backwards: direction == .backwards, limit: size + 1)
        let hasMore = rows.count > size
        // Beyond the anchor one row is enough to tell; no anchor is the end itself.
        switch direction {
        case .backwards:
            messages = Array(rows.suffix(size))
            hasPrevious = hasMore
            if let anchor, anchor < conversation.nextIndex {
                hasNext = try !transaction.messages(in: sid, from: anchor + 1, backwards: false, limit: 1).isEmpty
            } else {
                hasNext = false
            }
        case .forward:
            messages = Array(rows.prefix(size))
            hasNext = hasMore
            if let anchor, anchor > 0 {
                hasPrevious = try !transaction.messages(in: sid, from: anchor - 1, backwards: true, limit: 1).isEmpty
            } else {
                hasPrevious = false
            }
        }
    }
}
