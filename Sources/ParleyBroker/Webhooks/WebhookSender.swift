import Foundation
import Logging
public import ParleyCore
public import ServiceLifecycle
import Synchronization

/// Sends what is queued for webhooks: one request at a time to each target, several targets at a time.
///
/// On graceful shutdown no request begins any more; those under way end within their time limit.
public struct WebhookSender: Service {
    private let broker: Broker
    private let exchange: any HTTPExchange
    private let clock: any Clock<Duration>

    public init(broker: Broker, exchange: any HTTPExchange, clock: any Clock<Duration> = ContinuousClock()) {
        self.broker = broker
        self.exchange = exchange
        self.clock = clock
    }

    public func run() async throws {
        while try await broker.perform(RecoverWebhooks()) > 0 {}
        let bell = broker.webhookQueue
        let tray = Tray<WebhookResult>()
        let stopping = Mutex(false)
        bell.ring()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { requests in
                let alarm = Alarm()
                for await _ in bell.rings {
                    let stops = stopping.withLock { $0 }
                    let turn = await turn(tray, stops: stops)
                    for delivery in turn.deliveries {
                        tray.begin()
                        requests.addTask {
                            tray.put(await send(delivery))
                            bell.ring()
                        }
                    }
                    if stops, tray.underWay == 0 { break }
                    if !stops, let due = turn.nextDue, alarm.set(due) {
                        let wait = max(due - broker.source.stamp().now, .milliseconds(1))
                        requests.addTask {
                            try? await clock.sleep(for: wait)
                            alarm.rang(due)
                            bell.ring()
                        }
                    }
                }
                requests.cancelAll()
            }
        } onGracefulShutdown: {
            stopping.withLock { $0 = true }
            bell.ring()
        }
    }

    /// Sends what is due until nothing is due any more: what the service does, without waiting for time to pass. Returns the number of requests.
    ///
    /// - Throws: ``NotDurable``.
    @discardableResult
    public func drain() async throws -> Int {
        var results: [WebhookResult] = []
        var count = 0
        while true {
            let turn = try await broker.perform(TakeWebhookTurn(results: results, places: broker.rules.webhooks.concurrency))
            guard !turn.deliveries.isEmpty else { return count }
            count += turn.deliveries.count
            results = []
            for delivery in turn.deliveries { results.append(await send(delivery)) }
        }
    }

    /// One turn. While the database cannot be written, results are kept and the turn is taken again.
    private func turn(_ tray: Tray<WebhookResult>, stops: Bool) async -> TakeWebhookTurn.Turn {
        let results = tray.take()
        let concurrency = broker.rules.webhooks.concurrency
        do {
            var turn = try await broker.perform(
                TakeWebhookTurn(results: results, places: stops ? 0 : max(concurrency - tray.underWay, 0)))
            if tray.underWay + turn.deliveries.count >= concurrency { turn.nextDue = nil }
            return turn
        } catch {
            broker.logger.error("a turn of the webhooks' sender could not be committed", metadata: ["error": "\(error)"])
            tray.putBack(results)
            return TakeWebhookTurn.Turn(deliveries: [], nextDue: broker.source.stamp().now + .seconds(1))
        }
    }

    private func send(_ delivery: WebhookDelivery) async -> WebhookResult {
        let rules = broker.rules
        let content = delivery.content
        let token = ContentDigest.hex(ofParts: ["webhook", rules.installation.gatewayID, String(delivery.id)])
        let request = WebhookRequest(
            url: content.url, method: content.method,
            // Real posts of the contract count retries from 0.
            parameters: content.parameters + [HookParameter("RetryCount", String(delivery.attempt - 1))], token: String(token.prefix(32)),
            delivery: delivery.id)
        let outcome: WebhookOutcome
        do {
            let outbound = request.outbound(under: rules.webhooks, at: broker.source.stamp().now)
            let answer = try await exchange.send(outbound, trust: rules.webhooks.trust)
            outcome = .answered(status: answer.status, after: WebhookSender.retryAfter(answer))
        } catch {
            outcome = .failed(error.reason)
        }
        return WebhookResult(delivery: delivery.id, attempt: delivery.attempt, outcome: outcome)
    }

    /// `Retry-After` in seconds (RFC 9110 §10.2.3); its form as a date is not read.
    private static func retryAfter(_ answer: OutboundAnswer) -> Duration? {
        guard let text = answer.header("Retry-After")?.trimmingCharacters(in: .whitespaces), let seconds = Int64(text), seconds >= 0 else {
            return nil
        }
        return .seconds(min(seconds, 86_400))
    }
}
