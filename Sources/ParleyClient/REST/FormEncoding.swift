/// Percent-encoding of what stands in URLs and forms: everything but RFC 3986's unreserved characters (§2.3).
enum FormEncoding {
    static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: encoded.append(byte)
            default: encoded += [0x25, digit(byte >> 4), digit(byte & 15)]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// A part of a path. `.` and `..` would be taken for steps in it (RFC 3986 §5.2.4), so their dots are encoded.
    static func pathPart(_ text: String) -> String {
        text == "." || text == ".." ? text.map { _ in "%2E" }.joined() : encode(text)
    }

    static func pairs(_ pairs: [(String, String)]) -> String {
        pairs.map { "\(encode($0.0))=\(encode($0.1))" }.joined(separator: "&")
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x41 + value - 10 }
}
