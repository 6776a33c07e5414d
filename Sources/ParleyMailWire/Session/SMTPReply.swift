/// A reply of an SMTP server: code, enhanced status code and text (RFC 5321 §4.2, RFC 2034).
public struct SMTPReply: Sendable, Hashable {
    /// Three digits, such as 250.
    public let code: Int
    /// RFC 3463 status code such as `2.1.5`, or nil where RFC 2034 §4 forbids one (banner, HELO, EHLO, 354).
    public let enhanced: String?
    /// One element a line, at least one.
    public let lines: [String]

    /// Anything in the text that is not printable ASCII becomes `?`, and a line is cut so that it stays within the 512 bytes of
    /// RFC 5321 §4.5.3.1.5: a text can never smuggle a second reply.
    public init(_ code: Int, _ enhanced: String? = nil, _ lines: String...) {
        self.init(code: code, enhanced: enhanced, lines: lines)
    }

    /// See ``init(_:_:_:)``.
    public init(code: Int, enhanced: String?, lines: [String]) {
        self.code = code
        self.enhanced = enhanced.map(Self.printable)
        self.lines = lines.isEmpty ? [""] : lines.map(Self.printable)
    }

    /// The reply as it goes over the wire, every line ended by CRLF.
    public var wire: [UInt8] {
        var bytes: [UInt8] = []
        for (index, line) in lines.enumerated() {
            bytes += "\(code)\(index == lines.count - 1 ? " " : "-")".utf8
            if let enhanced { bytes += "\(enhanced) ".utf8 }
            bytes += line.utf8
            bytes += [0x0D, 0x0A]
        }
        return bytes
    }

    private static func printable(_ text: String) -> String {
        let bytes = text.utf8.prefix(480).map { (0x20...0x7E).contains($0) ? $0 : 0x3F }
        return String(decoding: bytes, as: UTF8.self)
    }
}
