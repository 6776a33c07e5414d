/// DATA (RFC 5321 §4.1.1.4): takes the message up to CRLF.CRLF; the owner decides on it.
extension SMTPServerSession {
    mutating func performDATA(_ argument: ArraySlice<UInt8>) {
        guard argument.isEmpty else { return refuse(501, "5.5.4", "DATA takes no parameter") }
        guard let envelope else { return refuse(503, "5.5.1", "Say MAIL first") }
        guard !envelope.recipients.isEmpty else { return refuse(554, "5.5.1", "No valid recipients") }
        reader = SMTPDataReader(sizeMax: configuration.sizeMax)
        phase = .data
        reply(SMTPReply(354, nil, "End with CRLF.CRLF"))
    }

    /// The real end of the data was read. Whatever the outcome, the transaction is over (RFC 5321 §4.1.1.4).
    mutating func completeDATA() {
        let envelope = envelope
        let reader = reader
        self.envelope = nil
        self.reader = SMTPDataReader(sizeMax: configuration.sizeMax)
        phase = .command
        if reader.isTooLarge {
            refuse(552, "5.3.4", "Message is larger than \(configuration.sizeMax) bytes")
        } else if reader.hasNUL {
            refuse(550, "5.6.0", "Message contains NUL")
        } else if let envelope {
            ask(.message(envelope, content: reader.content), then: .message)
        }
    }

    mutating func finishDATA(_ verdict: SMTPMessageVerdict) {
        switch verdict {
        case .accepted(let text): reply(SMTPReply(250, "2.0.0", text))
        case .temporarilyRefused: reply(SMTPReply(451, "4.3.0", "Try again later"))
        case .rejected: reply(SMTPReply(550, "5.7.1", "Message refused"))
        case .unacceptableContent: reply(SMTPReply(554, "5.6.0", "Message content refused"))
        }
    }
}
