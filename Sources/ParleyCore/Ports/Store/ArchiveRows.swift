/// Questions about search, and the erasure of people.
public protocol ArchiveReading {}

/// Changes to search, and the erasure of people.
public protocol ArchiveWriting: ArchiveReading {}
