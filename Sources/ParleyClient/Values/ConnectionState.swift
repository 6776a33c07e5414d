/// How the realtime connection stands.
public enum ConnectionState: String, Sendable, Hashable, CaseIterable {
    /// An attempt is being made, or waited for after one that failed.
    case connecting
    /// Events come as they happen.
    case connected
    /// `shutdown()` was called and waits for the connection's end.
    case disconnecting
    /// It has ended for good, by `shutdown()`.
    case disconnected
    /// The gateway refused the token: `updateToken(_:)` with another one connects again.
    case denied
}
