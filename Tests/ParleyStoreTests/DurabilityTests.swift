import Foundation
import ParleyCore
import ParleyStore
import Synchronization
import Testing

/// What is acknowledged is on the disk, and what is not is refused.
@Suite struct DurabilityTests {
    private let folder = TemporaryFolder()

    @Test func theWriterWaitsForTheDisk() async throws {
        let store = try SQLiteStore(path: folder.database)
        #expect(try store.pragma("synchronous") == "2")
        #expect(try store.pragma("journal_mode") == "wal")
        #expect(try store.pragma("wal_autocheckpoint") == "4000")
        await store.close()
    }

    @Test func aReopenedDatabaseKeepsEverything() async throws {
        let first = try SQLiteStore(path: folder.database)
        let position = try await first.log(bytes: 1000)
        await first.close()
        let second = try SQLiteStore(path: folder.database)
        #expect(try await second.eventCount() == 1)
        #expect(try await second.log() == position + 1)
        await second.close()
    }

    @Test func aCopyTakenAfterACommitHoldsIt() async throws {
        let store = try SQLiteStore(path: folder.database)
        try await store.log()
        // What a crash would leave: the files as they are, without a close.
        let copy = folder.path + "/copy.db"
        for suffix in ["", "-wal"] { try FileManager.default.copyItem(atPath: folder.database + suffix, toPath: copy + suffix) }
        let after = try SQLiteStore(path: copy)
        #expect(try await after.eventCount() == 1)
        await after.close()
        await store.close()
    }

    @Test func aFullDiskMakesTheWholeBatchNotDurable() async throws {
        let store = try SQLiteStore(path: folder.database)
        try await store.log()
        let pages = try #require(Int(try store.pragma("page_count") ?? ""))
        try store.pragma("max_page_count = \(pages + 2)")
        await #expect(throws: NotDurable.self) { try await store.log(bytes: 100_000) }
        #expect(try await store.eventCount() == 1)
        try store.pragma("max_page_count = 1000000")
        try await store.log(bytes: 100_000)
        #expect(try await store.eventCount() == 2)
        await store.close()
    }

    @Test func aFailureThatABodySwallowsStillFailsTheBatch() async throws {
        let store = try SQLiteStore(path: folder.database)
        let pages = try #require(Int(try store.pragma("page_count") ?? ""))
        try store.pragma("max_page_count = \(pages + 2)")
        await #expect(throws: NotDurable.self) {
            try await store.write { transaction in
                try? transaction.pauseAdapter(
                    AdapterPause(adapter: "a", reason: String(repeating: "x", count: 100_000), since: Instant(seconds: 1)))
                try transaction.append(Event(kind: .adapterPaused, at: Instant(seconds: 1)))
            }
        }
        #expect(try await store.eventCount() == 0)
        await store.close()
    }

    @Test func neighboursOfAFailureAreNotDurableEither() async throws {
        let store = try SQLiteStore(path: folder.database)
        let pages = try #require(Int(try store.pragma("page_count") ?? ""))
        try store.pragma("max_page_count = \(pages + 4)")
        let gate = Gate()
        async let held: Int64 = store.write { transaction in
            gate.wait()
            return try transaction.append(Event(kind: .messageAdded, at: Instant(seconds: 1)))
        }
        while !gate.isReached { await Task.yield() }
        async let small = isNotDurable { try await store.log() }
        async let large = isNotDurable { try await store.log(bytes: 1_000_000) }
        async let refused = isNotDurable { try await store.write { _ in throw Refusal.identityTaken } }
        while store.waiting < 3 { await Task.yield() }
        gate.open()
        _ = try await held
        #expect(await [small, large, refused] == [true, true, true])
        #expect(try await store.eventCount() == 1)
        await store.close()
    }

    @Test func waitingBodiesShareACommit() async throws {
        let store = try SQLiteStore(path: folder.database)
        let gate = Gate()
        async let held: Void = store.write { _ in gate.wait() }
        while !gate.isReached { await Task.yield() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<600 { group.addTask { try await store.log() } }
            while store.waiting < 600 { await Task.yield() }
            gate.open()
            try await group.waitForAll()
        }
        try await held
        // The one that was held, then 256, 256 and 88.
        #expect(store.totals.bodies == 601)
        #expect(store.totals.commits == 4)
        #expect(try await store.eventCount() == 600)
        await store.close()
    }

    @Test func theLogIsTruncatedByTheWriter() async throws {
        let store = try SQLiteStore(path: folder.database, logLengthMax: 1 << 20)
        for _ in 0..<20 { try await store.log(bytes: 200_000) }
        #expect(store.logLength <= 1 << 21)
        #expect(try await store.eventCount() == 20)
        await store.close()
    }

    @Test func aClosedStoreRefuses() async throws {
        let store = try SQLiteStore(path: folder.database)
        await store.close()
        await store.close()
        await #expect(throws: NotDurable.self) { try await store.log() }
        await #expect(throws: NotDurable.self) { try await store.eventCount() }
    }

    @Test func whatWaitsIsCarriedOutBeforeTheClose() async throws {
        let store = try SQLiteStore(path: folder.database)
        let gate = Gate()
        async let held: Void = store.write { _ in gate.wait() }
        while !gate.isReached { await Task.yield() }
        async let waiting: Int64 = store.log()
        while store.waiting < 1 { await Task.yield() }
        async let closed: Void = store.close()
        gate.open()
        try await held
        #expect(try await waiting == 1)
        await closed
    }
}

private func isNotDurable<Result>(_ run: () async throws -> Result) async -> Bool {
    do {
        _ = try await run()
        return false
    } catch {
        return error is NotDurable
    }
}

/// Keeps the writer's thread inside a body until it is opened.
private final class Gate: Sendable {
    private let reached = Mutex(false)
    private let opened = DispatchSemaphore(value: 0)

    var isReached: Bool { reached.withLock { $0 } }

    func wait() {
        reached.withLock { $0 = true }
        opened.wait()
    }

    func open() { opened.signal() }
}
