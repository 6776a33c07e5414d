public import ParleyCore
import Synchronization

/// A clock that stands still until it is told to go on, and identifiers that follow from one seed.
public final class VirtualClock: StampSource {
    private struct State {
        var now: Instant
        var identifiers: IdentifierStream
    }

    /// 2026-01-01T00:00:00Z, where virtual time begins unless something else is said.
    public static let beginning = Instant(seconds: 1_767_225_600)

    private let state: Mutex<State>

    public init(seed: UInt64 = 1, now: Instant = VirtualClock.beginning) {
        state = Mutex(State(now: now, identifiers: IdentifierStream(seed: seed)))
    }

    public var now: Instant { state.withLock { $0.now } }

    /// Each stamp has identifiers of its own; they depend on the seed and on the number of stamps taken before.
    public func stamp() -> Stamp {
        state.withLock { state in
            let identifiers = IdentifierStream(drawing: &state.identifiers)
            return Stamp(now: state.now, identifiers: identifiers)
        }
    }

    /// Sets the time. A time that has passed already changes nothing.
    public func advance(to instant: Instant) { state.withLock { $0.now = max($0.now, instant) } }

    /// Lets so much time pass; a negative duration changes nothing.
    public func advance(by duration: Duration) { state.withLock { $0.now = max($0.now, $0.now + duration) } }
}
