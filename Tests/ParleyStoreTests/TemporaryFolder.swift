import Foundation
import ParleyCore
import ParleyStore

/// A folder of its own for a test's database; gone when the test has ended.
final class TemporaryFolder: Sendable {
    let path = NSTemporaryDirectory() + "parley-store-" + UUID().uuidString

    var database: String { path + "/deeper/parley.db" }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension SQLiteStore {
    /// Runs a body with a stamp that it does not look at.
    func write<R: Sendable>(_ body: @escaping @Sendable (any WriteTransaction) throws -> R) async throws -> R {
        let stamp = Stamp(now: Instant(seconds: 1), identifiers: IdentifierStream(seed: 1))
        return try await write(stamp) { transaction, _ in try body(transaction) }
    }

    /// Appends an event whose payload has this many bytes.
    @discardableResult
    func log(bytes: Int = 2) async throws -> Int64 {
        try await write {
            try $0.append(Event(kind: .messageAdded, payload: String(repeating: "x", count: bytes), at: Instant(seconds: 1)))
        }
    }

    func eventCount() async throws -> Int { try await read { try $0.events(after: 0, limit: 100_000).count } }
}
