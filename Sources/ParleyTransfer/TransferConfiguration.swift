/// The limits that hold for every transfer; what belongs to one exchange stands in its request, mail or relay.
public struct TransferConfiguration: Sendable, Hashable {
    /// How long a connection may take, from the name's resolution to the end of the TLS handshake (of AUTH for mail).
    public var connectTimeout: Duration
    /// How long an unused connection is kept for the next transfer. Less than what servers commonly wait, so that we are the ones who hang
    /// up.
    public var idleAgeMax: Duration
    /// How many unused connections are kept, for each pool.
    public var idleConnectionsMax: Int
    /// How many connections may be open to one host; further transfers wait for one, within their own time-out. 0 is without limit.
    public var connectionsPerHostMax: Int
    /// How many mails may be under way at once, each with a thread and a connection; further ones wait, and
    /// their time-out starts when their turn has come.
    public var mailsAtOnceMax: Int
    /// How long ``Transfer/shutdown()`` lets transfers go on before it cancels them.
    public var shutdownGrace: Duration
    /// A file of PEM certificates to trust for `https` in place of the system's, or nil.
    public var authorities: String?

    public init(
        connectTimeout: Duration = .seconds(15), idleAgeMax: Duration = .seconds(50), idleConnectionsMax: Int = 64,
        connectionsPerHostMax: Int = 64, mailsAtOnceMax: Int = 16, shutdownGrace: Duration = .zero, authorities: String? = nil
    ) {
        self.connectTimeout = connectTimeout
        self.idleAgeMax = idleAgeMax
        self.idleConnectionsMax = idleConnectionsMax
        self.connectionsPerHostMax = connectionsPerHostMax
        self.mailsAtOnceMax = mailsAtOnceMax
        self.shutdownGrace = shutdownGrace
        self.authorities = authorities
    }
}
