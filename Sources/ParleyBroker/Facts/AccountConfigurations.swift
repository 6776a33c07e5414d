public import ParleyCore

/// A caller changed what the account configures. Nil leaves it as it is.
public struct UpdateAccountConfiguration: Fact {
    public var defaultService: SID?
    /// Empty removes it.
    public var messagingService: String?
    /// ISO 8601 durations; empty removes the timer.
    public var inactiveTimer: String?
    public var closedTimer: String?

    public init() {}

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> AccountConfiguration
    {
        guard var configuration = try transaction.accountConfiguration() else {
            throw NotDurable("the database has no configuration of the account")
        }
        if let service = defaultService {
            guard try transaction.service(service) != nil else {
                throw Refusal.invalid("DefaultChatServiceSid", "there is no such service")
            }
            configuration.defaultService = service
        }
        if let text = messagingService {
            configuration.messagingService = SID(text, .messagingService)
            guard text.isEmpty || configuration.messagingService != nil else {
                throw Refusal.invalid("DefaultMessagingServiceSid", "expected a SID: MG and 32 hexadecimal digits, or nothing")
            }
        }
        if let text = inactiveTimer {
            configuration.inactiveTimer = try ISODuration.timer(
                text, "DefaultInactiveTimer", shortest: .seconds(60),
                otherwise: Refusal(
                    code: Refusal.inactiveTimerTooShort.code, status: 400,
                    message: "Invalid parameter DefaultInactiveTimer: expected at least PT1M"))
        }
        if let text = closedTimer {
            configuration.closedTimer = try ISODuration.timer(
                text, "DefaultClosedTimer", shortest: .seconds(600),
                otherwise: Refusal(
                    code: Refusal.closedTimerTooShort.code, status: 400,
                    message: "Invalid parameter DefaultClosedTimer: expected at least PT10M"))
        }
        configuration.revision += 1
        try transaction.put(configuration)
        effects.append(.defaultService(configuration.defaultService, revision: configuration.revision))
        return configuration
    }
}
