import Foundation
import GRDB
import Synchronization

/// Keeps the write-ahead log short. SQLite's own checkpoints copy it into the database; they never shorten the file, and cannot start it
/// anew while a read is open.
final class WriteAheadLog: Sendable {
    /// The length in bytes from which the log is truncated after a commit.
    static let lengthMax = 64 << 20
    /// How much the log must grow before a truncation that a read stood in the way of is tried again, in bytes.
    static let retryStep = 16 << 20
    /// Pages after which SQLite copies the log into the database, at 4 KiB each.
    static let checkpointPages = 4000

    private let path: String
    private let lengthMax: Int
    private let nextAttempt: Mutex<Int>

    init(database: String, lengthMax: Int) {
        path = database + "-wal"
        self.lengthMax = lengthMax
        nextAttempt = Mutex(lengthMax)
    }

    /// The file's length in bytes; 0 when there is none.
    var length: Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// To be called between transactions, on the writer's connection.
    func truncateIfLong(_ database: Database) {
        let length = length
        guard nextAttempt.withLock({ length > $0 }) else { return }
        // A read in the way makes it fail, which costs nothing but a longer log.
        let truncated = (try? database.checkpoint(.truncate)) != nil
        nextAttempt.withLock { $0 = truncated ? lengthMax : length + WriteAheadLog.retryStep }
    }
}
