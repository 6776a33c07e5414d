import ParleyCore

/// A JSON value whose objects keep the order of their members, so that an answer's bytes are the same each time.
enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    case string(String)
    case array([JSON])
    case object([Member])

    struct Member: Sendable, Hashable {
        let name: String
        let value: JSON

        init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    init(_ text: String?) { self = text.map(JSON.string) ?? .null }

    init(_ number: Int?) { self = number.map(JSON.integer) ?? .null }

    init(_ sid: SID?) { self = sid.map { .string($0.text) } ?? .null }

    /// The value as UTF-8.
    var bytes: [UInt8] {
        var output: [UInt8] = []
        write(to: &output)
        return output
    }

    private func write(to output: inout [UInt8]) {
        switch self {
        case .null: output += "null".utf8
        case .bool(let value): output += (value ? "true" : "false").utf8
        case .integer(let value): output += String(value).utf8
        case .string(let text): JSON.write(text, to: &output)
        case .array(let values): JSON.write(values, "[", "]", to: &output) { $0.write(to: &$1) }
        case .object(let members):
            JSON.write(members, "{", "}", to: &output) { member, output in
                JSON.write(member.name, to: &output)
                output += ": ".utf8
                member.value.write(to: &output)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element], _ open: String, _ close: String, to output: inout [UInt8], _ each: (Element, inout [UInt8]) -> Void
    ) {
        output += open.utf8
        for (index, element) in elements.enumerated() {
            if index > 0 { output += ", ".utf8 }
            each(element, &output)
        }
        output += close.utf8
    }

    private static func write(_ text: String, to output: inout [UInt8]) {
        output.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22: output += "\\\"".utf8
            case 0x5C: output += "\\\\".utf8
            case 0x0A: output += "\\n".utf8
            case 0x0D: output += "\\r".utf8
            case 0x09: output += "\\t".utf8
            case 0x00..<0x20: output += ("\\u00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16)).utf8
            default: output.append(byte)
            }
        }
        output.append(0x22)
    }
}

extension JSON: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral members: (String, JSON)...) { self = .object(members.map { Member($0.0, $0.1) }) }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByNilLiteral {
    init(stringLiteral text: String) { self = .string(text) }

    init(nilLiteral: ()) { self = .null }
}
