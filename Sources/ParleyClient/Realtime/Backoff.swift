/// How long to wait before the next attempt to connect: a random time from a range that doubles with each failure, so that the clients of a gateway that was
/// started again do not all come at once.
struct Backoff: Sendable {
    /// The longest that a server's `Retry-After` is heeded.
    static let retryAfterMax: Duration = .seconds(300)

    private let range: ClosedRange<Duration>
    private var random: SplitMix64
    private var failures = 0

    init(_ range: ClosedRange<Duration>, seed: UInt64) {
        let lower = max(range.lowerBound, .milliseconds(1))
        self.range = lower...max(lower, range.upperBound)
        random = SplitMix64(state: seed)
    }

    /// The next wait, which is at least what the server asked for, within bounds.
    mutating func next(retryAfter: Duration? = nil) -> Duration {
        failures = min(failures + 1, 32)
        let lower = range.lowerBound / .seconds(1)
        let ceiling = min(range.upperBound / .seconds(1), lower * Double(UInt64(1) << UInt64(failures)))
        let wait = Duration.seconds(Double.random(in: lower...max(lower, ceiling), using: &random))
        guard let retryAfter else { return wait }
        return max(wait, min(retryAfter, Self.retryAfterMax))
    }

    mutating func reset() { failures = 0 }
}

/// A small generator that a seed determines (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
struct SplitMix64: RandomNumberGenerator, Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
