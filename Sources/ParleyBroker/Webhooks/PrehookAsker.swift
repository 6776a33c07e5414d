import Logging
import ParleyCore
public import ServiceLifecycle
import Synchronization

/// Asks pre-hooks about what people outside said, and settles it: of each pair one at a time and in order, several pairs at a time.
///
/// On graceful shutdown nothing more is asked; what is under way ends within the time limits of its requests. What was asked about and not
/// settled is asked about again.
public struct PrehookAsker: Service {
    private let broker: Broker
    private let clock: any Clock<Duration>

    public init(broker: Broker, clock: any Clock<Duration> = ContinuousClock()) {
        self.broker = broker
        self.clock = clock
    }

    public func run() async throws {
        let bell = broker.prehookQueue
        let underWay = UnderWay<PairKey>()
        let stopping = Mutex(false)
        bell.ring()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { questions in
                for await _ in bell.rings {
                    if stopping.withLock({ $0 }) { break }
                    let places = broker.rules.webhooks.concurrency
                    guard let waiting = await waiting(places) else {
                        questions.addTask {
                            await rest()
                            bell.ring()
                        }
                        continue
                    }
                    for pending in waiting {
                        guard underWay.begin(pending.pair, places: places) else { continue }
                        questions.addTask {
                            if await !settle(pending) { await rest() }
                            underWay.end(pending.pair)
                            bell.ring()
                        }
                    }
                }
            }
        } onGracefulShutdown: {
            stopping.withLock { $0 = true }
            bell.ring()
        }
    }

    /// Asks about all that waits, one after the other: what the service does, without waiting. Returns the number that was settled.
    @discardableResult
    public func drain() async throws -> Int {
        var count = 0
        while let next = try await broker.read({ try $0.pendingPrehooks(limit: 1) }).first {
            guard await settle(next) else { return count }
            count += 1
        }
        return count
    }

    private func waiting(_ limit: Int) async -> [PendingPrehook]? {
        do {
            return try await broker.read { try $0.pendingPrehooks(limit: limit) }
        } catch {
            broker.logger.error("what waits for pre-webhooks could not be read", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private func rest() async { await cancelWhenGracefulShutdown { try? await clock.sleep(for: .seconds(1)) } }

    /// False when the database cannot be written, or the service was cancelled meanwhile: it waits on.
    private func settle(_ pending: PendingPrehook) async -> Bool {
        var fact = SettlePending(pending.inbox)
        do {
            fact = try await broker.asked(fact, by: .channel(broker.rules.channel(of: pending.adapter)))
        } catch let refusal as Refusal {
            fact.outcome = PrehookAsker.outcome(refusal)
        } catch is NotDurable {
            return false
        } catch {
            fact.outcome = .unsettled
        }
        // A question that was broken off has no answer.
        guard !Task.isCancelled else { return false }
        do {
            try await carryOut(fact)
            return true
        } catch {
            broker.logger.error(
                "what pre-webhooks were asked about could not be settled",
                metadata: ["inbox": "\(pending.inbox)", "error": "\(type(of: error))"])
            return false
        }
    }

    /// What no rule can settle is left to an operator, and holds up none of those behind it.
    private func carryOut(_ fact: SettlePending) async throws {
        do {
            try await broker.perform(Asked(fact: fact))
        } catch let failure as NotDurable {
            throw failure
        } catch {
            guard fact.outcome == .passes else { throw error }
            let isRefused = error is Refusal && fact.changes != HookChanges()
            try await broker.perform(SettlePending(fact.id, as: isRefused ? .unusable : .unsettled))
        }
    }

    private static func outcome(_ refusal: Refusal) -> SettlePending.Outcome {
        switch refusal {
        case .prehookRefused: .rejected
        case .prehookFailed, .prehookTimedOut: .unanswered
        default: .unusable
        }
    }

    /// The fact without its hooks, which were asked.
    private struct Asked: Fact {
        let fact: SettlePending

        func apply(
            to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]
        ) throws -> InboxItem? {
            try fact.apply(to: transaction, under: rules, stamp: &stamp, effects: &effects)
        }
    }
}
