import Foundation
import ParleyCore
import ParleySimulation
import ParleyStore

/// The stores that the simulations run over.
enum Stores {
    /// A database in memory, which a crash of the daemon leaves alone.
    static let inMemory: Simulation.Opening = { previous in try previous ?? SQLiteStore.inMemory() }

    /// A database in a file that each restart closes and opens again.
    static func file(_ path: String) -> Simulation.Opening {
        { previous in
            if let previous = previous as? SQLiteStore { await previous.close() }
            return try SQLiteStore(path: path)
        }
    }
}
