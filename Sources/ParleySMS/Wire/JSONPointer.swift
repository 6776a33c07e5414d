/// A place in a JSON value (RFC 6901); `*` stands for every element of an array.
struct JSONPointer: Sendable, Hashable {
    let text: String
    private let tokens: [String]

    /// Nil unless the text starts with a slash.
    init?(_ text: String) {
        guard text.hasPrefix("/") else { return nil }
        self.text = text
        tokens = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
            String($0.replacing("~1", with: "/").replacing("~0", with: "~"))
        }
    }

    /// All values at the place, in the order they stand.
    func values(in root: JSONValue) -> [JSONValue] {
        tokens.reduce([root]) { values, token in
            values.flatMap { value -> [JSONValue] in
                switch value {
                case .array(let items):
                    if token == "*" { return items }
                    guard let index = Int(token), items.indices.contains(index) else { return [] }
                    return [items[index]]
                case .object: return value[token].map { [$0] } ?? []
                default: return []
                }
            }
        }
    }

    func first(in root: JSONValue) -> JSONValue? { values(in: root).first }

    /// The value with everything at the place replaced.
    func replacing(in root: JSONValue, with replacement: (JSONValue) -> JSONValue) -> JSONValue {
        Self.replacing(tokens[...], in: root, with: replacement)
    }

    private static func replacing(_ tokens: ArraySlice<String>, in value: JSONValue, with replacement: (JSONValue) -> JSONValue)
        -> JSONValue
    {
        guard let token = tokens.first else { return replacement(value) }
        switch value {
        case .array(let items):
            return .array(
                items.enumerated().map { index, item in
                    token == "*" || token == String(index) ? self.replacing(tokens.dropFirst(), in: item, with: replacement) : item
                })
        case .object(let members):
            return .object(
                members.map { member in
                    guard member.name == token else { return member }
                    return JSONValue.Member(name: token, value: self.replacing(tokens.dropFirst(), in: member.value, with: replacement))
                })
        default: return value
        }
    }
}
