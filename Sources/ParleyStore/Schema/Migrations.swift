import GRDB

/// The database's versions, oldest first. A version that was released is never changed: what comes later is a further entry.
enum Migrations {
    static var migrator: DatabaseMigrator {
        // Rows name rows that may be gone (a lane outlives conversations), so there are no foreign keys to check.
        var migrator = DatabaseMigrator().disablingDeferredForeignKeyChecks()
        migrator.registerMigration("1 conversations to keys") { database in
            for statement in SchemaOne.statements { try database.execute(sql: statement) }
        }
        return migrator
    }
}
