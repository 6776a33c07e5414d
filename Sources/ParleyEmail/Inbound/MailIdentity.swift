internal import ParleyCore
internal import ParleyMailWire

/// What a mail is recognised by when it comes again, whoever it is addressed to.
enum MailIdentity {
    /// Fields that systems on the way add or change, so that a repeat over another way has others (RFC 5321 §4.4 and common practice).
    private static let trace: Set<String> = [
        "received", "return-path", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-received",
        "received-spf", "authentication-results",
    ]

    /// A digest over Message-ID, From and Date as they are written; without a Message-ID, one over the raw mail less its trace fields. A
    /// Message-ID alone is not enough: there are senders that use one twice.
    static func digest(_ content: [UInt8], _ mail: ParsedMail) -> String {
        guard let messageID = mail.messageID else { return digestLessTrace(content) }
        return ContentDigest.hex(ofParts: [messageID, mail.header("From").first ?? "", mail.date ?? ""])
    }

    private static func digestLessTrace(_ content: [UInt8]) -> String {
        var digest = ContentDigest()
        var kept = 0
        var start = 0
        var isTrace = false
        while start < content.count, content[start] != 0x0D, content[start] != 0x0A {
            // A line that begins with a blank continues the field before it.
            if content[start] != 0x20, content[start] != 0x09 {
                let field = content[start...].prefix(64).prefix { $0 != 0x3A && $0 != 0x20 && $0 != 0x09 && $0 != 0x0A }
                isTrace = trace.contains(String(decoding: field, as: UTF8.self).lowercased())
            }
            let end = content[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? content.count
            if isTrace {
                digest.update(content[kept..<start])
                kept = end
            }
            start = end
        }
        digest.update(content[kept...])
        return digest.hex()
    }
}
