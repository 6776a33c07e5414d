/// Texts, numbers, truth values and choices.
extension MappingReader {
    /// The text under a key.
    public func string(_ key: String) -> String? { node(key)?.expectText() }

    public func string(_ key: String, default fallback: String) -> String { string(key) ?? fallback }

    /// The text under a key that must be written and not be empty; empty after a problem.
    public func requiredString(_ key: String) -> String {
        guard let text = required(key, { $0.string(key) }) else { return "" }
        if text.isEmpty { problem("is empty", at: key) }
        return text
    }

    /// A whole number within a range.
    public func int(_ key: String, in range: ClosedRange<Int> = Int.min...Int.max) -> Int? {
        guard let text = node(key)?.expectText("a whole number") else { return nil }
        let bounded = range != Int.min...Int.max
        let expectation = bounded ? "a whole number from \(range.lowerBound) to \(range.upperBound)" : "a whole number"
        guard let number = Int(text), range.contains(number) else {
            problem("expected \(expectation)", at: key)
            return nil
        }
        return number
    }

    public func int(_ key: String, default fallback: Int, in range: ClosedRange<Int> = Int.min...Int.max) -> Int {
        int(key, in: range) ?? fallback
    }

    /// `true` or `false`; YAML's other spellings are refused.
    public func bool(_ key: String) -> Bool? {
        switch node(key)?.expectText("true or false") {
        case nil: return nil
        case "true": return true
        case "false": return false
        default:
            problem("expected true or false", at: key)
            return nil
        }
    }

    public func bool(_ key: String, default fallback: Bool) -> Bool { bool(key) ?? fallback }

    /// One of a few words.
    public func choice(_ key: String, among words: [String]) -> String? {
        guard let text = node(key)?.expectText("one of \(words.joined(separator: ", "))") else { return nil }
        guard words.contains(text) else {
            problem("unknown value `\(text.prefix(40))`; \(Spelling.advice(for: text, among: words))", at: key)
            return nil
        }
        return text
    }

    /// All pairs of this mapping, whose keys are free, and whose values are one of a few words each; in the order of the file.
    public func table(among words: [String]) -> [(key: String, word: String)] {
        entries().compactMap { key, node in
            guard let text = node.expectText("one of \(words.joined(separator: ", "))") else { return nil }
            guard words.contains(text) else {
                problem("unknown value `\(text.prefix(40))`; \(Spelling.advice(for: text, among: words))", at: key)
                return nil
            }
            return (key, text)
        }
    }

    /// One of the words of an enumeration.
    public func choice<Choice>(_ key: String, of type: Choice.Type = Choice.self) -> Choice?
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        choice(key, among: Choice.allCases.map(\.rawValue)).flatMap(Choice.init(rawValue:))
    }

    public func choice<Choice>(_ key: String, default fallback: Choice) -> Choice
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        choice(key, of: Choice.self) ?? fallback
    }

    /// The texts of the list under a key, nil when it is not written. One text alone is a list of one.
    public func strings(_ key: String) -> [String]? {
        guard let node = node(key) else { return nil }
        if let text = node.text { return [text] }
        return node.expectList("a list of texts")?.compactMap { $0.expectText() }
    }

    /// A secret: the text itself, or `file:PATH` for the content of a file without its last line end.
    public func secret(_ key: String) -> SecretText? { node(key)?.expectSecret() }

    /// One secret or a list of them, for rotation; nil when it is not written.
    public func secrets(_ key: String) -> [SecretText]? {
        guard let node = node(key) else { return nil }
        guard let items = node.list else { return node.expectSecret().map { [$0] } }
        if items.isEmpty { node.problem("is empty") }
        return items.compactMap { $0.expectSecret() }
    }
}
