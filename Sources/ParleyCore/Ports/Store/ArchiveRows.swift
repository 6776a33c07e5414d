/// Questions about search, and the erasure of people.
public protocol ArchiveReading {
    /// Messages that hold all terms, newest first. Deleted ones are not found, nor those of deleted conversations. A page that has looked at
    /// ``MessageSearch/candidatesMax`` messages is shorter than was asked for and has a successor.
    func messages(matching search: MessageSearch, page: PageRequest) throws -> Page<Message>

    /// True when a medium of the service has these bytes.
    func hasMedia(_ key: MediaKey, in service: SID) throws -> Bool
    /// Bytes that rows have let go of.
    func looseMedia(limit: Int) throws -> [LooseMedia]
}

/// Changes to search, imports, and the erasure of people.
public protocol ArchiveWriting: ArchiveReading {
    /// Inserts a conversation that nobody sees until it is published.
    func stage(_ conversation: Conversation, at: Instant) throws
    /// Inserts rows of a staged conversation with the indices that they have, and counts them.
    func stage(_ participants: [Participant], _ messages: [Message], in conversation: SID) throws
    /// Shows a staged conversation, with the values given and the counters that it has.
    ///
    /// - Parameter binding: true to hold the pairs of its participants; 409/50416 when another conversation holds one.
    func publish(_ conversation: Conversation, binding: Bool) throws
    /// Gives up what is staged: of one conversation, or of all. Nothing happens to what was published.
    func abandonImports(_ conversation: SID?) throws
    /// Takes rows of abandoned imports away, at most about `limit`. Returns their number, 0 when none is left.
    func discardAbandoned(limit: Int) throws -> Int

    /// Remembers bytes that a row has let go of.
    func loosen(_ keys: [MediaKey]) throws
    /// Forgets that bytes were let go of.
    func forgetLoose(_ keys: [MediaKey]) throws
}
