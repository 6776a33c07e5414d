internal import ParleyCore

/// What the event thread is asked to do: values that were checked already, and the pool that the connection comes from.
enum Order: Sendable {
    case http(OutboundRequest, trust: Trust)
    /// `fresh` refuses a pooled connection.
    case mail(OutboundMail, to: Relay, fresh: Bool)

    var isMail: Bool {
        if case .mail = self { true } else { false }
    }

    var pool: Pool {
        switch self {
        case .http(_, let trust): .http(trust)
        case .mail(_, let relay, _): .mail(relay.security, authorities: relay.authorities)
        }
    }
}

/// The connections that may stand in for each other. libcurl reuses a connection by host and port alone: it asks the guard about new
/// connections only, and would send a mail that demands TLS over one that was opened without. Where trust or security differ there is
/// another pool.
enum Pool: Sendable, Hashable {
    case http(Trust)
    case mail(Relay.Security, authorities: String?)
}
