import Foundation
import ParleyCore
import ParleySimulation
import Testing

/// The promises, under faults, for many seeds. `SIMULATION_SEEDS=1...5000` runs others than the first hundred; `PARLEY_SEED=n` replays one with its whole trace.
struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment

    private static var seeds: ClosedRange<UInt64> {
        let bounds = (environment["SIMULATION_SEEDS"] ?? "1...100").split(separator: ".").compactMap { UInt64($0) }
        guard let first = bounds.first, let last = bounds.last, first <= last else { return 1...100 }
        return first...last
    }

    private static let replayed = environment["PARLEY_SEED"].flatMap(UInt64.init)

    @Test(.enabled(if: replayed == nil), arguments: [0, 1]) func keepsEveryPromise(shard: UInt64) async throws {
        for seed in Self.seeds where seed % 2 == shard {
            let report = try await Simulation(seed: seed, store: Stores.inMemory).run()
            #expect(report.violations.isEmpty, "\(report)")
        }
    }

    @Test(.enabled(if: replayed != nil)) func replaysASeed() async throws {
        let seed = try #require(Self.replayed)
        let report = try await Simulation(seed: seed, store: Stores.inMemory).run()
        FileHandle.standardError.write(Data("\(report.text(traceLines: .max))\n".utf8))
        #expect(report.violations.isEmpty, "\(report)")
    }

    @Test(arguments: [UInt64(3), 8, 21]) func playsTheSameFromTheSameSeed(seed: UInt64) async throws {
        let first = try await Simulation(seed: seed, store: Stores.inMemory).run()
        let second = try await Simulation(seed: seed, store: Stores.inMemory).run()
        #expect(first.traceHash == second.traceHash)
        #expect(first.trace == second.trace)
        #expect(first.totals == second.totals)
    }

    @Test func playsOtherwiseFromAnotherSeed() async throws {
        let first = try await Simulation(seed: 5, actions: 30, store: Stores.inMemory).run()
        let second = try await Simulation(seed: 6, actions: 30, store: Stores.inMemory).run()
        #expect(first.traceHash != second.traceHash)
    }

    @Test(arguments: [UInt64(1), 2, 3]) func keepsPromisesInAFileThatIsOpenedAgain(seed: UInt64) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "parley-simulation-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "parley.db").path
        let report = try await Simulation(seed: seed, actions: 40, store: Stores.file(path)).run()
        #expect(report.violations.isEmpty, "\(report)")
    }

    /// A simulation in which nothing happens would keep every promise.
    @Test func meetsWhatItIsMeantToMeet() async throws {
        var trace: [String] = []
        var all: [SimulationReport.Totals] = []
        for seed in UInt64(1)...16 {
            let report = try await Simulation(seed: seed, actions: 60, store: Stores.inMemory).run()
            trace += report.trace
            all.append(report.totals)
        }
        func sum(_ count: (SimulationReport.Totals) -> Int) -> Int { all.map(count).reduce(0, +) }
        #expect(sum(\.crashes) > 0 && sum(\.messages) > 100 && sum(\.attempts) > 100 && sum(\.receipts) > 20, "\(all)")
        for word in ["repeated", "held", "refused 50416", "arrivedUnknown", "temporary", "partly", "try 2"] {
            #expect(trace.contains { $0.contains(word) }, "no run had: \(word)")
        }
    }
}
