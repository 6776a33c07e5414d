public import ParleyCore

/// How far a participant has read (contract: semantics §9). It moves only when somebody moves it, forwards and backwards.
public enum ReadHorizon {
    /// The most that an unread count says.
    public static let unreadMax = 1000

    /// What a user makes of their own horizon.
    public enum Move: Sendable, Hashable {
        /// To an index, forwards or backwards.
        case set(Int)
        /// Forwards only: an index that does not lie beyond the horizon leaves it where it is.
        case advance(Int)
        /// To none, as if nothing had ever been read.
        case clear
    }

    /// How many live messages come after the participant's horizon, at most ``unreadMax``; nil while the participant has none.
    public static func unread(_ membership: Membership, _ transaction: any ReadTransaction) throws -> Int? {
        let conversation = membership.conversation
        guard let horizon = membership.participant.lastReadIndex else { return nil }
        // While no index was ever lost to a deletion, each one after the horizon is a message.
        if conversation.messageCount == conversation.nextIndex { return min(max(conversation.nextIndex - 1 - horizon, 0), unreadMax) }
        return try transaction.messages(in: conversation.sid, after: horizon, limit: unreadMax)
    }

    /// Moves a participant's horizon. An index without a time is read now; a time alone leaves the index.
    ///
    /// The contract speaks of chat participants, and of messengers whose read receipts move the horizon of people outside: the REST API may
    /// therefore set it on either kind.
    ///
    /// - Throws: 400/20001 when the index lies beyond the last message.
    static func move(_ participant: inout Participant, to index: Int?, at time: Instant?, in conversation: Conversation, now: Instant)
        throws
    {
        if let index {
            guard index < conversation.nextIndex else {
                throw Refusal.invalid("LastReadMessageIndex", "beyond the last message, whose index is \(conversation.nextIndex - 1)")
            }
            participant.lastReadIndex = index
        }
        if index != nil || time != nil { participant.lastReadAt = time ?? now }
    }

    /// Moves a user's own horizon, which is read now.
    ///
    /// - Throws: 400/20001 when the index lies beyond the last message.
    static func move(_ participant: inout Participant, _ move: Move, in conversation: Conversation, now: Instant) throws {
        switch move {
        case .set(let index):
            try self.move(&participant, to: index, at: nil, in: conversation, now: now)
        case .advance(let index):
            if let horizon = participant.lastReadIndex, index <= horizon { return }
            try self.move(&participant, to: index, at: nil, in: conversation, now: now)
        case .clear:
            participant.lastReadIndex = nil
            participant.lastReadAt = nil
        }
    }
}
