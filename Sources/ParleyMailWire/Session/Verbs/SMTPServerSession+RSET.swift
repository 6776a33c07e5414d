/// RSET (RFC 5321 §4.1.1.5): drops the transaction, keeps the introduction.
extension SMTPServerSession {
    mutating func performRSET(_ argument: ArraySlice<UInt8>) {
        guard argument.isEmpty else { return refuse(501, "5.5.4", "RSET takes no parameter") }
        envelope = nil
        reply(SMTPReply(250, "2.0.0", "Ok"))
    }
}
