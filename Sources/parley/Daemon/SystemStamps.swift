import Foundation
import ParleyCore
import Synchronization

/// The machine's time and randomness. Time never goes back, also when the machine's clock does, nor behind what the database has seen.
final class SystemStamps: StampSource {
    private let last: Mutex<Instant>

    init(after: Instant? = nil) { last = Mutex(after ?? Instant(milliseconds: 0)) }

    func stamp() -> Stamp {
        var random = SystemRandomNumberGenerator()
        let now = last.withLock { last in
            last = max(last, Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)))
            return last
        }
        return Stamp(now: now, identifiers: IdentifierStream(drawing: &random))
    }
}
