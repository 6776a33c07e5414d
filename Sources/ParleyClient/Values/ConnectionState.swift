/// How the realtime connection stands.
public enum ConnectionState: String, Sendable, Hashable, CaseIterable {
    case connecting
    case connected
    case disconnecting
    case disconnected
    /// The gateway refused the token: `updateToken(_:)` with another one connects again.
    case denied
}
