/// One value of a settings file with its place: a text, a list or a mapping. Texts are as written; nothing is guessed to be a number or a
/// truth value, so `NO` and `+15551230001` stay what they are.
public struct SettingsNode {
    /// The shape of a node.
    public indirect enum Content {
        /// `plain` is true when it was written without quotes.
        case text(String, plain: Bool)
        case list([SettingsNode])
        /// In the order of the file.
        case mapping([(key: String, keyLine: Int, value: SettingsNode)])
        /// Nothing was written, or `null` or `~` without quotes.
        case nothing
    }

    public let content: Content
    public let file: String
    /// Counted from 1.
    public let line: Int
    /// The keys from the top of the file, such as `adapters.carrier.rate` or `cases[2].send`.
    public let path: String
    /// Where problems with this value go.
    public let problems: SettingsProblems

    /// The text of a scalar, nil for other shapes.
    public var text: String? {
        if case .text(let text, _) = content { text } else { nil }
    }

    /// True for a text that was written without quotes.
    public var isPlain: Bool {
        if case .text(_, let plain) = content { plain } else { false }
    }

    public var isNothing: Bool {
        if case .nothing = content { true } else { false }
    }

    /// The elements of a list, nil for other shapes.
    public var list: [SettingsNode]? {
        if case .list(let items) = content { items } else { nil }
    }

    /// The pairs of a mapping in the order of the file, nil for other shapes.
    public var pairs: [(key: String, value: SettingsNode)]? {
        if case .mapping(let pairs) = content { pairs.map { ($0.key, $0.value) } } else { nil }
    }

    /// What the value is, for a problem's message.
    public var shape: String {
        switch content {
        case .text: "a text"
        case .list: "a list"
        case .mapping: "a mapping"
        case .nothing: "nothing"
        }
    }

    /// Records a problem with this value.
    public func problem(_ message: String) {
        problems.add(SettingsProblem(file: file, line: line, path: path, message: message))
    }

    /// The text; anything else is a problem.
    public func expectText(_ expectation: String = "a text") -> String? {
        if let text { return text }
        complain(expectation)
        return nil
    }

    /// The elements; anything else is a problem.
    public func expectList(_ expectation: String = "a list") -> [SettingsNode]? {
        if let list { return list }
        complain(expectation)
        return nil
    }

    /// A reader of the mapping; anything else is a problem.
    public func expectMapping(_ expectation: String = "a mapping") -> MappingReader? {
        if let reader = MappingReader(self) { return reader }
        complain(expectation)
        return nil
    }

    private func complain(_ expectation: String) {
        problem(isNothing ? "has no value; expected \(expectation)" : "is \(shape); expected \(expectation)")
    }
}
