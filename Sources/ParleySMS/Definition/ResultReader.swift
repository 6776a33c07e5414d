import ParleyYAML

/// Reads `send.results`.
struct ResultReader {
    let send: MappingReader

    init(_ send: MappingReader) { self.send = send }

    func read() -> [ResultRule] {
        let rules = send.mappings("results").compactMap(rule)
        for (index, rule) in rules.enumerated() {
            guard let earlier = rules[..<index].first(where: { $0.condition.covers(rule.condition) }) else { continue }
            send.problems.add(
                SettingsProblem(
                    file: send.file, line: rule.line, path: "send.results[\(index)]",
                    message: "is never reached: the rule on line \(earlier.line) matches first"))
        }
        return rules
    }

    private func rule(_ reader: MappingReader) -> ResultRule? {
        let condition = reader.required("when") { $0.mapping("when") }.map(condition)
        let word = reader.required("outcome") { $0.choice("outcome", of: ResultRule.Word.self) }
        let ids = extraction(reader.node("ids"))
        let code = extraction(reader.node("code"))
        let text = extraction(reader.node("text"))
        var unit = ResultRule.WaitUnit.seconds
        let after = extraction(reader.node("after"), more: { unit = $0.choice("unit", default: .seconds) })
        if let word {
            if ids != nil, word != .accepted { reader.problem("only an accepted message has ids", at: "ids") }
            if after != nil, word != .temporary, word != .throttled {
                reader.problem("only temporary and throttled have a time to wait", at: "after")
            }
        }
        guard let condition, let word else { return nil }
        return ResultRule(
            condition: condition, outcome: word, ids: ids, code: code, text: text, after: after, afterUnit: unit, line: reader.line)
    }

    private func condition(_ reader: MappingReader) -> AnswerCondition {
        var condition = AnswerCondition(statuses: nil, headers: [], json: [], body: nil)
        if let texts = reader.strings("status") {
            condition.statuses = texts.compactMap { text in
                if let status = Int(text), (100...599).contains(status) { return status...status }
                if text.count == 3, text.hasSuffix("xx"), let family = Int(text.prefix(1)), (1...5).contains(family) {
                    return family * 100...family * 100 + 99
                }
                reader.problem("expected HTTP statuses such as 202 or 5xx", at: "status")
                return nil
            }
        }
        condition.headers = reader.entries("header").compactMap { name, node in ValueTest.read(node).map { (name, $0) } }
        condition.json = reader.entries("json").compactMap { JSONPointer.pair($0.key, $0.value) }
        if let node = reader.node("body") {
            condition.body = node.expectText("a regular expression").flatMap { Pattern.read($0, at: node) }
        }
        return condition
    }

    private func extraction(_ node: SettingsNode?, more: (MappingReader) -> Void = { _ in }) -> Extraction? {
        guard let node else { return nil }
        if let text = node.text {
            if let pointer = JSONPointer(text) { return .pointer(pointer) }
            node.problem("expected a JSON pointer such as /messages/0/id, { regex: … } or { header: … }")
            return nil
        }
        guard let reader = node.expectMapping() else { return nil }
        defer { reader.finish() }
        more(reader)
        let pattern = reader.node("regex").flatMap { node in node.expectText("a regular expression").flatMap { Pattern.read($0, at: node) }
        }
        if let header = reader.string("header") { return .header(header, pattern) }
        if let text = reader.string("at") {
            if pattern != nil { reader.problem("is of a body or header, and at is a place of its own", at: "regex") }
            if let pointer = JSONPointer(text) { return .pointer(pointer) }
            reader.problem("expected a JSON pointer such as /messages/0/id", at: "at")
            return nil
        }
        _ = reader.choice("in", among: ["body"])
        if let pattern { return .body(pattern) }
        if !reader.has("regex") { reader.problem("expected at, regex or header") }
        return nil
    }
}

extension ValueTest {
    /// A text, a list of texts, `{ regex: … }`, `{ exists: … }` or `{ not: … }`.
    static func read(_ node: SettingsNode) -> ValueTest? {
        switch node.content {
        case .text(let text, _): return .oneOf([text])
        case .list(let items): return .oneOf(items.compactMap { $0.expectText() })
        case .mapping:
            guard let reader = node.expectMapping() else { return nil }
            defer { reader.finish() }
            if let isThere = reader.bool("exists") { return .exists(isThere) }
            if let texts = reader.strings("not") { return .noneOf(texts) }
            guard let inner = reader.required("regex", { $0.node("regex") }), let text = inner.expectText() else { return nil }
            return Pattern.read(text, at: inner).map { .matches($0) }
        case .nothing:
            node.problem("has no value")
            return nil
        }
    }
}

extension JSONPointer {
    /// A pointer as a key, with the test under it.
    static func pair(_ key: String, _ node: SettingsNode) -> (pointer: JSONPointer, test: ValueTest)? {
        guard let pointer = JSONPointer(key) else {
            node.problem("expected a JSON pointer, which starts with a slash")
            return nil
        }
        return ValueTest.read(node).map { (pointer, $0) }
    }
}

extension Pattern {
    static func read(_ text: String, at node: SettingsNode) -> Pattern? {
        if let pattern = Pattern(text) { return pattern }
        node.problem("is not a regular expression")
        return nil
    }
}
