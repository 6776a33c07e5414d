/// Replaces `$(name)` in the keys and texts of a tree by values that are part of its structure.
extension SettingsNode {
    /// The tree with its marks replaced.
    ///
    /// A key that becomes empty is left out with what stands under it. A key that becomes several words with commas between them stands for
    /// each of them.
    ///
    /// - Parameter value: the value of a name; nil for a name that means nothing, whose mark is recorded as a problem.
    public func replacingMarks(_ value: (String) -> String?) -> SettingsNode {
        let content: Content
        switch self.content {
        case .text(let text, let plain):
            content = .text(replaced(text, value), plain: plain)
        case .list(let items):
            content = .list(items.map { $0.replacingMarks(value) })
        case .mapping(let pairs):
            content = .mapping(
                pairs.flatMap { key, keyLine, inner -> [(key: String, keyLine: Int, value: SettingsNode)] in
                    guard key.contains("$(") else { return [(key, keyLine, inner.replacingMarks(value))] }
                    let words = replaced(key, value).split(separator: ",").map { String($0.drop { $0 == " " }) }
                    let replacement = inner.replacingMarks(value)
                    return words.filter { !$0.isEmpty }.map { ($0, keyLine, replacement) }
                })
        case .nothing:
            content = .nothing
        }
        return SettingsNode(content: content, file: file, line: line, path: path, problems: problems)
    }

    private func replaced(_ text: String, _ value: (String) -> String?) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "$("), let close = rest[open.upperBound...].firstIndex(of: ")") {
            let name = String(rest[open.upperBound..<close])
            result += rest[..<open.lowerBound]
            if let value = value(name) { result += value } else { problem("there is no structural setting `\(name)`") }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
