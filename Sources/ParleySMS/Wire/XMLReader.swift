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
        // In the order in which each name comes first.
        var order: [String] = []
        var values: [String: [JSONValue]] = [:]
        for child in element.children {
            if values[child.name] == nil { order.append(child.name) }
            values[child.name, default: []].append(value(child))
        }
        for name in order {
            let found = values[name] ?? []
            members.append(JSONValue.Member(name: name, value: found.count == 1 ? found[0] : .array(found)))
        }
        if element.children.isEmpty { members.append(JSONValue.Member(name: "#text", value: .string(element.text))) }
        return .object(members)
    }
}
