import Logging
public import ParleyCore
public import ServiceLifecycle

/// Everything that webhooks need to run, as one service: the reader of the event log, the sender, the one
/// who asks about what people outside say, and forgetting.
public struct WebhookServices: Service {
    private let broker: Broker
    private let exchange: any HTTPExchange
    private let clock: any Clock<Duration>

    public init(broker: Broker, exchange: any HTTPExchange, clock: any Clock<Duration> = ContinuousClock()) {
        self.broker = broker
        self.exchange = exchange
        self.clock = clock
    }

    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await WebhookReader(broker: broker, clock: clock).run() }
            group.addTask { try await WebhookSender(broker: broker, exchange: exchange, clock: clock).run() }
            group.addTask { try await PrehookAsker(broker: broker, clock: clock).run() }
            group.addTask { await cancelWhenGracefulShutdown { await forget() } }
            try await group.waitForAll()
        }
    }

    private func forget() async {
        while !Task.isCancelled {
            do {
                while try await broker.perform(SweepWebhooks()), !Task.isCancelled {}
            } catch {
                broker.logger.error("the log of webhooks could not be swept", metadata: ["error": "\(error)"])
            }
            try? await clock.sleep(for: .seconds(60))
        }
    }
}

extension Broker {
    /// Has a delivery to a webhook sent again.
    ///
    /// - Throws: ``Refusal`` when there is none of this number.
    public func replayWebhook(_ delivery: Int64) async throws -> WebhookDelivery {
        let row = try await perform(ReplayWebhook(delivery))
        webhookQueue.ring()
        return row
    }
}
