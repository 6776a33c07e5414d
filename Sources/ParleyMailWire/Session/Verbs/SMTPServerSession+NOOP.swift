/// NOOP (RFC 5321 §4.1.1.9): its argument, if any, is ignored.
extension SMTPServerSession {
    mutating func performNOOP() { reply(SMTPReply(250, "2.0.0", "Ok")) }
}
