/// What an SMTP server session promises to its client and where it stops being patient.
public struct SMTPSessionConfiguration: Sendable, Hashable {
    /// The name said in the banner and in the answer to EHLO.
    public var hostname: String
    /// Largest message in bytes, as announced by SIZE (RFC 1870). Beyond it: 552 5.3.4.
    public var sizeMax: Int
    /// Recipients of one message. Beyond it: 452 4.5.3, and the client sends the rest in another transaction (RFC 5321 §4.5.3.1.10).
    public var recipientsMax: Int
    /// Longest command line in bytes, CRLF included: 512 (RFC 5321 §4.5.3.1.4), 26 for SIZE and 17 for BODY. Beyond it: 500 5.5.6.
    public var commandLineMax: Int
    /// Transactions (accepted MAIL commands) in one session. Beyond it: 421 4.7.0 and the session ends.
    public var transactionsMax: Int
    /// Refused commands in one session. When it is reached: 421 4.7.0 and the session ends.
    public var errorsMax: Int
    /// Input in bytes that is kept while the owner owes an answer. Beyond it: 421 4.7.0 and the session ends. An owner that stops
    /// reading while ``SMTPServerSession/isAwaitingAnswer`` is true never meets it.
    public var pendingMax: Int

    public init(
        hostname: String, sizeMax: Int = 32 * 1024 * 1024, recipientsMax: Int = 100, commandLineMax: Int = 555, transactionsMax: Int = 1000,
        errorsMax: Int = 20, pendingMax: Int = 1024 * 1024
    ) {
        self.hostname = hostname
        self.sizeMax = sizeMax
        self.recipientsMax = recipientsMax
        self.commandLineMax = commandLineMax
        self.transactionsMax = transactionsMax
        self.errorsMax = errorsMax
        self.pendingMax = pendingMax
    }
}
