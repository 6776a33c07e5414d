/// A host and a port as people write them: `127.0.0.1:25`, `relay.example:587`, `[::1]:25`.
struct HostPort: Hashable {
    /// Without brackets.
    let host: String
    let port: Int?

    /// Nil when the text is none. The host is not looked up; it has no characters that a host cannot have.
    init?(_ text: some StringProtocol) {
        let rest: Substring
        if text.hasPrefix("[") {
            let inner = text.dropFirst().prefix { $0 != "]" }
            guard !inner.isEmpty, inner.utf8.allSatisfy(HostPort.isLiteral), text.dropFirst(inner.count + 1).hasPrefix("]") else {
                return nil
            }
            host = String(inner)
            rest = Substring(text.dropFirst(inner.count + 2))
        } else {
            let name = text.prefix { $0 != ":" }
            guard !name.isEmpty, name.utf8.count <= 253, name.utf8.allSatisfy(HostPort.isName) else { return nil }
            host = String(name)
            rest = Substring(text.dropFirst(name.count))
        }
        if rest.isEmpty {
            port = nil
        } else {
            guard rest.hasPrefix(":"), let number = UInt16(rest.dropFirst()), rest.dropFirst().utf8.allSatisfy(HostPort.isDigit) else {
                return nil
            }
            port = Int(number)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isName(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2D || byte == 0x2E || byte == 0x5F
    }

    private static func isLiteral(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x66).contains(byte | 0x20) || byte == 0x3A || byte == 0x2E
    }
}
