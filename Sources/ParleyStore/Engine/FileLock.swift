import Foundation
import Synchronization

/// Keeps a second process from a database: an exclusive `flock` on a file beside it, which the kernel gives up when the process ends.
final class FileLock: Sendable {
    private let descriptor: Mutex<Int32>

    /// - Throws: ``DatabaseInUse`` when somebody holds it, ``DatabaseUnusable`` when the file cannot be made.
    init(database path: String) throws {
        let file = path + ".lock"
        let opened = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else { throw DatabaseUnusable(description: "cannot open \(file): \(String(cString: strerror(errno)))") }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            Foundation.close(opened)
            if reason == EWOULDBLOCK { throw DatabaseInUse(path: path) }
            throw DatabaseUnusable(description: "cannot lock \(file): \(String(cString: strerror(reason)))")
        }
        descriptor = Mutex(opened)
    }

    deinit { release() }

    func release() {
        let held = descriptor.withLock { descriptor -> Int32 in
            defer { descriptor = -1 }
            return descriptor
        }
        if held >= 0 { Foundation.close(held) }
    }
}
