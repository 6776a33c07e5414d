/// One complete reply of an SMTP server (RFC 5321 §4.2), put together from its lines.
struct SMTPReply: Sendable, Hashable {
    var code: Int
    /// The enhanced status code of the first line, RFC 2034 §4.
    var enhanced: String?
    /// The lines without their codes, joined by a space.
    var text: String

    /// Groups lines into replies. Lines that are no reply lines are left out, and so is a reply whose last line never came.
    static func replies(_ lines: some Sequence<[UInt8]>) -> [SMTPReply] {
        var replies: [SMTPReply] = []
        var open: SMTPReply?
        for line in lines {
            guard let (code, isLast, rest) = split(line) else { continue }
            let (enhanced, text) = separateEnhanced(rest, code: code)
            var reply = open.flatMap { $0.code == code ? $0 : nil } ?? SMTPReply(code: code, enhanced: enhanced, text: "")
            if !text.isEmpty { reply.text += reply.text.isEmpty ? text : " " + text }
            open = isLast ? nil : reply
            if isLast { replies.append(reply) }
        }
        return replies
    }

    private static func split(_ line: [UInt8]) -> (code: Int, isLast: Bool, text: String)? {
        let digits = line.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        guard line.count == 3 || line[3] == UInt8(ascii: " ") || line[3] == UInt8(ascii: "-") else { return nil }
        let code = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        let text = String(decoding: line.dropFirst(4).map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
        return (code, line.count == 3 || line[3] == UInt8(ascii: " "), text)
    }

    /// `5.1.1 no such user` in two. The class of the enhanced code must be that of the reply, or it is part of the text.
    private static func separateEnhanced(_ text: String, code: Int) -> (String?, String) {
        let words = text.split(separator: " ", maxSplits: 1)
        guard let first = words.first else { return (nil, "") }
        let parts = first.split(separator: ".", omittingEmptySubsequences: false)
        let lengths = [1...1, 1...3, 1...3]
        let isEnhanced =
            parts.count == 3 && parts[0] == String(code / 100)
            && zip(parts, lengths).allSatisfy { part, length in
                length.contains(part.utf8.count) && part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
            }
        guard isEnhanced else { return (nil, text) }
        return (String(first), words.count > 1 ? String(words[1]) : "")
    }
}
