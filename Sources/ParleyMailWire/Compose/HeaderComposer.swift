/// Writes header fields: encodes and folds in one place, CRLF only.
///
/// Written by hand because GMime picks the smallest charset for encoded words and parameters (ISO-8859-1 even where UTF-8 was asked
/// for) and encodes long ASCII words of fields that must stay literal.
struct HeaderComposer {
    /// The bytes written so far.
    private(set) var bytes: [UInt8] = []

    /// Length at which a line is folded where it can be (RFC 5322 §2.1.1).
    static let lineLength = 78
    /// Length that no line may pass.
    static let lineLengthMax = 998

    /// Writes words joined by single spaces and folds before a word. An empty word stands for a further space.
    mutating func add(_ name: String, words: [String], field: String) throws(MailCompositionError) {
        var line = "\(name):"
        for (index, word) in words.enumerated() {
            // The first word stays on the line of the name: some readers lose a field that starts with a fold.
            if index > 0, !word.isEmpty, line.utf8.count + 1 + word.utf8.count > Self.lineLength {
                try end(line, field)
                line = ""
            }
            line += " " + word
        }
        try end(line, field)
    }

    /// Writes unstructured text. Anything that is not plain ASCII with spaces inside becomes encoded words. With `isLiteral` an
    /// overlong ASCII word is an error instead, because the readers of such fields do not decode.
    mutating func addText(_ name: String, _ text: String, isLiteral: Bool, field: String) throws(MailCompositionError) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let isASCII = text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        let isTidy = words.first != "" && words.last != "" && !text.contains("=?") && words.allSatisfy { $0.utf8.count <= 900 }
        if isASCII, isTidy || isLiteral {
            try add(name, words: words, field: field)
        } else {
            try add(name, words: Self.encodedWords(text), field: field)
        }
    }

    mutating func add(_ name: String, _ mailbox: Mailbox, field: String) throws(MailCompositionError) {
        let address = "<\(mailbox.address)>"
        guard let display = mailbox.name, !display.isEmpty else { return try add(name, words: [mailbox.address], field: field) }
        try add(name, words: Self.phrase(display) + [address], field: field)
    }

    /// Ends the header block.
    mutating func finish() { bytes += [0x0D, 0x0A] }

    private mutating func end(_ line: String, _ field: String) throws(MailCompositionError) {
        guard line.utf8.count <= Self.lineLengthMax else { throw MailCompositionError(field, .tooLong) }
        bytes += line.utf8
        bytes += [0x0D, 0x0A]
    }

    /// `phrase` of RFC 5322 §3.2.5: atoms, a quoted string, or encoded words.
    private static func phrase(_ text: String) -> [String] {
        let isASCII = text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        guard isASCII, text.utf8.count <= 60, !text.contains("=?") else { return encodedWords(text) }
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        if words.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(MailGrammar.isAtext) }) { return words }
        return [quoted(text)]
    }

    /// `quoted-string` of printable ASCII.
    static func quoted(_ text: String) -> String {
        let inner = text.reduce(into: "") { quoted, character in
            if character == "\"" || character == "\\" { quoted.append("\\") }
            quoted.append(character)
        }
        return "\"\(inner)\""
    }

    /// RFC 2047 words of at most 75 bytes; a character is never split between two (§5 (3)).
    static func encodedWords(_ text: String) -> [String] {
        // 39 bytes make 52 base64 characters, and 64 with `=?UTF-8?B?` and `?=`: with `Reply-To: ` before them they stay within the
        // 76 bytes that §2 allows a line with encoded words.
        let payloadMax = 39
        var words: [String] = []
        var payload: [UInt8] = []
        for scalar in text.unicodeScalars {
            let encoded = Array(String(scalar).utf8)
            if payload.count + encoded.count > payloadMax {
                words.append("=?UTF-8?B?\(BodyEncoder.base64Text(payload))?=")
                payload = []
            }
            payload += encoded
        }
        words.append("=?UTF-8?B?\(BodyEncoder.base64Text(payload))?=")
        return words
    }
}
