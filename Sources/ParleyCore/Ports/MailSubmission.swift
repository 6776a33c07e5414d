/// The port through which mail leaves. `ParleyTransfer` implements it over libcurl.
public protocol MailSubmission: Sendable {
    /// Hands one mail to a relay and returns the relay's verdict for each recipient, in the order of `mail.recipients`.
    ///
    /// - Throws: ``TransferFailure`` when there is no verdict: no connection, TLS or authentication failure, or a connection that broke.
    ///   `mayHaveLeft` is true only when the end of the data was sent and no reply to it was read.
    func submit(_ mail: OutboundMail, to relay: Relay) async throws(TransferFailure) -> [RecipientReply]
}

/// A mail with its envelope, as it goes over the wire.
public struct OutboundMail: Sendable, Hashable {
    /// Envelope sender; empty for the null sender.
    public var sender: String
    /// Envelope recipients, without angle brackets.
    public var recipients: [String]
    /// RFC 5322 content with CRLF line ends only, not dot-stuffed.
    public var content: [UInt8]
    public var timeout: Duration

    public init(sender: String, recipients: [String], content: [UInt8], timeout: Duration = .seconds(300)) {
        self.sender = sender
        self.recipients = recipients
        self.content = content
        self.timeout = timeout
    }
}

/// The smarthost that takes our mail.
public struct Relay: Sendable, Hashable {
    public enum Security: String, Sendable, Hashable, CaseIterable {
        /// Plain text.
        case none
        /// STARTTLS where it is offered.
        case opportunistic
        /// STARTTLS, or nothing is sent.
        case required
        /// TLS from the first byte (`smtps`).
        case implicit
    }

    public var host: String
    public var port: Int
    public var security: Security
    public var username: String?
    public var password: String?
    /// A file of PEM certificates to trust in place of the system's, or nil.
    public var authorities: String?
    /// The name said in EHLO.
    public var hello: String

    public init(
        host: String, port: Int, security: Security = .none, username: String? = nil, password: String? = nil, authorities: String? = nil,
        hello: String = "localhost"
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.username = username
        self.password = password
        self.authorities = authorities
        self.hello = hello
    }
}

/// A relay's verdict on one recipient: the final reply that concerns it (RCPT's when refused there, else DATA's end).
public struct RecipientReply: Sendable, Hashable {
    public var recipient: String
    /// RFC 5321 reply code, 250 when accepted.
    public var code: Int
    /// RFC 3463 enhanced status code such as `5.1.1`, where the relay sent one.
    public var enhanced: String?
    /// The text of the reply after the codes, all lines joined by a space.
    public var text: String
    /// The queue id that the relay names in its 250, where it can be told (`queued as X`, `Ok: X`, `id=X`).
    public var queueID: String?

    public init(recipient: String, code: Int, enhanced: String? = nil, text: String = "", queueID: String? = nil) {
        self.recipient = recipient
        self.code = code
        self.enhanced = enhanced
        self.text = text
        self.queueID = queueID
    }
}
