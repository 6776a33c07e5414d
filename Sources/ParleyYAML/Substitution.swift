/// Replaces `${NAME}` and `${NAME:-default}` in a text by what the environment holds. It works on values after parsing, so that what a
/// variable holds can never change the structure of a file.
enum Substitution {
    /// The text with its variables replaced, and a message for each that is not set or not well formed. `$${` stands for `${`.
    static func apply(_ text: String, environment: [String: String]) -> (text: String, problems: [String]) {
        var result = ""
        var problems: [String] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "$") {
            let before = rest[..<start]
            let after = rest[rest.index(after: start)...]
            if after.hasPrefix("${") {
                result += before + "${"
                rest = after.dropFirst(2)
            } else if after.hasPrefix("{"), let end = after.firstIndex(of: "}") {
                result += before
                let inner = after[after.index(after: after.startIndex)..<end]
                switch value(inner, environment: environment) {
                case .success(let value): result += value
                case .failure(let problem): problems.append(problem.message)
                }
                rest = after[after.index(after: end)...]
            } else if after.hasPrefix("{") {
                problems.append("has a `${` without its `}`")
                return (text, problems)
            } else {
                result += before + "$"
                rest = after
            }
        }
        return (result + rest, problems)
    }

    private struct Failure: Error {
        let message: String
    }

    private static func value(_ inner: Substring, environment: [String: String]) -> Result<String, Failure> {
        let name = inner.prefix { $0 != ":" }
        let fallback = inner.dropFirst(name.count)
        let valid =
            !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") } && name.first?.isNumber == false
        guard valid, fallback.isEmpty || fallback.hasPrefix(":-") else {
            return .failure(Failure(message: "has a `${…}` that is neither ${NAME} nor ${NAME:-default}"))
        }
        if let value = environment[String(name)], !(value.isEmpty && !fallback.isEmpty) { return .success(value) }
        guard fallback.isEmpty else { return .success(String(fallback.dropFirst(2))) }
        return .failure(Failure(message: "the environment variable \(name) is not set (and there is no default: ${\(name):-default})"))
    }
}
