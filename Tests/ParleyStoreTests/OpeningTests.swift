import Foundation
import ParleyCore
import ParleyStore
import Testing

/// Opening a database: who may, and which.
@Suite struct OpeningTests {
    private let folder = TemporaryFolder()

    @Test func aSecondOpenerIsRefusedUntilTheFirstCloses() async throws {
        let first = try SQLiteStore(path: folder.database)
        let error = #expect(throws: DatabaseInUse.self) { try SQLiteStore(path: folder.database) }
        #expect(error?.path == folder.database)
        #expect(error?.description.contains(folder.database) == true)
        try await first.log()
        await first.close()
        let second = try SQLiteStore(path: folder.database)
        #expect(try await second.eventCount() == 1)
        await second.close()
    }

    @Test func nobodyElseMayReadTheFiles() async throws {
        let store = try SQLiteStore(path: folder.database)
        try await store.log()
        for suffix in ["", "-wal", "-shm", ".lock"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.database + suffix)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(suffix)")
        }
        await store.close()
    }

    @Test func aDatabaseOfANewerVersionIsRefused() async throws {
        let store = try SQLiteStore(path: folder.database)
        try store.execute("INSERT INTO grdb_migrations (identifier) VALUES ('99 from the future')")
        await store.close()
        #expect(throws: DatabaseTooNew.self) { try SQLiteStore(path: folder.database) }
    }

    @Test func whatIsNoDatabaseIsRefused() throws {
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        let path = folder.path + "/text"
        try Data(repeating: 65, count: 10_000).write(to: URL(fileURLWithPath: path))
        #expect(throws: DatabaseUnusable.self) { try SQLiteStore(path: path) }
        #expect(throws: DatabaseUnusable.self) { try SQLiteStore(path: path + "/below/parley.db") }
    }

    @Test func aRowChangedByHandIsAnErrorAndNoCrash() async throws {
        let store = try SQLiteStore(path: folder.database)
        try await store.log()
        try store.execute("UPDATE event SET kind = 'nonsense'")
        await #expect(throws: UnexpectedRow.self) { try await store.eventCount() }
        await store.close()
    }
}
