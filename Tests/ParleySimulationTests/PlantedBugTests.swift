import ParleySimulation
import Testing

/// Each checker is shown a bug of its own kind: a checker that never finds anything proves nothing.
struct PlantedBugTests {
    /// A seed counts when it shows the bug and keeps the promise without it.
    @Test(arguments: Sabotage.allCases) func isFound(bug: Sabotage) async throws {
        for seed in UInt64(1)...30 where try await breaks(bug.breaks, seed, sabotage: bug) {
            if try await !breaks(bug.breaks, seed, sabotage: nil) { return }
        }
        Issue.record("no seed up to 30 shows \(bug)")
    }

    @Test func everyPromiseHasABug() {
        #expect(Set(Sabotage.allCases.map(\.breaks)) == Set(Promise.allCases).subtracting([.sound]))
    }

    private func breaks(_ promise: Promise, _ seed: UInt64, sabotage: Sabotage?) async throws -> Bool {
        let report = try await Simulation(seed: seed, actions: 80, sabotage: sabotage, store: Stores.inMemory).run()
        return report.violations.contains { $0.promise == promise }
    }
}
