/// Reads a mapping key by key and, in the end, refuses the keys that nobody asked for.
///
/// Reading never stops at a problem: what cannot be read is recorded and comes back as nil or the default, so that one run tells
/// everything.
public final class MappingReader {
    public let node: SettingsNode
    private let pairs: [(key: String, keyLine: Int, value: SettingsNode)]
    private var asked: [String] = []
    private var unsupported: [String] = []
    private var children: [MappingReader] = []
    private var isFinished = false

    /// Nil when the node is no mapping.
    public init?(_ node: SettingsNode) {
        guard case .mapping(let pairs) = node.content else { return nil }
        self.node = node
        self.pairs = pairs
    }

    init(emptyAt node: SettingsNode) {
        self.node = node
        pairs = []
    }

    public var file: String { node.file }

    public var line: Int { node.line }

    public var path: String { node.path }

    public var problems: SettingsProblems { node.problems }

    /// The keys that are written, in the order of the file.
    public var keys: [String] { pairs.map(\.key) }

    /// True when the key is written. Asking makes it a known key.
    public func has(_ key: String) -> Bool {
        ask(key)
        return pairs.contains { $0.key == key }
    }

    /// The value under a key, nil when it is not written. Asking makes it a known key.
    public func node(_ key: String) -> SettingsNode? {
        ask(key)
        return pairs.first { $0.key == key }?.value
    }

    /// The line of a key, or of the mapping when the key is not written.
    public func line(of key: String) -> Int { pairs.first { $0.key == key }?.keyLine ?? line }

    /// Records a problem with the mapping, or with one of its keys.
    public func problem(_ message: String, at key: String? = nil) {
        guard let key else { return problems.add(SettingsProblem(file: file, line: line, path: path, message: message)) }
        problems.add(SettingsProblem(file: file, line: line(of: key), path: path.isEmpty ? key : "\(path).\(key)", message: message))
    }

    /// Reads under a key that must be written: a missing one is a problem. `read` is one of the reader's own methods.
    public func required<Value>(_ key: String, _ read: (MappingReader) -> Value?) -> Value? {
        guard has(key) else {
            problem("is required", at: key)
            return nil
        }
        return read(self)
    }

    /// The mapping under a key.
    public func mapping(_ key: String) -> MappingReader? {
        guard let reader = node(key)?.expectMapping() else { return nil }
        children.append(reader)
        return reader
    }

    /// The mappings of the list under a key; empty when it is not written.
    public func mappings(_ key: String) -> [MappingReader] {
        let readers = (node(key)?.expectList("a list of mappings") ?? []).compactMap { $0.expectMapping() }
        children += readers
        return readers
    }

    /// The pairs of the mapping under a key whose keys are free, such as names of adapters; in the order of the file.
    public func entries(_ key: String) -> [(key: String, value: SettingsNode)] {
        node(key)?.expectMapping()?.entries() ?? []
    }

    /// All pairs of this mapping, whose keys are free.
    public func entries() -> [(key: String, value: SettingsNode)] {
        for pair in pairs where !asked.contains(pair.key) { asked.append(pair.key) }
        return pairs.map { ($0.key, $0.value) }
    }

    /// Keys that are planned and not built yet: to use one is a problem that says so.
    public func notSupportedYet(_ keys: String...) {
        for key in keys where pairs.contains(where: { $0.key == key }) {
            unsupported.append(key)
            problem("is not supported yet", at: key)
        }
    }

    /// Refuses the keys that nobody asked for, with the list of those that are known; here and in the mappings read from here.
    public func finish() {
        guard !isFinished else { return }
        isFinished = true
        for key in keys where !asked.contains(key) && !unsupported.contains(key) {
            let advice = asked.isEmpty ? "no keys are valid here" : Spelling.advice(for: key, among: asked)
            problem("unknown key; \(advice)", at: key)
        }
        children.forEach { $0.finish() }
    }

    private func ask(_ key: String) {
        problems.knownKeys.insert(key)
        if !asked.contains(key) { asked.append(key) }
    }
}
