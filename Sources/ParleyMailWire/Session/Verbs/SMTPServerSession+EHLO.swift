/// EHLO (RFC 5321 §4.1.1.1): introduces the client, lists the extensions, clears a transaction.
extension SMTPServerSession {
    mutating func performEHLO(_ argument: ArraySlice<UInt8>) {
        guard introduce(argument, isExtended: true) else { return }
        reply(
            SMTPReply(
                code: 250, enhanced: nil,
                lines: [
                    configuration.hostname, "SIZE \(configuration.sizeMax)", "8BITMIME", "PIPELINING", "ENHANCEDSTATUSCODES",
                ]))
    }

    /// Takes the client's name. It must be one printable word; it is a claim, so nothing else is asked of it.
    mutating func introduce(_ argument: ArraySlice<UInt8>, isExtended: Bool) -> Bool {
        let words = argument.split(separator: 0x20)
        guard words.count == 1, let word = words.first, word.count <= 255, word.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            refuse(501, "5.5.4", "A name is expected")
            return false
        }
        hello = String(decoding: word, as: UTF8.self)
        self.isExtended = isExtended
        envelope = nil
        return true
    }
}
