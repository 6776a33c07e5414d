/// What must hold before a draft may be written: no value can break out of its header field.
extension MailDraft {
    /// The names that the composer writes itself, and those that would contradict them.
    private static let reservedHeaders: Set<String> = [
        "from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "mime-version",
    ]

    func check() throws(MailCompositionError) {
        try Self.check(from, "from")
        try Self.check(to, "to")
        if let replyTo { try Self.check(replyTo, "replyTo") }
        try Self.refuseBreaks(subject, "subject")
        try Self.refuseBreaks(messageID, "messageID")
        guard messageID.utf8.count <= 250, Self.isIdentifier(messageID), messageID.utf8.count(where: { $0 == 0x40 }) == 1 else {
            throw MailCompositionError("messageID", .invalidMessageID)
        }
        if let inReplyTo { try Self.refuseBreaks(inReplyTo, "inReplyTo") }
        for (index, reference) in references.enumerated() { try Self.refuseBreaks(reference, "references[\(index)]") }
        for (index, header) in extraHeaders.enumerated() { try Self.check(header, "extraHeaders[\(index)]") }
        for (index, attachment) in attachments.enumerated() { try Self.check(attachment, "attachments[\(index)]") }
    }

    /// True for what may stand between angle brackets. Foreign identifiers without `@` exist and are quoted back as they came.
    static func isIdentifier(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 850 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x3C && $0 != 0x3E }
    }

    private static func refuseBreaks(_ text: String, _ field: String) throws(MailCompositionError) {
        if text.utf8.contains(where: { $0 == 0x0D || $0 == 0x0A || $0 == 0 }) { throw MailCompositionError(field, .controlCharacter) }
    }

    private static func check(_ mailbox: Mailbox, _ field: String) throws(MailCompositionError) {
        try refuseBreaks(mailbox.name ?? "", "\(field).name")
        try refuseBreaks(mailbox.address, "\(field).address")
        guard mailbox.isSendable else { throw MailCompositionError("\(field).address", .invalidAddress) }
    }

    private static func check(_ header: Header, _ field: String) throws(MailCompositionError) {
        try refuseBreaks(header.name, "\(field).name")
        guard (1...76).contains(header.name.utf8.count), header.name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x3A }) else {
            throw MailCompositionError("\(field).name", .invalidHeaderName)
        }
        let name = header.name.lowercased()
        guard !reservedHeaders.contains(name), !name.hasPrefix("content-") else {
            throw MailCompositionError("\(field).name", .reservedHeader)
        }
        guard header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw MailCompositionError("\(field).value", .controlCharacter)
        }
    }

    private static func check(_ attachment: Attachment, _ field: String) throws(MailCompositionError) {
        try refuseBreaks(attachment.filename, "\(field).filename")
        guard (1...255).contains(attachment.filename.utf8.count) else {
            throw MailCompositionError("\(field).filename", .invalidFilename)
        }
        try refuseBreaks(attachment.contentType, "\(field).contentType")
        // The token of RFC 2045 §5.1 is an atom without a few characters that nobody uses in a type.
        let parts = attachment.contentType.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
        guard parts.count == 2, attachment.contentType.utf8.count <= 127,
            parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { MailGrammar.isAlphanumeric($0) || "!#$&-^_.+".utf8.contains($0) } })
        else { throw MailCompositionError("\(field).contentType", .invalidContentType) }
    }
}

extension Mailbox {
    /// True when the address may be written into a header and an envelope: ASCII, one `@`, a dot-atom local part of at most 64
    /// bytes, a domain or an address literal, 254 bytes in all (RFC 5321 §4.5.3.1, erratum 1690).
    public var isSendable: Bool {
        let parts = address.utf8.split(separator: 0x40, omittingEmptySubsequences: false)
        guard parts.count == 2, address.utf8.count <= 254, parts[0].count <= 64 else { return false }
        return MailGrammar.isDotString(parts[0]) && (MailGrammar.isDomain(parts[1]) || MailGrammar.isAddressLiteral(parts[1]))
    }
}
