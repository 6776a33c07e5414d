/// QUIT (RFC 5321 §4.1.1.10): ends the session.
extension SMTPServerSession {
    mutating func performQUIT(_ argument: ArraySlice<UInt8>) {
        guard argument.isEmpty else { return refuse(501, "5.5.4", "QUIT takes no parameter") }
        end(with: SMTPReply(221, "2.0.0", "\(configuration.hostname) closes the connection"))
    }
}
