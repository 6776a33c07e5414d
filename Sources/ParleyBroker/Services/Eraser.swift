import Logging
import ParleyCore
public import ServiceLifecycle

/// Carries out what is done in many small steps: the erasure of people, the removal of imports that were given up, and of bytes that no
/// row needs any more. All of it stands in the database and goes on after a crash.
public struct Eraser: Service {
    private let broker: Broker
    private let clock: any Clock<Duration>
    /// How late a new job may be noticed.
    private let patience: Duration = .seconds(1)

    public init(broker: Broker, clock: any Clock<Duration> = ContinuousClock()) {
        self.broker = broker
        self.clock = clock
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    if try await step() { continue }
                } catch {
                    broker.logger.error("an erasure could not go on", metadata: ["error": "\(type(of: error))"])
                }
                try? await clock.sleep(for: patience)
            }
        }
    }

    /// Takes one step of everything that is due. Returns false when there was nothing.
    public func step() async throws -> Bool {
        let now = broker.source.stamp().now
        // Asked first: a look costs less than a commit.
        let (isDue, loose, isAbandoned) = try await broker.read { transaction in
            (try transaction.dueErasure(at: now) != nil, try transaction.looseMedia(limit: 50), try transaction.hasAbandonedImports())
        }
        // Bytes go first, for a job waits for them at its end.
        let forgotten = loose.filter { $0.isUsed || (!broker.watchedMedia.isAtWork($0.key, at: now) && isRemoved($0.key)) }.map(\.key)
        if !forgotten.isEmpty { try await broker.perform(ForgetLoose(keys: forgotten)) }
        if isAbandoned { try await broker.perform(DiscardImports()) }
        let stepped = isDue ? try await erase() : false
        return stepped || isAbandoned || !forgotten.isEmpty
    }

    /// False when the media store cannot now; it is asked again.
    private func isRemoved(_ key: MediaKey) -> Bool {
        do {
            try broker.media.remove(key)
            return true
        } catch {
            broker.logger.error("bytes could not be removed", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// A job that cannot go on, for a reason of its own, holds up no other.
    private func erase() async throws -> Bool {
        do {
            return try await broker.perform(EraseSome())
        } catch let failure as NotDurable {
            throw failure
        } catch {
            let job = try await broker.perform(PostponeErasure())
            broker.logger.error(
                "an erasure could not go on and is tried again",
                metadata: ["erasure": "\(job.map(String.init) ?? "-")", "error": "\(type(of: error))"])
            return false
        }
    }
}

/// Bytes were removed, or found to be in use.
struct ForgetLoose: Fact {
    var keys: [MediaKey]

    func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws {
        try transaction.forgetLoose(keys)
    }
}
