/// Verbs that are answered but do nothing here, and those that nobody knows.
extension SMTPServerSession {
    mutating func performOther(_ verb: String) {
        switch verb {
        case "VRFY":
            // RFC 5321 §7.3: says nothing about who exists.
            reply(SMTPReply(252, "2.0.0", "Send the message and see"))
        case "HELP":
            reply(SMTPReply(214, "2.0.0", "RFC 5321"))
        case "EXPN", "AUTH", "STARTTLS":
            refuse(502, "5.5.1", "Command is not offered")
        case "BDAT", "CONNECT", "GET", "HEAD", "POST", "PUT":
            // What follows would be a message chunk or an HTTP request, and must not be read as commands.
            end(with: SMTPReply(502, "5.5.1", "Command is not offered"))
        default:
            refuse(500, "5.5.2", "Command is not known")
        }
    }
}
