/// Questions to the event log about who may see what: the basis of the realtime feed.
public protocol FeedReading {
    /// The position of the latest event; 0 while there is none.
    func latestPosition() throws -> Int64
    /// The position of the oldest event that is kept; nil while there is none.
    func oldestPosition() throws -> Int64?
    /// The identities of those who see an event: chat participants of its conversation at its position. Whoever joins sees from the event of
    /// their joining on, whoever leaves or is removed sees that event as their last; a deleted conversation's last is its removal. A
    /// participant's change of identity is seen by both. An event of no conversation has no audience: who watches a user knows it.
    func audience(of event: Event) throws -> [String]
    /// The chat identities that are in a conversation now, sorted; none when it is deleted.
    func identities(in conversation: SID) throws -> [String]
    /// What an identity still sees of the log: the events of the conversations that it is in, from its joining on, and those about the users named,
    /// in order. Of a conversation that it is no longer in, only the last event is left, which tells that it ended.
    ///
    /// - Parameters:
    ///   - users: SIDs of users; of their events only `userUpdated` is seen. Each costs a search.
    ///   - position: only events after this one.
    ///   - limit: exact: fewer are returned only where no more are seen.
    func events(seenBy identity: String, in service: SID, users: [SID], after position: Int64, limit: Int) throws -> [Event]
    /// A window of a conversation's live messages.
    ///
    /// - Parameters:
    ///   - anchor: the index of the first message of the window, inclusive, or where that is a gap the bound; nil for the end that the
    ///     direction starts from.
    ///   - backwards: whether the window goes towards older messages. The rows are ascending either way.
    func messages(in conversation: SID, from anchor: Int?, backwards: Bool, limit: Int) throws -> [Message]
}
