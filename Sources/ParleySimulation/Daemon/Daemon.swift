import ParleyBroker
import ParleyCore

/// The daemon in virtual time: the real facts over the given store, one turn of a dispatcher when it is rung or something is due. All that it holds
/// in memory is lost in a crash.
final class Daemon {
    typealias Opening = @Sendable ((any ConversationStore)?) async throws -> any ConversationStore

    let world: World
    /// What carries an attempt; its answer comes through ``ended(_:at:adapter:life:)``.
    var carry: (Dispatch, String) -> Void = { _, _ in }
    /// Counts the starts; what belongs to an earlier life is void.
    private(set) var life = 0
    /// Nil while the daemon is down.
    private(set) var rules: Rules?
    private(set) var store: (any ConversationStore)?
    private var faulty: FaultyStore?
    private let opening: Opening
    private let sabotage: Sabotage?
    private let faults: FaultDice
    private var dice: Dice
    private var memory = Memory()
    private var service: SID?

    /// What a crash takes.
    private struct Memory {
        var results: [String: [AttemptResult]] = [:]
        var underWay: [String: Int] = [:]
        var restraints: [String: Instant] = [:]
        var turns: [String: Instant] = [:]
        var discipline: [String: SendingDiscipline] = [:]
        var look: Instant?
        var lanes: [PairKey: SID] = [:]
        var resuming: Set<String> = []
    }

    init(world: World, sabotage: Sabotage?, dice: inout Dice, opening: @escaping Opening) {
        self.world = world
        self.sabotage = sabotage
        self.opening = opening
        faults = FaultDice(plan: world.plan, dice: dice.split())
        self.dice = dice.split()
    }

    /// Opens the database and finds what was under way. A start may crash like anything else, and is then made again.
    func start() async {
        do {
            let base = try await opening(store)
            store = base
            let sabotaged = sabotage.map { SabotagedStore(base: base, bug: $0) } ?? base
            faulty = FaultyStore(sabotaged, acknowledgesEarly: sabotage == .acknowledgesBeforeCommit) { [faults] in faults.draw() }
            life += 1
            let installation = try await write { transaction, stamp in try OpenInstallation().apply(to: transaction, stamp: &stamp) }
            if let service, service != installation.service { world.fail(.durable, "the default service changed over a restart") }
            service = installation.service
            rules = Rules(
                directory: AdapterDirectory(world.plan.adapters), installation: installation, publicURL: "https://parley.example")
            while try await perform(RecoverInterrupted()) > 0 {}
            guard rules != nil else { return }
            world.note("started, life \(life)")
            for adapter in world.plan.adapters { ring(adapter.name, at: world.now) }
            look(at: world.now)
        } catch is FaultyStore.Crash {
            crash()
        } catch let failure as NotDurable {
            // A crash while recovering has been seen to already.
            guard failure == FaultyStore.full else { return }
            world.note("start failed: \(failure)")
            memory = Memory()
            restart()
        } catch {
            world.fail(.sound, "the start threw \(error)")
        }
    }

    /// Carries a fact out and follows its effects.
    ///
    /// - Throws: ``Refusal``; ``NotDurable`` when the caller gets no answer or is asked to try again.
    func perform<F: Fact>(_ fact: F) async throws -> F.Answer {
        guard let rules else { throw NotDurable("the daemon is down") }
        do {
            let (answer, effects) = try await write { transaction, stamp in try step(fact, transaction, rules, &stamp) }
            follow(effects)
            return answer
        } catch is FaultyStore.Crash {
            crash()
            throw NotDurable("the daemon is down")
        } catch let refusal as Refusal {
            throw refusal
        } catch let failure as NotDurable where failure == FaultyStore.full {
            throw failure
        } catch {
            world.fail(.sound, "\(F.self) threw \(error)")
            throw NotDurable("unexpected")
        }
    }

    private func write<R: Sendable>(_ body: @escaping @Sendable (any WriteTransaction, inout Stamp) throws -> R) async throws -> R {
        guard let faulty else { throw NotDurable("the daemon is down") }
        let position = world.ledger.history.position
        let (result, glimpse) = try await faulty.write(world.clock.stamp()) { transaction, stamp in
            let result = try body(transaction, &stamp)
            return (result, try Glimpse(transaction, after: position))
        }
        world.ledger.commits += 1
        for message in world.ledger.history.take(glimpse) {
            world.note(
                "  message \(message.sid.short) is \(message.conversation.short)#\(message.index): \(message.body?.prefix(12) ?? "-")")
        }
        return result
    }

    /// Ends everything at once: what is in memory is gone, what is under way at the carrier goes on there.
    func crash() {
        world.note("CRASH of life \(life)")
        world.ledger.crashes += 1
        memory = Memory()
        life += 1
        restart()
    }

    private func restart() {
        rules = nil
        world.later(world.isQuiet ? .seconds(1) : dice.duration(1000, 60000)) { [self] in await start() }
    }

    func quieten() { faults.stop() }

    private func follow(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .dispatch(let adapter): ring(adapter, at: world.now)
            case .restrain(let adapter, let until): memory.restraints[adapter] = max(memory.restraints[adapter] ?? until, until)
            case .alert(let sentence): world.ledger.alerts.append(sentence)
            case .publish, .ask, .fetch: break
            case .defaultService(let service, let revision):
                self.service = service
                rules?.installation.service = service
                rules?.installation.revision = revision
            }
        }
        if !effects.isEmpty { look(at: world.now + .seconds(5)) }
    }
}

// MARK: - Services

extension Daemon {
    /// Has the dispatcher of an adapter take a turn.
    func ring(_ adapter: String, at instant: Instant) {
        guard rules != nil, memory.turns[adapter].map({ instant < $0 }) ?? true else { return }
        memory.turns[adapter] = instant
        world.agenda.put(at: instant) { [self, life] in
            guard life == self.life, memory.turns[adapter] == instant else { return }
            memory.turns[adapter] = nil
            await turn(adapter)
        }
    }

    private func turn(_ adapter: String) async {
        guard let profile = rules?.directory.profile(adapter) else { return }
        let results = memory.results.removeValue(forKey: adapter) ?? []
        var places = max(profile.concurrency - memory.underWay[adapter, default: 0], 0)
        let restraint = memory.restraints[adapter].flatMap { $0 > world.now ? $0 : nil }
        if restraint != nil { places = 0 }
        for result in results { report(result) }
        let life = life
        do {
            let turn = try await perform(
                TakeTurn(adapter: adapter, results: results, places: places, discipline: memory.discipline[adapter] ?? SendingDiscipline()))
            memory.discipline[adapter] = turn.discipline
            for result in results { release(result) }
            for dispatch in turn.dispatches { begin(dispatch, adapter) }
            if let due = turn.nextDue, memory.underWay[adapter, default: 0] < profile.concurrency {
                ring(adapter, at: max(due, restraint ?? due))
            }
            if let reason = turn.paused { paused(adapter, reason) }
        } catch {
            guard life == self.life else { return }
            memory.results[adapter, default: []].insert(contentsOf: results, at: 0)
            ring(adapter, at: world.now + .seconds(1))
        }
    }

    private func report(_ result: AttemptResult) {
        let place = world.ledger.attempts.lastIndex { $0.dispatch.delivery == result.delivery && $0.dispatch.attempt == result.attempt }
        if let place { world.ledger.attempts[place].reported = true }
    }

    private func release(_ result: AttemptResult) {
        for (lane, delivery) in memory.lanes where delivery == result.delivery { memory.lanes[lane] = nil }
    }

    private func begin(_ dispatch: Dispatch, _ adapter: String) {
        let lane = dispatch.pair.key
        if let other = memory.lanes[lane] {
            world.fail(.order, "delivery \(dispatch.delivery.short) begins in lane \(lane.rawValue) while \(other.short) is under way")
        }
        memory.lanes[lane] = dispatch.delivery
        memory.underWay[adapter, default: 0] += 1
        world.ledger.attempts.append(
            Ledger.Attempt(dispatch: dispatch, adapter: adapter, begun: world.now, position: world.ledger.history.position))
        carry(dispatch, adapter)
    }

    /// An attempt ended. Its answer reaches nobody when the daemon that made it is gone.
    func ended(_ result: AttemptResult, adapter: String, life: Int) {
        guard life == self.life, rules != nil else { return world.note("  the answer for \(result.delivery.short) reaches nobody") }
        memory.underWay[adapter, default: 1] -= 1
        memory.results[adapter, default: []].append(result)
        ring(adapter, at: world.now)
    }

    private func paused(_ adapter: String, _ reason: String) {
        guard memory.resuming.insert(adapter).inserted else { return }
        world.note("adapter \(adapter) is paused: \(reason)")
        let wait: Duration = world.isQuiet ? .seconds(60) : dice.duration(60_000, 7_200_000)
        world.later(wait) { [self, life] in
            guard life == self.life else { return }
            memory.resuming.remove(adapter)
            do {
                try await perform(ResumeAdapter(adapter: adapter))
            } catch {
                // The dispatcher finds the adapter still paused, and the operator tries again.
                ring(adapter, at: world.now + .seconds(60))
            }
        }
    }

    /// Lets time act on what waits.
    func look(at instant: Instant) {
        guard rules != nil, memory.look.map({ instant < $0 }) ?? true else { return }
        memory.look = instant
        world.agenda.put(at: instant) { [self, life] in
            guard life == self.life, memory.look == instant else { return }
            memory.look = nil
            do {
                if let next = try await perform(PassTime()) { look(at: max(next, world.now + .milliseconds(10))) }
            } catch {
                look(at: world.now + .seconds(1))
            }
        }
    }
}
