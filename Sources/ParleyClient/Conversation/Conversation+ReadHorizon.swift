/// How far one has read.
extension Conversation {
    /// How many messages one has not read; nil when nothing was ever said about it.
    public func getUnreadMessagesCount() async throws -> Int? { try await core.refresh(self).unreadMessagesCount }

    /// Says how far one has read, forward only: an index that lies before changes nothing.
    ///
    /// - Returns: how many messages are unread.
    @discardableResult
    public func advanceLastReadMessageIndex(_ index: Int) async throws -> Int? {
        try Check.notNegative(index, "index")
        return try await core.updateMine(self, [("LastReadMessageIndex", String(index)), ("Advance", "true")]).unreadMessagesCount
    }

    /// Says how far one has read, forward or back; nil: nothing is said about it any more.
    ///
    /// - Returns: how many messages are unread.
    @discardableResult
    public func updateLastReadMessageIndex(_ index: Int?) async throws -> Int? {
        if let index { try Check.notNegative(index, "index") }
        return try await core.updateMine(self, [("LastReadMessageIndex", index.map(String.init) ?? "null")]).unreadMessagesCount
    }

    /// - Returns: how many messages are unread; 0 when there are no messages at all.
    @discardableResult
    public func setAllMessagesRead() async throws -> Int? {
        guard let newest = try await getMessages(pageSize: 1).items.last else { return 0 }
        return try await advanceLastReadMessageIndex(newest.index)
    }

    /// Takes back what was said about reading.
    @discardableResult
    public func setAllMessagesUnread() async throws -> Int? { try await updateLastReadMessageIndex(nil) }
}
