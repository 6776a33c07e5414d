/// Mails as bytes.
enum Mails {
    static let lines = [
        "From: Alice <alice@home.example>", "To: desk@in.example", "Subject: Hello", "Message-ID: <one@home.example>",
        "Date: Sun, 22 Nov 2026 12:00:00 +0000", "", "Good morning",
    ]

    static let hello = lines.joined(separator: "\r\n") + "\r\n"

    static func bytes(_ lines: String...) -> [UInt8] { Array(lines.map { $0 + "\r\n" }.joined().utf8) }
}
