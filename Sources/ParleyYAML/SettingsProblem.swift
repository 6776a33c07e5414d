/// What is wrong with a settings file, told all at once: each problem names its file, its line and the place within the structure.
public struct SettingsProblem: Error, Sendable, Hashable, CustomStringConvertible {
    public var file: String
    /// Counted from 1.
    public var line: Int
    /// The keys from the top of the file, such as `adapters.carrier.rate`; empty for the file as a whole.
    public var path: String
    public var message: String

    public init(file: String, line: Int, path: String, message: String) {
        self.file = file
        self.line = line
        self.path = path
        self.message = message
    }

    /// `file:line: path: message`
    public var description: String { path.isEmpty ? "\(file):\(line): \(message)" : "\(file):\(line): \(path): \(message)" }
}

/// A text that is not YAML. The parser stops at the first one.
public struct SyntaxProblem: Error, Sendable, Hashable, CustomStringConvertible {
    public var file: String
    /// Counted from 1.
    public var line: Int
    public var message: String

    public init(file: String, line: Int, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    /// `file:line: message`
    public var description: String { "\(file):\(line): \(message)" }

    /// The same as one problem of the file.
    public var problem: SettingsProblem { SettingsProblem(file: file, line: line, path: "", message: message) }
}

/// Collects the problems of one or several files while they are read.
public final class SettingsProblems {
    private var found: [SettingsProblem] = []
    /// The fixed keys that anything was asked for, at whatever place: what a reference of the format has to name.
    public internal(set) var knownKeys: Set<String> = []

    public init() {}

    public func add(_ problem: SettingsProblem) {
        if !found.contains(problem) { found.append(problem) }
    }

    public func add(_ problem: SyntaxProblem) { add(problem.problem) }

    /// By file and line; problems of one line in the order they were found.
    public var all: [SettingsProblem] {
        found.enumerated()
            .sorted { ($0.element.file, $0.element.line, $0.offset) < ($1.element.file, $1.element.line, $1.offset) }
            .map(\.element)
    }

    public var isEmpty: Bool { found.isEmpty }

    public var count: Int { found.count }

    /// - Throws: ``SettingsInvalid`` when there is any problem.
    public func throwIfAny() throws(SettingsInvalid) {
        if !found.isEmpty { throw SettingsInvalid(problems: all) }
    }
}

/// Settings that cannot be used, with every problem in them.
public struct SettingsInvalid: Error, Sendable, Hashable, CustomStringConvertible {
    public var problems: [SettingsProblem]

    public init(problems: [SettingsProblem]) { self.problems = problems }

    /// One problem a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
