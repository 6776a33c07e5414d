import Foundation

/// SplitMix64: the same seed gives the same run. `PARLEY_SEED` sets it; what is used is printed.
struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// - Parameter name: of the test, for the line that says the seed.
    static func seed(of name: String) -> UInt64 {
        let seed = ProcessInfo.processInfo.environment["PARLEY_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 1...999_999)
        FileHandle.standardError.write(Data("\(name): PARLEY_SEED=\(seed)\n".utf8))
        return seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
