/// A multipart entity (RFC 2046 §5.1) whose boundary follows from the Message-ID.
struct MultipartComposer {
    let subtype: String
    let messageID: String
    /// Entities: header block, empty line, body.
    let parts: [[UInt8]]

    /// Header fields, empty line and body of the entity.
    func entity() throws(MailCompositionError) -> [UInt8] {
        let boundary = boundary
        var header = HeaderComposer()
        try header.add("Content-Type", words: ["multipart/\(subtype);", "boundary=\"\(boundary)\""], field: "messageID")
        header.finish()
        var bytes = header.bytes
        for part in parts {
            bytes += "--\(boundary)\r\n".utf8
            bytes += part
            bytes += [0x0D, 0x0A]
        }
        bytes += "--\(boundary)--\r\n".utf8
        return bytes
    }

    /// `=_` occurs neither in quoted-printable nor in base64, so no part can contain the boundary (RFC 2045 §6.7). The rest is
    /// FNV-1a over the Message-ID: it need not be secret, only tell nested levels and quoted mails apart.
    private var boundary: String {
        let hash = "\(subtype) \(messageID)".utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "=_\(subtype)_\(String(hash, radix: 16))"
    }
}
