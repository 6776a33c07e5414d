/// Search, and the erasure of people.
enum ArchiveTables {
    static let statements: [String] = []
}
