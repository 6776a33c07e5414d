public import ParleyCore

/// Stamps for tests that need time to pass by itself: each one is a fixed step later than the one before.
public struct SeededStamps: StampSource {
    /// The clock behind the stamps, for tests that let more time pass.
    public let clock: VirtualClock
    private let tick: Duration

    public init(seed: UInt64 = 1, start: Instant = VirtualClock.beginning, tick: Duration = .milliseconds(1)) {
        clock = VirtualClock(seed: seed, now: start)
        self.tick = tick
    }

    public func stamp() -> Stamp {
        clock.advance(by: tick)
        return clock.stamp()
    }
}
