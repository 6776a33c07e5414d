public import ParleyYAML

/// What a run of cases found.
public struct ProviderReport: Sendable {
    /// One case, written or added by the runner.
    public struct Entry: Sendable, Hashable, CustomStringConvertible {
        public var provider: String
        public var name: String
        public var file: String
        public var line: Int
        /// What was not as it must be; empty when the case holds.
        public var differences: [String]
        /// True for what nobody wrote.
        public var isAutomatic: Bool

        public var holds: Bool { differences.isEmpty }

        /// `file:line: name: ok`, or one line per difference.
        public var description: String {
            holds ? "\(file):\(line): \(name): ok" : differences.map { "\(file):\(line): \(name): \($0)" }.joined(separator: "\n")
        }
    }

    /// The definitions that could be read, by name.
    public var providers: [String] = []
    public var entries: [Entry] = []
    /// What is wrong with the files themselves.
    public var problems: [SettingsProblem] = []

    public init() {}

    /// True when there was something to check and all of it holds.
    public var isPassed: Bool { problems.isEmpty && !entries.isEmpty && entries.allSatisfy(\.holds) }
}
