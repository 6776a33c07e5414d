/// Text, HTML and attachments from the MIME tree.
extension ParsedMail {
    mutating func readBody(_ root: MIMENode, limits: MailLimits) {
        let selection = BodySelection(root)
        let htmlParts = selection.html.filter { $0.type == "text/html" }.map(Self.decoded)
        html = htmlParts.isEmpty ? nil : htmlParts.joined(separator: "\n")
        let isHTMLOnly = selection.text.allSatisfy { $0.type == "text/html" }
        if !isHTMLOnly {
            text = selection.text.map { part in
                part.type == "text/html" ? readHTML(Self.decoded(part), limits: limits) : Self.plain(part)
            }.joined(separator: "\n")
        }
        if text.allSatisfy(\.isWhitespace) {
            let source = html ?? selection.text.filter { $0.type == "text/html" }.map(Self.decoded).joined(separator: "\n")
            if !source.isEmpty { text = readHTML(source, limits: limits) }
        }
        let shown = Self.contentIDs(in: html ?? "")
        attachments = selection.attachments.map { Self.attachment($0, shown: shown) }
    }

    private mutating func readHTML(_ source: String, limits: MailLimits) -> String {
        if source.utf8.count > limits.htmlBytesMax, !problems.contains(.htmlCut) { problems.append(.htmlCut) }
        return HTMLText.text(of: source, bytesMax: limits.htmlBytesMax)
    }

    /// LF line ends, no NUL.
    private static func bytes(_ part: MIMENode) -> [UInt8] {
        var lines: [UInt8] = []
        let decoded = CharsetDecoder.utf8(part.content, declared: part.charset)
        lines.reserveCapacity(decoded.count)
        var previous: UInt8 = 0
        for byte in decoded {
            switch byte {
            case 0: break
            case 0x0D: lines.append(0x0A)
            case 0x0A where previous == 0x0D: break
            default: lines.append(byte)
            }
            previous = byte
        }
        return lines
    }

    private static func decoded(_ part: MIMENode) -> String { String(decoding: bytes(part), as: UTF8.self) }

    private static func plain(_ part: MIMENode) -> String {
        let lines = bytes(part)
        let text = part.isFlowed ? FlowedText.unfolded(lines, deletesSpace: part.deletesSpace) : lines
        return String(decoding: text, as: UTF8.self)
    }

    private static func attachment(_ part: MIMENode, shown: Set<String>) -> Attachment {
        var filename = part.filename.flatMap(AttachmentName.sanitized)
        if part.media == "message", part.subtype == "rfc822" {
            let name = filename ?? "message"
            filename = name.lowercased().hasSuffix(".eml") ? name : AttachmentName.sanitized(String(name.prefix(40)) + ".eml")
        }
        let contentID = part.contentID.map { $0.filter { $0 != "<" && $0 != ">" } }
        return Attachment(
            filename: filename, contentType: part.type, content: part.content, contentID: contentID,
            isInline: contentID.map(shown.contains) ?? false)
    }

    /// The identifiers after `cid:` (RFC 2392).
    private static func contentIDs(in html: String) -> Set<String> {
        var found: Set<String> = []
        let bytes = Array(html.utf8)
        var index = 0
        while let colon = bytes[index...].firstIndex(of: 0x3A) {
            index = colon + 1
            guard colon >= 3, String(decoding: bytes[(colon - 3)..<colon], as: UTF8.self).lowercased() == "cid" else { continue }
            let identifier = bytes[index...].prefix(998).prefix { $0 > 0x20 && !"\"'<>)&".utf8.contains($0) }
            found.insert(percentDecoded(identifier))
        }
        return found
    }

    private static func percentDecoded(_ bytes: ArraySlice<UInt8>) -> String {
        var decoded: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == 0x25, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 {
                decoded.append(value)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
