/// HELO (RFC 5321 §4.1.1.1): introduces a client that knows no extensions, clears a transaction.
extension SMTPServerSession {
    mutating func performHELO(_ argument: ArraySlice<UInt8>) {
        guard introduce(argument, isExtended: false) else { return }
        reply(SMTPReply(250, nil, configuration.hostname))
    }
}
