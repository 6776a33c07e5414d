import ParleyCore
import ParleySimulation
import ParleyStore
import Testing

struct FaultyStoreTests {
    @Test(arguments: [(FaultyStore.Fault.crashBeforeCommit, false), (.crashAfterCommit, true), (.diskFull, false)])
    func keepsOnlyWhatWasCommitted(fault: FaultyStore.Fault, stays: Bool) async throws {
        let base = try SQLiteStore.inMemory()
        let store = FaultyStore(base) { fault }
        await #expect(throws: (any Error).self) {
            try await store.write(SeededStamps().stamp()) { transaction, stamp in
                try transaction.append(Event(kind: .messageAdded, at: stamp.now))
            }
        }
        #expect(try await base.read { try $0.events(after: 0, limit: 10) }.isEmpty == !stays)
    }

    @Test func passesOnWhatTheBodyThrows() async throws {
        let store = FaultyStore(try SQLiteStore.inMemory()) { nil }
        await #expect(throws: Refusal.identityTaken) {
            try await store.write(SeededStamps().stamp()) { _, _ in throw Refusal.identityTaken }
        }
    }
}
