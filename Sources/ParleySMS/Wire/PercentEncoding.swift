/// Percent-encoding (RFC 3986 §2.1) and its reading as a query or a form (WHATWG URL §5).
enum PercentEncoding {
    /// Everything but the unreserved characters becomes `%XX`, so that a value stays one path segment, one query value or one form value.
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in bytes {
            if isUnreserved(byte) {
                result.append(byte)
            } else {
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    static func encode(_ text: String) -> String { encode(text.utf8) }

    /// The bytes behind a percent-encoded text. A `%` that no two hexadecimal digits follow stands for itself.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool) -> [UInt8] {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%"), index + 2 < bytes.count, let high = hex(bytes[index + 1]), let low = hex(bytes[index + 2]) {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(byte == UInt8(ascii: "+") && plusIsSpace ? UInt8(ascii: " ") : byte)
                index += 1
            }
        }
        return result
    }

    /// The pairs of a query or of a form body, in their order. Values stay bytes: their encoding is the definition's business.
    static func fields(_ text: String) -> [Parameter] {
        text.split(separator: "&").map { pair in
            let name = pair.prefix { $0 != "=" }
            let value = pair.dropFirst(name.count + 1)
            return Parameter(
                name: String(decoding: decode(name, plusIsSpace: true), as: UTF8.self), value: decode(value, plusIsSpace: true))
        }
    }

    static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }
}

/// A pair of a query or of a form.
struct Parameter: Sendable, Hashable {
    var name: String
    var value: [UInt8]
}
