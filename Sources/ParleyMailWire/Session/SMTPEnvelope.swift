/// The envelope of a message: what was said before DATA.
public struct SMTPEnvelope: Sendable, Hashable {
    /// The name that the client gave in EHLO or HELO, nil when it gave none. It is a claim.
    public internal(set) var hello: String?
    /// True after EHLO, false after HELO: decides between `ESMTP` and `SMTP` in the trace header (RFC 3848).
    public internal(set) var isExtended: Bool
    /// Reverse path, nil for the null sender `<>`.
    public internal(set) var sender: SMTPAddress?
    /// The accepted recipients in the order in which they came.
    public internal(set) var recipients: [SMTPAddress] = []
    /// SIZE= of MAIL in bytes, nil when it was not given.
    public internal(set) var declaredSize: Int?
    /// True when the client said BODY=8BITMIME (RFC 6152).
    public internal(set) var is8BitMIME = false

    init(hello: String?, isExtended: Bool, sender: SMTPAddress?) {
        self.hello = hello
        self.isExtended = isExtended
        self.sender = sender
    }
}
