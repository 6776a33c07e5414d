/// What a run came to.
public struct SimulationReport: Sendable, CustomStringConvertible {
    /// How much happened.
    public struct Totals: Sendable, Hashable {
        public var commits: Int
        public var crashes: Int
        public var events: Int
        public var messages: Int
        public var attempts: Int
        public var inbound: Int
        public var receipts: Int
    }

    public let seed: UInt64
    public let violations: [Violation]
    /// What happened, line by line.
    public let trace: [String]
    /// One number over the trace: the same seed gives the same.
    public let traceHash: UInt64
    public let totals: Totals

    /// The seed, what was violated, and the end of the trace.
    public var description: String { text(traceLines: 40) }

    /// The report with so many of the last lines of the trace.
    public func text(traceLines: Int) -> String {
        let found = violations.isEmpty ? "no violation" : violations.prefix(20).map(\.description).joined(separator: "\n")
        return """
            seed \(seed): PARLEY_SEED=\(seed) replays it (trace \(String(traceHash, radix: 16)); \(totals))
            \(found)
            \(trace.suffix(traceLines).joined(separator: "\n"))
            """
    }
}
