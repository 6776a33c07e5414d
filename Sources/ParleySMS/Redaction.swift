/// Makes what a provider said fit for a log and an error text, and what it is sent fit for a terminal.
struct Redaction: Sendable {
    /// The longest text that is kept, in characters.
    static let lengthMax = 200

    private let secrets: [String]

    init(secrets: [String]) {
        let all = secrets.filter { !$0.isEmpty }
        self.secrets = (all + all.flatMap(Self.spellings)).sorted { $0.utf8.count > $1.utf8.count }
    }

    /// How a secret is written where it cannot stand as it is: in a URL or a form, in JSON, in XML, and in a form that holds JSON.
    private static func spellings(_ secret: String) -> [String] {
        let json = String(JSONValue.string(secret).encoded.dropFirst().dropLast())
        return [PercentEncoding.encode(secret), json, PercentEncoding.encode(json)] + [XMLText.escaped(secret)].compactMap(\.self)
    }

    /// The bytes with `***` in the place of every secret, however it is written, and nothing else changed.
    func hide(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for secret in secrets { bytes = bytes.replacing(Array(secret.utf8), with: Array("***".utf8)) }
        return bytes
    }

    /// The text without secrets, addresses (any seven digits in a row or more) and control characters, cut to a length.
    func clean(_ text: String) -> String {
        // By bytes, so that a combining mark after a secret does not hide it; before the cut, so that no half of one is left.
        let start = String(decoding: hide(Array(text.utf8)), as: UTF8.self).prefix(4 * Self.lengthMax)
        var text = String(start.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
        text = text.replacing(/[0-9]{7,}/) { "…\($0.output.suffix(2))" }
        text = text.replacing(/[^ @]+@[^ @]+/, with: "…@…")
        let trimmed = text.split(separator: " ").joined(separator: " ")
        return trimmed.count > Self.lengthMax ? trimmed.prefix(Self.lengthMax) + "…" : trimmed
    }
}
