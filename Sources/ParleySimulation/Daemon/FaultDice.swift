import Synchronization

/// Draws the fault of each write.
final class FaultDice: Sendable {
    private let plan: SimulationPlan
    private let state: Mutex<Dice?>

    init(plan: SimulationPlan, dice: Dice) {
        self.plan = plan
        state = Mutex(dice)
    }

    func stop() { state.withLock { $0 = nil } }

    func draw() -> FaultyStore.Fault? {
        state.withLock { dice in
            guard let place = dice?.below(1000) else { return nil }
            if place < plan.crashesBefore { return .crashBeforeCommit }
            if place < plan.crashesBefore + plan.crashesAfter { return .crashAfterCommit }
            return place < plan.crashesBefore + plan.crashesAfter + plan.diskFull ? .diskFull : nil
        }
    }
}
