/// Writes a draft as RFC 5322 and MIME bytes.
extension MailDraft {
    /// The mail with CRLF line ends only, ready for submission. The same draft always gives the same bytes.
    ///
    /// The body is `multipart/alternative` (text, HTML), inside `multipart/mixed` when there are attachments. References holds the
    /// first and as many of the last as stay under 900 bytes; identifiers that cannot be written there are left out.
    ///
    /// - Throws: ``MailCompositionError`` that names the field; a value with CR, LF or NUL is never folded or cleaned.
    public func composed() throws(MailCompositionError) -> [UInt8] {
        try check()
        guard let date = MailDate.text(date) else { throw MailCompositionError("date", .invalidDate) }
        var header = HeaderComposer()
        try header.add("Date", words: [date], field: "date")
        try header.add("From", from, field: "from.name")
        try header.add("To", to, field: "to.name")
        if let replyTo { try header.add("Reply-To", replyTo, field: "replyTo.name") }
        try header.addText("Subject", subject, isLiteral: false, field: "subject")
        try header.add("Message-ID", words: ["<\(messageID)>"], field: "messageID")
        if let inReplyTo, Self.isIdentifier(inReplyTo) { try header.add("In-Reply-To", words: ["<\(inReplyTo)>"], field: "inReplyTo") }
        let references = quotedReferences
        if !references.isEmpty { try header.add("References", words: references, field: "references") }
        for (index, extra) in extraHeaders.enumerated() {
            try header.addText(extra.name, extra.value, isLiteral: true, field: "extraHeaders[\(index)].value")
        }
        try header.add("MIME-Version", words: ["1.0"], field: "")

        let alternative = try MultipartComposer(subtype: "alternative", messageID: messageID, parts: [textPart(), htmlPart()])
        let files = try attachments.enumerated().map { (index, file) throws(MailCompositionError) in
            try Self.part(file, field: "attachments[\(index)].filename")
        }
        let body =
            try files.isEmpty
            ? alternative : MultipartComposer(subtype: "mixed", messageID: messageID, parts: [alternative.entity()] + files)
        return try header.bytes + body.entity()
    }

    /// Root and last few, in angle brackets, under 900 bytes with the spaces between them.
    private var quotedReferences: [String] {
        let identifiers = references.filter(Self.isIdentifier).map { "<\($0)>" }
        guard let root = identifiers.first else { return [] }
        var room = 899 - root.utf8.count
        var last: [String] = []
        for identifier in identifiers.dropFirst().reversed() {
            room -= identifier.utf8.count + 1
            if room < 0 { break }
            last.append(identifier)
        }
        return [root] + last.reversed()
    }

    private func textPart() throws(MailCompositionError) -> [UInt8] {
        try Self.part(type: "text/plain", text: Self.normalised(text))
    }

    private func htmlPart() throws(MailCompositionError) -> [UInt8] {
        try Self.part(
            type: "text/html", text: Self.normalised(html ?? TextToHTML.document(String(decoding: Self.normalised(text), as: UTF8.self))))
    }

    /// LF line ends, no NUL.
    private static func normalised(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var previous: UInt8 = 0
        for byte in text.utf8 {
            switch byte {
            case 0: break
            case 0x0D: bytes.append(0x0A)
            case 0x0A where previous == 0x0D: break
            default: bytes.append(byte)
            }
            previous = byte
        }
        return bytes
    }

    private static func part(type: String, text: [UInt8]) throws(MailCompositionError) -> [UInt8] {
        // Quoted-printable triples every byte that is not ASCII; past a third of them base64 is shorter.
        let isForeign = text.count(where: { $0 >= 0x80 }) > text.count / 3
        var header = HeaderComposer()
        try header.add("Content-Type", words: ["\(type);", "charset=utf-8"], field: "")
        try header.add("Content-Transfer-Encoding", words: [isForeign ? "base64" : "quoted-printable"], field: "")
        header.finish()
        guard isForeign else { return header.bytes + BodyEncoder.quotedPrintable(text) }
        var canonical: [UInt8] = []
        for byte in text {
            if byte == 0x0A { canonical.append(0x0D) }
            canonical.append(byte)
        }
        return header.bytes + BodyEncoder.base64(canonical)
    }

    private static func part(_ file: Attachment, field: String) throws(MailCompositionError) -> [UInt8] {
        let type = file.contentType.lowercased()
        let isComposite = type.hasPrefix("multipart/") || type.hasPrefix("message/")
        var header = HeaderComposer()
        try header.add("Content-Type", words: [isComposite ? "application/octet-stream" : file.contentType], field: field)
        try header.add("Content-Transfer-Encoding", words: ["base64"], field: field)
        try header.add("Content-Disposition", words: ["attachment;"] + FilenameParameter.words(file.filename), field: field)
        header.finish()
        return header.bytes + BodyEncoder.base64(file.content)
    }
}
