/// What an account configures for all its services; there is one row of it.
public struct AccountConfiguration: Sendable, Hashable {
    /// The service that a path without one means.
    public var defaultService: SID
    /// Stands in new conversations that name none; nil for the one derived from account and service.
    public var messagingService: SID?
    /// ISO 8601 durations for new conversations that name none.
    public var inactiveTimer: String?
    public var closedTimer: String?
    /// Grows with each change, so that of two changes the later one is known.
    public var revision: Int

    public init(
        defaultService: SID, messagingService: SID? = nil, inactiveTimer: String? = nil, closedTimer: String? = nil, revision: Int = 0
    ) {
        self.defaultService = defaultService
        self.messagingService = messagingService
        self.inactiveTimer = inactiveTimer
        self.closedTimer = closedTimer
        self.revision = revision
    }
}
