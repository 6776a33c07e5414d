import ParleyCore
import Synchronization

/// Results that wait for their commit, and the number of attempts under way.
final class Tray<Result: Sendable>: Sendable {
    private let state = Mutex<(results: [Result], underWay: Int)>(([], 0))

    var underWay: Int { state.withLock { $0.underWay } }

    var isEmpty: Bool { state.withLock { $0.underWay == 0 && $0.results.isEmpty } }

    func begin() { state.withLock { $0.underWay += 1 } }

    func put(_ result: Result) {
        state.withLock {
            $0.results.append(result)
            $0.underWay -= 1
        }
    }

    func putBack(_ results: [Result]) { state.withLock { $0.results.insert(contentsOf: results, at: 0) } }

    func take() -> [Result] {
        state.withLock { state in
            defer { state.results = [] }
            return state.results
        }
    }
}

/// The next time at which a service looks again by itself.
final class Alarm: Sendable {
    private let next = Mutex<Instant?>(nil)

    /// Sets the alarm; false when one is set already that rings no later.
    func set(_ due: Instant) -> Bool {
        next.withLock { next in
            if let next, next <= due { return false }
            next = due
            return true
        }
    }

    /// An alarm rang, whatever the clock says by now.
    func rang(_ due: Instant) {
        next.withLock { next in
            if next == due { next = nil }
        }
    }
}

/// What a service is busy with, of which only so much is done at a time.
final class UnderWay<Key: Hashable & Sendable>: Sendable {
    private let keys = Mutex<Set<Key>>([])

    var count: Int { keys.withLock(\.count) }

    /// False when it is under way already, or there is no place.
    func begin(_ key: Key, places: Int) -> Bool { keys.withLock { $0.count < places && $0.insert(key).inserted } }

    func end(_ key: Key) { keys.withLock { _ = $0.remove(key) } }
}
