/// Why a connection of the realtime feed ends, as its close frame and the log say it (docs/realtime.md "How a connection ends").
struct RealtimeEnd: Sendable, Hashable {
    /// Of the close frame (RFC 6455 §7.4); nil where none is sent.
    let code: UInt16?
    /// Of one of this gateway's own sentences: never what the other end said.
    let reason: String

    private init(_ code: UInt16?, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// The other end said goodbye, or went without.
    static let closed = RealtimeEnd(nil, "closed by the client")
    static let left = RealtimeEnd(nil, "the client went away")

    static let stopping = RealtimeEnd(1001, "the gateway is stopping")
    static let protocolError = RealtimeEnd(1002, "no frame as RFC 6455 has them")
    static let binary = RealtimeEnd(1003, "a binary frame")
    static let notUTF8 = RealtimeEnd(1007, "text that is not UTF-8")
    static let unsubscribed = RealtimeEnd(1008, "no subscribe came in time")
    static let misunderstood = RealtimeEnd(1008, "too many frames were none of the protocol")
    static let flooding = RealtimeEnd(1008, "too many commands at once")
    static let tooLarge = RealtimeEnd(1009, "a message is too long")
    static let unreadable = RealtimeEnd(1011, "the database could not be read")
    static let expired = RealtimeEnd(4401, "the token has expired")
    static let backlog = RealtimeEnd(4408, "too much waits for the client")
    static let stalled = RealtimeEnd(4408, "the client takes nothing")
    static let silent = RealtimeEnd(4408, "a ping was not answered")

    /// True when the client did not keep up.
    var isSlowness: Bool { code == 4408 }
}
