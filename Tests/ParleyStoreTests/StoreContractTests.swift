import ParleyCore
import ParleySimulation
import ParleyStore
import Testing

/// Every promise of the port, on a database in a file and on one in memory.
@Suite struct StoreContractTests {
    @Test(arguments: StoreContract.cases.map(\.name))
    func onDisk(_ name: String) async throws {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(path: folder.database)
        try await run(name, store)
        await store.close()
    }

    @Test(arguments: StoreContract.cases.map(\.name))
    func inMemory(_ name: String) async throws {
        let store = try SQLiteStore.inMemory()
        try await run(name, store)
        await store.close()
    }

    private func run(_ name: String, _ store: SQLiteStore) async throws {
        try await #require(StoreContract.cases.first { $0.name == name }).run(store)
    }

    @Test func namesAreUnique() {
        #expect(Set(StoreContract.cases.map(\.name)).count == StoreContract.cases.count)
        #expect(StoreContract.cases.count > 30)
    }
}
