import Foundation
import GRDB
import ParleyCore

/// One open transaction on one connection: the place through which every statement goes. The rows' topics are extensions of it.
final class SQLiteTransaction: WriteTransaction {
    typealias Argument = (any DatabaseValueConvertible)?

    private let database: Database
    private let observe: (@Sendable (String) -> Void)?
    /// What the database itself failed with, though the body may have caught the error: the commit must not happen.
    private(set) var engineFailure: DatabaseError?

    init(_ database: Database, observe: (@Sendable (String) -> Void)?) {
        self.database = database
        self.observe = observe
    }

    /// Runs a statement and returns the number of rows it changed.
    @discardableResult
    func execute(_ sql: String, _ arguments: [Argument] = []) throws -> Int {
        try guarded(sql) {
            try database.cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
            return database.changesCount
        }
    }

    /// Runs a query and returns its rows.
    func rows<Element>(_ sql: String, _ arguments: [Argument] = [], _ decode: (inout Fields) throws -> Element) throws -> [Element] {
        try guarded(sql) {
            var elements: [Element] = []
            let cursor = try Row.fetchCursor(database.cachedStatement(sql: sql), arguments: StatementArguments(arguments))
            while let row = try cursor.next() {
                var fields = Fields(row)
                elements.append(try decode(&fields))
            }
            return elements
        }
    }

    /// Runs a query and returns its first row.
    func first<Element>(_ sql: String, _ arguments: [Argument] = [], _ decode: (inout Fields) throws -> Element) throws -> Element? {
        // The statement is run to its end: one that is left in the middle would keep its RETURNING changes pending.
        try rows(sql, arguments, decode).first
    }

    /// True when a query has a row.
    func exists(_ sql: String, _ arguments: [Argument] = []) throws -> Bool {
        try first(sql, arguments) { _ in true } ?? false
    }

    /// A value as the JSON that `json_each` reads.
    func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private func guarded<Result>(_ sql: String, _ run: () throws -> Result) throws -> Result {
        // SQLite may have rolled back by itself, and what came now would be a transaction of its own.
        if let engineFailure { throw NotDurable(engineFailure) }
        observe?(sql)
        do {
            return try run()
        } catch let error as DatabaseError {
            if error.isEngineFailure {
                engineFailure = engineFailure ?? error
                throw NotDurable(error)
            }
            if error.violatedUniqueness != nil { throw error }
            throw StatementRefused(error)
        }
    }
}

extension NotDurable {
    /// Carries SQLite's code and words, which name no data.
    init(_ error: DatabaseError) {
        self.init("SQLite \(error.extendedResultCode.rawValue): \(error.message ?? "no message")")
    }
}
