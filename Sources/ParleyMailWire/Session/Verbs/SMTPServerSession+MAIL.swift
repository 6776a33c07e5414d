/// MAIL (RFC 5321 §4.1.1.2): opens a transaction. SIZE (RFC 1870) and BODY (RFC 6152) are the parameters known here.
extension SMTPServerSession {
    mutating func performMAIL(_ argument: ArraySlice<UInt8>) {
        guard hello != nil else { return refuse(503, "5.5.1", "Say EHLO first") }
        guard envelope == nil else { return refuse(503, "5.5.1", "A transaction is open") }
        guard let path = Self.argument(argument, after: "FROM:") else { return refuse(501, "5.5.4", "MAIL FROM:<address> is expected") }
        // `<postmaster>` without a domain is for RCPT only.
        guard let (path, rest) = SMTPPathParser.parse(path), path == .null || path.address?.domain != nil else {
            return refuse(501, "5.1.7", "Sender address has a syntax error")
        }
        guard let parameters = SMTPParameters(rest) else { return refuse(501, "5.5.4", "Parameter has a syntax error") }
        var envelope = SMTPEnvelope(hello: hello, isExtended: isExtended, sender: path.address)
        for (keyword, value) in parameters.pairs {
            switch (keyword, value?.uppercased()) {
            case ("SIZE", let digits?) where digits.utf8.count <= 20 && digits.utf8.allSatisfy(MailGrammar.isDigit):
                // Twenty digits may not fit an Int; what does not fit is over any limit.
                let size = Int(digits) ?? .max
                guard size <= configuration.sizeMax else {
                    return refuse(552, "5.3.4", "Message is larger than \(configuration.sizeMax) bytes")
                }
                envelope.declaredSize = size
            case ("SIZE", _):
                return refuse(501, "5.5.4", "SIZE has a syntax error")
            case ("BODY", "8BITMIME"?):
                envelope.is8BitMIME = true
            case ("BODY", "7BIT"?):
                break
            case ("BODY", _):
                return refuse(501, "5.5.4", "BODY has a syntax error")
            default:
                return refuse(555, "5.5.4", "Parameter is not known")
            }
        }
        guard admitTransaction() else { return }
        self.envelope = envelope
        reply(SMTPReply(250, "2.1.0", "Sender accepted"))
    }

    /// What follows `FROM:` or `TO:`; blanks after the colon are tolerated because many small clients write one.
    static func argument(_ bytes: ArraySlice<UInt8>, after keyword: String) -> ArraySlice<UInt8>? {
        let head = bytes.prefix(keyword.utf8.count)
        guard String(decoding: head, as: UTF8.self).uppercased() == keyword else { return nil }
        return bytes[head.endIndex...].drop { $0 == 0x20 }
    }
}
