import Logging
import ParleyCore
public import ServiceLifecycle

/// Reads the event log and queues what webhooks are owed. Where it stands is in the database and moves in the commit that queues; only stretches
/// in which nobody was owed anything are remembered in memory for a while, and read again after a crash.
public actor WebhookReader: Service {
    private let broker: Broker
    private let clock: any Clock<Duration>
    /// Where the database says the reader is; nil until it was asked.
    private var kept: Int64?
    private var position: Int64 = 0

    /// Events looked at in one step.
    private let chunk = 200
    /// Events passed over before the position is written down though nothing was queued.
    private let stretch: Int64 = 1000

    public init(broker: Broker, clock: any Clock<Duration> = ContinuousClock()) {
        self.broker = broker
        self.clock = clock
    }

    public func run() async throws {
        broker.webhookEvents.ring()
        await cancelWhenGracefulShutdown { await self.follow() }
        try? await remember()
    }

    private func follow() async {
        for await _ in broker.webhookEvents.rings {
            do {
                while try await step(), !Task.isCancelled {}
            } catch {
                broker.logger.error("webhooks could not be queued", metadata: ["error": "\(error)"])
                try? await clock.sleep(for: .seconds(1))
                broker.webhookEvents.ring()
            }
        }
    }

    /// Looks at the next stretch of the log, and replays a chunk of messages where a webhook asked for that. Returns true while there may be
    /// more.
    ///
    /// - Throws: ``NotDurable``. What was queued before is not queued again by the next step.
    @discardableResult
    public func step() async throws -> Bool {
        let rules = broker.rules
        let (from, start) = try await place()
        let chunk = chunk
        let (events, contents, unread, replays) = try await broker.read { transaction in
            let events = try transaction.events(after: start, limit: chunk)
            var targets = WebhookTargets(rules: rules, transaction: transaction)
            var unread: [Int64] = []
            let contents = try events.flatMap { event in
                do {
                    return try targets.contents(for: event)
                } catch is HookForm.Unreadable {
                    // One event that cannot be read holds up none of those behind it.
                    unread.append(event.position)
                    return []
                }
            }
            return (events, contents, unread, try !transaction.scopedWebhooksToReplay(limit: 1).isEmpty)
        }
        for position in unread { broker.logger.error("an event cannot be read for webhooks", metadata: ["position": "\(position)"]) }
        if let last = events.last?.position {
            position = last
            if !contents.isEmpty || last - from >= stretch { try await queue(contents, from: from, to: last) }
        }
        if replays {
            try await broker.perform(ReplayMessages())
            broker.webhookQueue.ring()
        }
        return replays || events.count == chunk
    }

    /// Writes down how far the reader is.
    private func remember() async throws {
        guard let kept, position > kept else { return }
        try await queue([], from: kept, to: position)
    }

    private func place() async throws -> (kept: Int64, position: Int64) {
        if let kept { return (kept, position) }
        let stored = try await broker.read { try $0.readerPosition(QueueWebhooks.reader) }
        (kept, position) = (stored, stored)
        return (stored, stored)
    }

    private func queue(_ contents: [WebhookContent], from: Int64, to: Int64) async throws {
        // Until the commit is known to have happened, only the database knows where the reader is.
        kept = nil
        guard try await broker.perform(QueueWebhooks(from: from, to: to, contents: contents)) else { return }
        kept = to
        if !contents.isEmpty { broker.webhookQueue.ring() }
    }
}
