import Logging
import ParleyCore
public import ServiceLifecycle

/// Fetches the media that inbound messages name by their URLs, through the adapter that they came by, several messages at a time.
///
/// On graceful shutdown requests that are under way are broken off; what was not fetched is asked for again at the next start.
public struct MediaCollector: Service {
    private let broker: Broker
    private let clock: any Clock<Duration>

    /// Messages whose media are fetched at the same time.
    public static let concurrency = 4

    public init(broker: Broker, clock: any Clock<Duration> = ContinuousClock()) {
        self.broker = broker
        self.clock = clock
    }

    public func run() async throws {
        let bell = broker.mediaQueue
        let underWay = UnderWay<Int64>()
        let alarm = Alarm()
        bell.ring()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { requests in
                for await _ in bell.rings {
                    if Task.isCancelled { break }
                    let now = broker.source.stamp().now
                    guard let (due, next) = await look(now, besides: underWay.count) else {
                        requests.addTask { await ring(bell, after: .seconds(1)) }
                        continue
                    }
                    for pending in due where underWay.begin(pending.inbox, places: Self.concurrency) {
                        requests.addTask {
                            if await !collect(pending) { await ring(nil, after: .seconds(1)) }
                            underWay.end(pending.inbox)
                            bell.ring()
                        }
                    }
                    if let next, alarm.set(next) {
                        requests.addTask {
                            await ring(nil, after: max(next - now, .milliseconds(1)))
                            alarm.rang(next)
                            bell.ring()
                        }
                    }
                }
                requests.cancelAll()
            }
        }
    }

    /// Fetches all that is due, one after the other: what the service does, without waiting. Returns the number of messages asked for.
    @discardableResult
    public func drain() async throws -> Int {
        let now = broker.source.stamp().now
        let due = try await broker.read { try $0.pendingMedia(due: now, limit: 1000) }
        for pending in due { _ = await collect(pending) }
        return due.count
    }

    private func look(_ now: Instant, besides count: Int) async -> (due: [PendingMedia], next: Instant?)? {
        do {
            return try await broker.read { transaction in
                (
                    try transaction.pendingMedia(due: now, limit: Self.concurrency + count),
                    try transaction.nextPendingMedia(after: now)
                )
            }
        } catch {
            broker.logger.error("what waits for media could not be read", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private func ring(_ bell: Doorbell?, after wait: Duration) async {
        try? await clock.sleep(for: wait)
        bell?.ring()
    }

    /// False when nothing could be written: it is asked for again.
    private func collect(_ pending: PendingMedia) async -> Bool {
        do {
            let links = try await broker.read { try $0.keptInbound(of: pending.inbox)?.fact.links ?? [] }
            var pieces: [CollectMedia.Piece] = []
            var bytes = 0
            for link in links {
                let piece = link.kept == nil ? await fetch(link, pending.adapter, after: bytes) : .later
                if case .fetched(let medium) = piece { bytes += medium.size }
                pieces.append(piece)
            }
            // What was broken off was not refused.
            guard !Task.isCancelled else { return false }
            try await settle(pending, pieces)
            return true
        } catch {
            broker.logger.error(
                "media of an inbound message could not be kept",
                metadata: ["inbox": "\(pending.inbox)", "error": "\(type(of: error))"])
            return false
        }
    }

    /// What no rule can settle is left to an operator, and takes no place from those behind it.
    private func settle(_ pending: PendingMedia, _ pieces: [CollectMedia.Piece]) async throws {
        do {
            try await broker.perform(CollectMedia(pending.inbox, pieces: pieces))
        } catch let failure as NotDurable {
            throw failure
        } catch {
            broker.logger.error(
                "a message could not be settled with its media",
                metadata: ["inbox": "\(pending.inbox)", "error": "\(type(of: error))"])
            try await broker.perform(CollectMedia(pending.inbox, pieces: pieces, isUnsettled: true))
        }
    }

    private func fetch(_ link: InboundLink, _ adapter: String, after bytes: Int) async -> CollectMedia.Piece {
        guard let source = broker.gateway(adapter) as? any MediaSource else { return .missing }
        let limits = broker.rules.limits
        let most = min(limits.fetchedMediaBytes, limits.mediaBytes - bytes)
        guard most > 0 else { return .missing }
        let medium: InboundMedia?
        do {
            medium = try await source.fetch(link, bytesMax: most)
        } catch {
            broker.logger.warning(
                "a medium of an inbound message was not fetched",
                metadata: ["adapter": "\(adapter)", "reason": "\(error)", "final": "\(error.isFinal)"])
            return error.isFinal ? .missing : .later
        }
        guard let medium else { return .left }
        do {
            let key = try broker.media.keep(medium.content)
            return .fetched(
                PreparedInbound.Kept(
                    key: key, contentType: medium.contentType, filename: medium.filename, size: medium.content.count))
        } catch {
            broker.logger.error("a medium could not be kept", metadata: ["adapter": "\(adapter)", "error": "\(error)"])
            return .later
        }
    }
}
