/// Where a ``MailListener`` listens, whom it serves and where it stops being patient.
public struct MailListenerConfiguration: Sendable, Hashable {
    /// Address to bind.
    public var host: String
    /// TCP port; 0 takes a free one, which ``MailListener/started()`` tells.
    public var port: Int
    /// The name said in the banner and in the answer to EHLO.
    public var hostname: String
    /// Largest mail in bytes. Beyond it: 552 5.3.4.
    public var sizeMax: Int
    /// Recipients of one mail. Beyond it: 452 4.5.3.
    public var recipientsMax: Int
    /// Open connections. Beyond it: 421 4.7.0 in place of the banner.
    public var connectionsMax: Int
    /// Bytes of all mails that are being received at one time. Beyond it: 421 4.3.1 to the connection that would add to them.
    public var heldBytesMax: Int
    /// How long a client may be silent. After it: 421 4.4.2. RFC 5321 §4.5.3.2.7 asks for five minutes at least.
    public var idle: Duration
    /// How long one transaction may take, answers of ours included. After it: 421 4.4.2, so that a client that sends one byte now and then
    /// does not hold a connection for ever.
    public var transaction: Duration
    /// How long a stop waits for transactions in flight. After it they are cut off, and their clients try again.
    public var shutdownGrace: Duration
    /// Who may connect; nil for everybody. Others are answered 554 5.7.1 in place of the banner.
    public var trustedNetworks: [NetworkRange]?
    /// A mail of at least this many bytes is parsed on a thread of its own, a smaller one where it is.
    public var parsedApartFrom: Int

    public init(
        host: String, port: Int, hostname: String, sizeMax: Int = 32 * 1024 * 1024, recipientsMax: Int = 100, connectionsMax: Int = 1000,
        heldBytesMax: Int = 512 * 1024 * 1024,
        idle: Duration = .seconds(300), transaction: Duration = .seconds(1800), shutdownGrace: Duration = .seconds(20),
        trustedNetworks: [NetworkRange]? = nil, parsedApartFrom: Int = 256 * 1024
    ) {
        self.host = host
        self.port = port
        self.hostname = hostname
        self.sizeMax = sizeMax
        self.recipientsMax = recipientsMax
        self.connectionsMax = connectionsMax
        self.heldBytesMax = heldBytesMax
        self.idle = idle
        self.transaction = transaction
        self.shutdownGrace = shutdownGrace
        self.trustedNetworks = trustedNetworks
        self.parsedApartFrom = parsedApartFrom
    }
}
