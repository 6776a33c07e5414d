/// Makes what a provider said fit for a log and an error text.
struct Redaction: Sendable {
    /// The longest text that is kept, in characters.
    static let lengthMax = 200

    private let secrets: [String]

    init(secrets: [String]) {
        let all = secrets.filter { !$0.isEmpty }
        self.secrets = (all + all.map { PercentEncoding.encode($0) }).sorted { $0.utf8.count > $1.utf8.count }
    }

    /// The text without secrets, addresses (any seven digits in a row or more) and control characters, cut to a length.
    func clean(_ text: String) -> String {
        // By bytes, so that a combining mark after a secret does not hide it; before the cut, so that no half of one is left.
        var bytes = Array(text.utf8)
        for secret in secrets { bytes = bytes.replacing(Array(secret.utf8), with: Array("***".utf8)) }
        let start = String(decoding: bytes, as: UTF8.self).prefix(4 * Self.lengthMax)
        var text = String(start.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
        text = text.replacing(/[0-9]{7,}/) { "…\($0.output.suffix(2))" }
        text = text.replacing(/[^ @]+@[^ @]+/, with: "…@…")
        let trimmed = text.split(separator: " ").joined(separator: " ")
        return trimmed.count > Self.lengthMax ? trimmed.prefix(Self.lengthMax) + "…" : trimmed
    }
}
