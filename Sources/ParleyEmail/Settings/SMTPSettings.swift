public import ParleyCore
public import ParleyYAML

/// What `type: smtp` adds to an adapter's settings: the relay that takes our mail and the listener that takes others'.
///
/// ```yaml
/// outbound: { relay: "smtp://127.0.0.1:1025", tls: none }
/// inbound:  { listen: "127.0.0.1:2525", hostname: in.example }
/// ```
public struct SMTPSettings: Sendable, Hashable {
    public var relay: Relay
    /// Nil for an adapter that only sends.
    public var inbound: MailListenerConfiguration?
    /// Whose `Authentication-Results` are believed (RFC 8601 §2.5).
    public var trustedAuthservIDs: [String]

    /// Reads `outbound` and `inbound` of an adapter. What is wrong goes to the reader's problems, all of it; nil when the settings cannot
    /// be used.
    public init?(_ adapter: MappingReader) {
        let problemsBefore = adapter.problems.count
        let inbound = adapter.has("inbound") ? adapter.mapping("inbound") : nil
        let listener = inbound.flatMap(InboundSettings.listener)
        trustedAuthservIDs = inbound?.strings("trusted_authserv_ids") ?? []
        let outbound = adapter.required("outbound") { $0.mapping("outbound") }
        guard let outbound, let relay = OutboundSettings.relay(outbound, hello: listener?.hostname ?? "localhost"),
            adapter.problems.count == problemsBefore
        else { return nil }
        self.relay = relay
        self.inbound = listener
    }
}
