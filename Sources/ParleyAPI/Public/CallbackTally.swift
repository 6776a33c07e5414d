import Synchronization

/// Counts, for each adapter, the callbacks that were refused with 403. Nothing else of them is kept.
public final class CallbackTally: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    public init() {}

    /// The number of refused callbacks by the adapter's name.
    public var refused: [String: Int] { counts.withLock { $0 } }

    func count(_ adapter: String) { counts.withLock { $0[adapter, default: 0] += 1 } }
}
