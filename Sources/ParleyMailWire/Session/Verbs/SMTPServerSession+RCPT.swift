/// RCPT (RFC 5321 §4.1.1.3): names a recipient; the owner decides on each.
extension SMTPServerSession {
    mutating func performRCPT(_ argument: ArraySlice<UInt8>) {
        guard let envelope else { return refuse(503, "5.5.1", "Say MAIL first") }
        guard let path = Self.argument(argument, after: "TO:") else { return refuse(501, "5.5.4", "RCPT TO:<address> is expected") }
        guard let (recipient, rest) = SMTPPathParser.parse(path), case .address(let address) = recipient else {
            return refuse(501, "5.1.3", "Recipient address has a syntax error")
        }
        guard let parameters = SMTPParameters(rest) else { return refuse(501, "5.5.4", "Parameter has a syntax error") }
        guard parameters.pairs.isEmpty else { return refuse(555, "5.5.4", "Parameter is not known") }
        guard envelope.recipients.count < configuration.recipientsMax else {
            // Not an error of the client: RFC 5321 §4.5.3.1.10 lets it send the rest in another transaction.
            return reply(SMTPReply(452, "4.5.3", "Too many recipients"))
        }
        ask(.recipient(address, sender: envelope.sender), then: .recipient(address))
    }

    mutating func finishRCPT(_ address: SMTPAddress, _ verdict: SMTPRecipientVerdict) {
        switch verdict {
        case .accepted:
            envelope?.recipients.append(address)
            reply(SMTPReply(250, "2.1.5", "Recipient accepted"))
        case .unknown:
            refuse(550, "5.1.1", "No such recipient")
        case .temporarilyRefused:
            reply(SMTPReply(451, "4.3.0", "Try again later"))
        }
    }
}
