import GRDB

/// What tests look at behind the port: settings of the connection that writes, plans of statements, and numbers of commits.
extension SQLiteStore {
    /// Bodies that were run and commits that made them durable, so far.
    package var totals: (bodies: Int, commits: Int) { (commits.totals.bodies, commits.totals.commits) }

    /// Bodies that no commit has taken up yet.
    package var waiting: Int { commits.waitingCount }

    /// The length of the write-ahead log in bytes.
    package var logLength: Int { log?.length ?? 0 }

    /// Runs a PRAGMA on the connection that writes and returns its answer, if any.
    @discardableResult
    package func pragma(_ text: String) throws -> String? {
        try writer.writeWithoutTransaction { database in
            guard let row = try Row.fetchOne(database, sql: "PRAGMA \(text)") else { return nil }
            var fields = Fields(row)
            switch try fields.value().storage {
            case .int64(let number): return String(number)
            case .string(let text): return text
            default: return nil
            }
        }
    }

    /// Changes rows behind the port's back.
    package func execute(_ sql: String) throws { try writer.writeWithoutTransaction { try $0.execute(sql: sql) } }

    /// SQLite's plan of a statement, one step a line.
    package func plan(of sql: String) throws -> [String] {
        try writer.writeWithoutTransaction { database in
            let statement = try database.makeStatement(sql: "EXPLAIN QUERY PLAN \(sql)")
            statement.setUncheckedArguments(StatementArguments())
            return try Row.fetchAll(statement).map { $0["detail"] ?? "" }
        }
    }
}

extension SQLiteStore {
    /// Every value of every table as text, those of the index over messages included, for tests that look for what must not be there.
    package func contents() throws -> [String: [String]] {
        try writer.writeWithoutTransaction { database in
            let tables = try String.fetchAll(
                database,
                sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite_%'")
            return try Dictionary(
                uniqueKeysWithValues: tables.map { table in
                    let values = try Row.fetchAll(database, sql: "SELECT * FROM \"\(table)\"").flatMap { row in
                        row.databaseValues.compactMap { value in
                            switch value.storage {
                            case .string(let text): text
                            case .blob(let data): String(decoding: data, as: UTF8.self)
                            case .int64(let number): String(number)
                            case .double, .null: nil
                            }
                        }
                    }
                    return (table, values)
                })
        }
    }
}
