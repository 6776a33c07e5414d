public import ParleyCore

/// Runs the Broker's real rules in virtual time, among people, carriers and callers that are drawn from one seed, under the faults that are drawn from it
/// too; then lets everything come to rest and checks every promise. The same seed gives the same run, line by line.
public final class Simulation {
    /// Gives the store that a start uses. It is called with nil first, and at each restart with the store before it, which it may close and open again.
    public typealias Opening = @Sendable (_ previous: (any ConversationStore)?) async throws -> any ConversationStore

    private let seed: UInt64
    private let world: World
    private let daemon: Daemon
    private let carrier: Carrier
    private let caller: Caller
    private let populace: Populace
    private var dice: Dice

    /// - Parameters:
    ///   - actions: how many things people, callers and operators do.
    ///   - sabotage: a bug to plant.
    /// - Throws: ``AddressProblem``, never with the addresses that it brings along.
    public init(seed: UInt64, actions: Int = 150, sabotage: Sabotage? = nil, store: @escaping Opening) throws {
        self.seed = seed
        dice = Dice(seed: seed)
        let world = World(plan: try SimulationPlan(seed: seed, actions: actions), clock: VirtualClock(seed: seed))
        self.world = world
        daemon = Daemon(world: world, sabotage: sabotage, dice: &dice, opening: store)
        carrier = Carrier(world: world, daemon: daemon, dice: &dice)
        caller = Caller(world: world, daemon: daemon, dice: &dice)
        populace = Populace(world: world, daemon: daemon, dice: &dice)
    }

    /// Plays the run and checks it.
    ///
    /// - Throws: what the store throws at the last reading, when all faults are over.
    public func run() async throws -> SimulationReport {
        daemon.carry = { [unowned carrier] dispatch, adapter in carrier.carry(dispatch, adapter: adapter) }
        await daemon.start()
        for _ in 0..<3 { caller.create() }
        var next = world.now + .seconds(10)
        for _ in 0..<world.plan.actions {
            await play(until: next)
            act()
            next = next + dice.duration(0, Int(world.plan.gapMax.wholeMilliseconds))
        }
        await play(until: next)
        await comeToRest(from: next)
        await daemon.start()
        guard let store = daemon.store else { return report([Violation(.sound, "there is no store")]) }
        let evidence = Evidence(ledger: world.ledger, plan: world.plan, snapshot: try await Snapshot(store, ledger: world.ledger))
        world.agenda.clear()
        return report(world.ledger.violations + Checks.violations(evidence))
    }

    /// Faults end, and everything that is owed is done. Nothing may be left to do after the longest validity.
    private func comeToRest(from start: Instant) async {
        world.isQuiet = true
        daemon.quieten()
        world.note("quiet from here")
        await play(until: start + .seconds(8 * 24 * 3600))
    }

    private func play(until end: Instant) async {
        var steps = 0
        while let event = world.agenda.next() {
            guard event.at < end else {
                world.agenda.put(at: event.at, event.action)
                break
            }
            world.clock.advance(to: event.at)
            await event.action()
            steps += 1
            // What is broken this often is broken enough.
            if world.ledger.violations.count > 50 { break }
            if steps > 10000 {
                world.fail(.sound, "the run does not come to rest")
                break
            }
        }
        world.clock.advance(to: end)
    }

    private func act() {
        switch dice.weighted(SimulationPlan.Action.allCases.map { ($0, world.plan.weights[$0] ?? 0) }) {
        case .say, nil: caller.say()
        case .text: populace.text()
        case .mail: populace.mail()
        case .oddMail: populace.odd()
        case .repeatInbound: populace.again()
        case .otherContent: populace.otherContent()
        case .strayReceipt: carrier.stray()
        case .add: caller.add()
        case .addOurs: caller.addOurs()
        case .remove: caller.remove()
        case .close: caller.close()
        case .delete: caller.delete()
        case .create: caller.create()
        case .deleteMessage: caller.deleteMessage()
        case .editMessage: caller.editMessage()
        case .crash: if daemon.rules != nil { daemon.crash() }
        }
    }

    private func report(_ violations: [Violation]) -> SimulationReport {
        SimulationReport(
            seed: seed, violations: violations, trace: world.trace.lines, traceHash: world.trace.hash,
            totals: SimulationReport.Totals(
                commits: world.ledger.commits, crashes: world.ledger.crashes, events: world.ledger.history.moments.count,
                messages: world.ledger.history.moments.count { $0.event.kind == .messageAdded }, attempts: world.ledger.attempts.count,
                inbound: world.ledger.inbound.count, receipts: world.ledger.receipts.count))
    }
}
