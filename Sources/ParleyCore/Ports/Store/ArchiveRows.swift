/// Questions about search, and the erasure of people.
public protocol ArchiveReading {
    /// Messages that hold all terms, newest first. Deleted ones are not found, nor those of deleted conversations. A page that has looked at
    /// ``MessageSearch/candidatesMax`` messages is shorter than was asked for and has a successor.
    func messages(matching search: MessageSearch, page: PageRequest) throws -> Page<Message>
}

/// Changes to search, and the erasure of people.
public protocol ArchiveWriting: ArchiveReading {}
