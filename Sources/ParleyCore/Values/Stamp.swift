/// The time and the identifiers that one step may use, and on whose behalf it is carried out. It is a value: a body that is run again draws the
/// same.
public struct Stamp: Sendable {
    public let now: Instant
    public var identifiers: IdentifierStream
    public var origin: Origin

    public init(now: Instant, identifiers: IdentifierStream, origin: Origin = .gateway) {
        self.now = now
        self.identifiers = identifiers
        self.origin = origin
    }

    /// The same stamp on another's behalf.
    public func by(_ origin: Origin) -> Stamp {
        var stamp = self
        stamp.origin = origin
        return stamp
    }
}

/// A reproducible stream of random numbers and identifiers (xoshiro256**, 256 bits of state). Identifiers are unique, not secret: whatever
/// must not be guessed is made with a key.
public struct IdentifierStream: Sendable, RandomNumberGenerator {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// A stream that is the same for the same seed.
    public init(seed: UInt64) {
        var mixer = SplitMix(state: seed)
        state = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
    }

    /// A stream that starts from 256 random bits.
    public init(drawing source: inout some RandomNumberGenerator) {
        state = (source.next(), source.next(), source.next(), source.next() | 1)
    }

    public mutating func next() -> UInt64 {
        let result = rotate(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotate(state.3, by: 45)
        return result
    }

    /// The next identifier of a kind.
    public mutating func sid(_ kind: SID.Kind) -> SID {
        SID(kind, high: next(), low: next())
    }

    private func rotate(_ word: UInt64, by bits: UInt64) -> UInt64 { (word << bits) | (word >> (64 - bits)) }
}

/// Spreads a small seed over a large state.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

/// Where the services around the heart take time and identifiers from: the machine, or a simulation.
public protocol StampSource: Sendable {
    /// A stamp for one step. Successive stamps never go back in time.
    func stamp() -> Stamp
}
