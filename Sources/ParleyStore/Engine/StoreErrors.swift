import GRDB

/// What opening a database, or a statement on it, can go wrong with beyond the errors of the port.

/// Another process (or another store of this one) has the database open.
public struct DatabaseInUse: Error, Sendable, Hashable, CustomStringConvertible {
    /// The database's file.
    public let path: String

    public var description: String { "the database \(path) is in use by another process" }
}

/// The database was written by a newer version of the program, which may keep things there that this one would damage.
public struct DatabaseTooNew: Error, Sendable, Hashable, CustomStringConvertible {
    /// The database's file.
    public let path: String

    public var description: String { "the database \(path) was written by a newer version; start that version, or restore an older backup" }
}

/// The file, or the folder around it, cannot be used.
public struct DatabaseUnusable: Error, Sendable, Hashable, CustomStringConvertible {
    /// Names the file and the reason.
    public let description: String
}

/// A row is not there or does not hold what it must: a caller's mistake or a database changed by hand. Holds no data.
public struct UnexpectedRow: Error, Sendable, Hashable, CustomStringConvertible {
    /// Names the table.
    public let description: String

    static func missing(_ table: String) -> UnexpectedRow { UnexpectedRow(description: "\(table): there is no such row") }

    static func malformed(_ what: String) -> UnexpectedRow { UnexpectedRow(description: "a stored row does not hold \(what)") }
}

/// A statement that SQLite refused for what it says, such as a second row with one key. Holds no data.
public struct StatementRefused: Error, Sendable, Hashable, CustomStringConvertible {
    /// SQLite's extended result code.
    public let code: Int32
    /// SQLite's words, which name tables and columns.
    public let description: String

    init(_ error: DatabaseError) {
        code = error.extendedResultCode.rawValue
        description = "SQLite \(code): \(error.message ?? "no message")"
    }

    func isViolation(of columns: String) -> Bool { description.hasSuffix("UNIQUE constraint failed: \(columns)") }
}

extension DatabaseError {
    /// True when it is the database that failed and not the statement: nothing of the transaction can be trusted to become durable.
    var isEngineFailure: Bool {
        switch resultCode.primaryResultCode {
        case .SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_RANGE, .SQLITE_TOOBIG: false
        default: true
        }
    }

    /// The names of the columns whose uniqueness was violated, as SQLite writes them.
    var violatedUniqueness: String? {
        let prefix = "UNIQUE constraint failed: "
        guard resultCode.primaryResultCode == .SQLITE_CONSTRAINT, let message, message.hasPrefix(prefix) else { return nil }
        return String(message.dropFirst(prefix.count))
    }
}
