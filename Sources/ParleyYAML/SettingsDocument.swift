import Yams

/// One YAML file as a tree of nodes with line numbers.
public struct SettingsDocument {
    /// The top of the file.
    public let root: SettingsNode

    /// The most nodes a file may have once its aliases are expanded.
    public static let nodeCountMax = 100_000
    /// The deepest nesting of a file.
    public static let depthMax = 64

    /// Reads a file's text.
    ///
    /// - Parameters:
    ///   - file: the file's name, for problems.
    ///   - environment: `${NAME}` and `${NAME:-default}` in any scalar are replaced from it (`$${` stands for a literal `${`). Nil leaves
    /// texts
    ///     as they are.
    ///   - problems: takes what is wrong apart from the syntax.
    /// - Throws: ``SyntaxProblem`` when the text is not YAML, a key stands twice in a mapping, or the file is too large.
    public init(text: String, file: String, environment: [String: String]? = nil, problems: SettingsProblems) throws(SyntaxProblem) {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text, .basic)
        } catch let error as YamlError {
            throw YAMLSyntax.problem(error, text: text, file: file)
        } catch {
            throw SyntaxProblem(file: file, line: 1, message: "is not YAML")
        }
        var builder = NodeBuilder(file: file, environment: environment, problems: problems)
        root =
            if let node {
                try builder.build(node, path: "", line: 1, depth: 0)
            } else {
                SettingsNode(content: .mapping([]), file: file, line: 1, path: "", problems: problems)
            }
    }

    /// A reader of the top mapping. A file that holds something else is a problem, and reads as an empty mapping.
    public func mapping() -> MappingReader { root.expectMapping() ?? MappingReader(emptyAt: root) }
}

/// Turns the parser's nodes into ours.
private struct NodeBuilder {
    let file: String
    let environment: [String: String]?
    let problems: SettingsProblems
    var count = 0

    mutating func build(_ node: Node, path: String, line: Int, depth: Int) throws(SyntaxProblem) -> SettingsNode {
        let line = node.mark?.line ?? line
        count += 1
        guard count <= SettingsDocument.nodeCountMax else {
            throw SyntaxProblem(file: file, line: line, message: "has more than \(SettingsDocument.nodeCountMax) values")
        }
        guard depth <= SettingsDocument.depthMax else {
            throw SyntaxProblem(file: file, line: line, message: "is nested deeper than \(SettingsDocument.depthMax)")
        }
        let content: SettingsNode.Content
        switch node {
        case .scalar(let scalar):
            content = text(scalar, path: path, line: line)
        case .sequence(let sequence):
            var items: [SettingsNode] = []
            for (index, item) in sequence.enumerated() {
                items.append(try build(item, path: "\(path)[\(index)]", line: line, depth: depth + 1))
            }
            content = .list(items)
        case .mapping(let mapping):
            var pairs: [(key: String, keyLine: Int, value: SettingsNode)] = []
            for (key, value) in mapping {
                let keyLine = key.mark?.line ?? line
                guard let name = key.scalar?.string else {
                    throw SyntaxProblem(file: file, line: keyLine, message: "a key must be a text, not a list or a mapping")
                }
                let valuePath = path.isEmpty ? name : "\(path).\(name)"
                pairs.append((name, keyLine, try build(value, path: valuePath, line: keyLine, depth: depth + 1)))
            }
            content = .mapping(pairs)
        case .alias:
            throw SyntaxProblem(file: file, line: line, message: "an alias stands for nothing")
        }
        return SettingsNode(content: content, file: file, line: line, path: path, problems: problems)
    }

    private func text(_ scalar: Node.Scalar, path: String, line: Int) -> SettingsNode.Content {
        let plain = scalar.style == .plain || scalar.style == .any
        if plain, scalar.string.isEmpty || scalar.string == "~" || scalar.string == "null" { return .nothing }
        guard let environment else { return .text(scalar.string, plain: plain) }
        let (text, missing) = Substitution.apply(scalar.string, environment: environment)
        for message in missing { problems.add(SettingsProblem(file: file, line: line, path: path, message: message)) }
        return .text(text, plain: plain)
    }
}

/// The parser's errors in our words, without the excerpt of the file, which could hold a secret.
private enum YAMLSyntax {
    static func problem(_ error: YamlError, text: String, file: String) -> SyntaxProblem {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let scene = context.map { "\($0.text) that starts on line \($0.mark.line): " } ?? ""
            return SyntaxProblem(file: file, line: mark.line, message: "is not YAML: \(scene)\(problem)")
        case .reader(let problem, let offset, _, _):
            let line = text.prefix(offset ?? 0).count { $0.isNewline } + 1
            return SyntaxProblem(file: file, line: line, message: "is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            let key = keys.first ?? ""
            let line = repetition(of: key, after: context.mark, in: text)
            let first = line == nil ? "" : "; it stands on line \(context.mark.line) already"
            return SyntaxProblem(file: file, line: line ?? context.mark.line, message: "the key `\(key)` is given twice\(first)")
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return SyntaxProblem(file: file, line: 1, message: "cannot be read as YAML")
        }
    }

    /// The line on which a key of a block mapping stands again: the parser tells the first only.
    private static func repetition(of key: String, after mark: Mark, in text: String) -> Int? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard mark.line >= 1, mark.line <= lines.count else { return nil }
        for (index, line) in lines.enumerated().dropFirst(mark.line) {
            let indentation = line.prefix { $0 == " " }.count
            let rest = line.dropFirst(indentation).filter { $0 != "\"" && $0 != "'" }
            if indentation == mark.column - 1, rest.hasPrefix(key), rest.dropFirst(key.count).drop(while: { $0 == " " }).first == ":" {
                return index + 1
            }
        }
        return nil
    }
}
