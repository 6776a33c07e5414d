/// Adapters that serve the same addresses, in the order in which they are tried, and when a delivery goes on to the next.
public struct AdapterRoute: Sendable, Hashable {
    /// What moves a delivery on to the next adapter.
    public enum Reason: String, Sendable, CaseIterable {
        /// The adapter is paused: for its settings, or since attempt after attempt failed.
        case paused
        /// An attempt failed for now.
        case temporary
        /// The other side asks for fewer.
        case throttled
        /// The other side refuses the message for good.
        case permanent
    }

    public var name: String
    public var adapters: [String]
    public var reasons: Set<Reason>
    /// How long after the message was made a delivery that was not taken moves on whatever the reason; nil for never.
    public var after: Duration?

    public init(name: String, adapters: [String], reasons: Set<Reason> = [.paused], after: Duration? = nil) {
        self.name = name
        self.adapters = adapters
        self.reasons = reasons
        self.after = after
    }
}
