import Foundation
import ParleyCore
import Synchronization

/// The machine's time and randomness. Time never goes back, also when the machine's clock does, nor behind what the database has seen: until the
/// clock has caught up, time goes on at the pace of the monotonic clock.
final class SystemStamps: StampSource {
    private let last: Mutex<(now: Instant, at: ContinuousClock.Instant)>

    init(after: Instant? = nil) { last = Mutex((after ?? Instant(milliseconds: 0), .now)) }

    func stamp() -> Stamp {
        var random = SystemRandomNumberGenerator()
        let now = last.withLock { last in
            let clock = ContinuousClock.now
            let elapsed = clock - last.at
            let steady = last.now + elapsed
            // What is less than a millisecond is not lost: the anchor moves only with the time that was counted.
            if steady > last.now { last = (steady, last.at + .milliseconds(elapsed.wholeMilliseconds)) }
            let wall = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
            if wall > last.now { last = (wall, clock) }
            return last.now
        }
        return Stamp(now: now, identifiers: IdentifierStream(drawing: &random))
    }
}
