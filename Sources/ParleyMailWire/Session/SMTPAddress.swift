/// An envelope address as RFC 5321 §4.1.2 writes it.
public struct SMTPAddress: Sendable, Hashable, CustomStringConvertible {
    /// The local part without quotes and backslashes, case kept.
    public let localPart: String
    /// Domain or address literal as given; nil only for the bare `postmaster` of RFC 5321 §4.5.1.
    public let domain: String?

    init(localPart: String, domain: String?) {
        self.localPart = localPart
        self.domain = domain
    }

    /// `local@domain`, the local part quoted where it has to be.
    public var description: String {
        guard let domain else { return localPart }
        if MailGrammar.isDotString(localPart.utf8) { return "\(localPart)@\(domain)" }
        let escaped = localPart.reduce(into: "") { text, character in
            if character == "\"" || character == "\\" { text.append("\\") }
            text.append(character)
        }
        return "\"\(escaped)\"@\(domain)"
    }
}
