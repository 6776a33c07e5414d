import Foundation
import Synchronization

/// A clock on which nothing takes time: it records how long was slept. It can hold sleepers until they are let go.
final class DelayClock: Clock, Sendable {
    typealias Duration = Swift.Duration
    typealias Instant = ContinuousClock.Instant

    let now = ContinuousClock.now
    let minimumResolution = Duration.zero
    /// A sleeper's delay, as it falls asleep.
    let asleep: AsyncStream<Duration>
    private let tell: AsyncStream<Duration>.Continuation
    private let state: Mutex<State>

    private struct State {
        var delays: [Duration] = []
        var holds: Bool
        var sleepers: [CheckedContinuation<Void, Never>] = []
    }

    init(holding: Bool = false) {
        (asleep, tell) = AsyncStream.makeStream()
        state = Mutex(State(holds: holding))
    }

    var delays: [Duration] { state.withLock(\.delays) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        await withCheckedContinuation { continuation in
            let waits = state.withLock { state in
                state.delays.append(deadline - now)
                if state.holds { state.sleepers.append(continuation) }
                return state.holds
            }
            tell.yield(deadline - now)
            if !waits { continuation.resume() }
        }
    }

    func letGo() {
        let sleepers = state.withLock { state in
            state.holds = false
            defer { state.sleepers = [] }
            return state.sleepers
        }
        sleepers.forEach { $0.resume() }
    }
}
