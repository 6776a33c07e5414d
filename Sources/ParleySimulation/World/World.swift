import ParleyCore

/// What every part of a simulation shares: the time, what is going to happen, and the record of what did.
final class World {
    let plan: SimulationPlan
    let clock: VirtualClock
    let agenda = Agenda()
    let trace = Trace()
    let ledger = Ledger()
    /// True in the last part of a run: nothing fails any more, so that all that is owed can be done.
    var isQuiet = false

    init(plan: SimulationPlan, clock: VirtualClock) {
        self.plan = plan
        self.clock = clock
    }

    var now: Instant { clock.now }

    func note(_ text: @autoclosure () -> String) { trace.note(text(), at: clock.now) }

    func later(_ wait: Duration, _ action: @escaping Agenda.Action) { agenda.put(at: now + wait, action) }

    func fail(_ promise: Promise, _ evidence: String) {
        note("VIOLATION \(promise.rawValue): \(evidence)")
        ledger.violations.append(Violation(promise, evidence))
    }
}

extension SID {
    /// Enough of an identifier to follow it through a trace.
    var short: String { String(text.prefix(8)) }
}
