import ParleyXML

/// Reads XML into the shape of JSON, so that pointers find their way in both: an element is a member of its parent, a list where it repeats;
/// attributes are members `@name`; an element with nothing but text is that text, and the text beside attributes is the member `#text`.
enum XMLReader {
    /// Nil for what ``XMLTree`` does not read.
    static func read(_ bytes: [UInt8]) -> JSONValue? {
        // An answer that is no markup at all is the usual case.
        guard bytes.first(where: { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }) == UInt8(ascii: "<") else { return nil }
        return XMLTree(bytes).map { .object([JSONValue.Member(name: $0.name, value: value($0))]) }
    }

    private static func value(_ element: XMLTree) -> JSONValue {
        guard !element.attributes.isEmpty || !element.children.isEmpty else { return .string(element.text) }
        var members = element.attributes.map { JSONValue.Member(name: "@" + $0.name, value: .string($0.value)) }
        var positions: [String: Int] = [:]
        for child in element.children {
            let inner = value(child)
            guard let index = positions[child.name] else {
                positions[child.name] = members.count
                members.append(JSONValue.Member(name: child.name, value: inner))
                continue
            }
            // An element is never a list itself, so what is one was made here.
            if case .array(let items) = members[index].value {
                members[index].value = .array(items + [inner])
            } else {
                members[index].value = .array([members[index].value, inner])
            }
        }
        if element.children.isEmpty { members.append(JSONValue.Member(name: "#text", value: .string(element.text))) }
        return .object(members)
    }
}
