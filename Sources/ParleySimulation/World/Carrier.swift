import ParleyBroker
import ParleyCore

/// The carrier and the relay: takes attempts, lets each end as its fate says, and tells later what became of what it took.
final class Carrier {
    private let world: World
    private let daemon: Daemon
    private var dice: Dice
    private var ids = 0
    private var parts: [SID: Int] = [:]

    init(world: World, daemon: Daemon, dice: inout Dice) {
        self.world = world
        self.daemon = daemon
        self.dice = dice.split()
    }

    /// Takes up the attempt that was entered into the ledger last.
    func carry(_ dispatch: Dispatch, adapter: String) {
        let place = world.ledger.attempts.count - 1
        var fate =
            world.isQuiet ? .accepted : dice.weighted(SimulationPlan.Fate.allCases.map { ($0, world.plan.fates[$0] ?? 0) }) ?? .accepted
        let total = partCount(dispatch.delivery, adapter)
        var missing = (0..<total).filter { !dispatch.partsTaken.contains($0) }
        // Where all parts are known to be taken nothing is sent.
        if missing.isEmpty || (fate == .partly && missing.count < 2) { fate = .accepted }
        if fate == .partly { missing.removeLast() }
        let arrives = [.accepted, .partly, .arrivedUnknown].contains(fate)
        let latency = fate == .arrivedUnknown || fate == .lostUnknown ? dice.duration(5000, 20000) : dice.duration(20, 3000)
        let names = arrives ? missing.map { _ in name(adapter) } : []
        world.ledger.attempts[place].fate = fate
        world.note(
            "\(adapter) attempt \(dispatch.delivery.short)-\(dispatch.attempt) to \(dispatch.pair.address.text): \(fate.rawValue) \(names)")
        if arrives {
            // The carrier takes it at once; what takes long is the answer.
            world.ledger.attempts[place].taken = missing
            world.ledger.attempts[place].takenAt = world.now
            if adapter != "mail" {
                for (number, name) in zip(missing, names) {
                    promise(dispatch, total == 1 ? nil : number, name, adapter, answeredAfter: latency)
                }
            }
        }
        let outcome = outcome(fate, names, total: total, dispatch.partsTaken, zip(missing, names).map { ($0, $1) })
        let life = daemon.life
        world.later(latency) { [self] in
            daemon.ended(
                AttemptResult(delivery: dispatch.delivery, attempt: dispatch.attempt, outcome: outcome), adapter: adapter, life: life)
        }
    }

    /// How many parts a message has: most have one.
    private func partCount(_ delivery: SID, _ adapter: String) -> Int {
        if let known = parts[delivery] { return known }
        let count = adapter == "mail" ? 1 : dice.pick([1, 1, 1, 2, 3]) ?? 1
        parts[delivery] = count
        return count
    }

    private func name(_ adapter: String) -> String {
        ids += 1
        return "\(adapter)-\(ids)"
    }

    /// What the gateway makes of it: of a message of several requests it always says which parts were taken.
    private func outcome(
        _ fate: SimulationPlan.Fate, _ names: [String], total: Int, _ before: [Int], _ taken: [(Int, String)]
    ) -> Outcome {
        let end = end(fate)
        guard total > 1 else {
            if case .accepted = end { return .accepted(dice.permille(100) ? [] : names) }
            return end
        }
        let known = fate == .accepted || fate == .partly ? taken : []
        let done = Set(before + known.map(\.0))
        return .partly(
            ids: Dictionary(uniqueKeysWithValues: known), missing: (0..<total).filter { !done.contains($0) }, then: end)
    }

    private func end(_ fate: SimulationPlan.Fate) -> Outcome {
        let wait: Duration? = dice.permille(500) ? nil : dice.duration(1000, 600_000)
        switch fate {
        case .accepted: return .accepted([])
        case .partly:
            return dice.pick([
                Outcome.temporary(after: nil, Diagnosis(text: "a part was not taken")),
                .throttled(after: .seconds(9), Diagnosis(text: "too fast")),
                .permanent(Diagnosis(code: 30007, text: "a part was refused")),
            ]) ?? .temporary(after: nil, Diagnosis(text: ""))
        case .temporary: return .temporary(after: wait, Diagnosis(text: "busy"))
        case .throttled: return .throttled(after: wait, Diagnosis(text: "too fast"))
        case .permanent: return .permanent(Diagnosis(code: 30003, carrierCode: "42", text: "unreachable"))
        case .optedOut: return .optedOut(Diagnosis(text: "opted out"))
        case .misconfigured: return .misconfigured(Diagnosis(carrierCode: "401", text: "wrong password"))
        case .arrivedUnknown, .lostUnknown: return .unknown(Diagnosis(text: "timed out"))
        }
    }

    // MARK: - Receipts

    /// Draws what the carrier will say about a part that it took, and when.
    private func promise(_ dispatch: Dispatch, _ number: Int?, _ name: String, _ adapter: String, answeredAfter latency: Duration) {
        let reference = number.map { "\(dispatch.reference)-\($0)" } ?? dispatch.reference
        let stories: [[Delivery.Status]] = [
            [], [], [.sent], [.delivered], [.sent, .delivered], [.delivered, .read], [.undelivered], [.failed, .delivered],
            [.delivered, .sent],
        ]
        guard let story = dice.pick(stories) else { return }
        var wait =
            dice.permille(world.plan.receiptsEarly) ? dice.duration(0, Int(latency.wholeMilliseconds)) : latency + dice.duration(1, 60000)
        for status in story {
            let byReference = dice.permille(400)
            let fact = ReceiptFact(
                reference: byReference ? reference : nil, carrierID: byReference && dice.permille(500) ? nil : name,
                carrierStatus: status.rawValue, status: status,
                diagnosis: status.isFailure ? Diagnosis(code: 30005, text: "no such person") : nil)
            tell(fact, adapter, after: wait)
            if dice.permille(world.plan.receiptsTwice) { tell(fact, adapter, after: wait + dice.duration(0, 120_000)) }
            // Some come in another order than they happened in.
            wait = dice.permille(200) ? dice.duration(0, Int(wait.wholeMilliseconds)) : wait + dice.duration(1, 600_000)
        }
        if dice.permille(50) {
            // A word that the definition does not know, or one that changes nothing.
            let diagnosis = dice.permille(500) ? Diagnosis(text: "unknown word") : nil
            let fact = ReceiptFact(
                reference: reference, carrierID: name, carrierStatus: "ENROUTE-7", status: nil, diagnosis: diagnosis)
            tell(fact, adapter, after: wait)
        }
    }

    /// A receipt for something that we never sent.
    func stray() {
        let id = dice.permille(500)
        let fact = ReceiptFact(
            reference: id ? nil : "nobody-1", carrierID: id ? "stray-\(dice.below(20))" : nil, carrierStatus: "delivered",
            status: .delivered)
        tell(fact, "sms", after: .zero)
    }

    /// Calls back until it is acknowledged, as providers do.
    private func tell(_ fact: ReceiptFact, _ adapter: String, after wait: Duration) {
        world.later(wait) { [self] in
            do {
                let raw = "receipt \(fact.reference ?? "") \(fact.carrierID ?? "") \(fact.carrierStatus)"
                try await daemon.perform(ReceiveCallback(adapter: adapter, facts: [.receipt(fact)], raw: Array(raw.utf8)))
                world.ledger.receipts.append((fact, adapter))
                world.note("receipt \(fact.reference?.prefix(8) ?? "") \(fact.carrierID ?? "") \(fact.carrierStatus)")
            } catch {
                tell(fact, adapter, after: dice.duration(1000, 30000))
            }
        }
    }
}
