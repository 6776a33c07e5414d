import ParleyCore

/// Promise 5: what may have arrived twice says so, an unknown answer is followed by a retry that says so or by nothing, and what says `sent` was received.
enum DuplicateCheck {
    static func violations(_ evidence: Evidence) -> [Violation] {
        let attempts = Dictionary(grouping: evidence.ledger.attempts, by: \.dispatch.delivery)
        return evidence.deliveries.values.sorted { $0.ordinal < $1.ordinal }.flatMap { delivery in
            let own = attempts[delivery.sid] ?? []
            return copies(delivery, own) + unknowns(delivery, own, evidence) + frozen(delivery, own)
        }
    }

    private static func copies(_ delivery: Delivery, _ attempts: [Ledger.Attempt]) -> [Violation] {
        var counts: [Int: Int] = [:]
        for part in attempts.flatMap(\.taken) { counts[part, default: 0] += 1 }
        let most = counts.values.max() ?? 0
        if most > 1, !delivery.flags.contains(.possibleDuplicate) {
            return [Violation(.duplicates, "delivery \(delivery.sid) was received \(most) times and does not say that it may have been")]
        }
        if most == 0, [.sent, .delivered, .read].contains(delivery.status) {
            return [Violation(.duplicates, "delivery \(delivery.sid) says \(String(describing: delivery.status)) and was never received")]
        }
        return []
    }

    private static func unknowns(_ delivery: Delivery, _ attempts: [Ledger.Attempt], _ evidence: Evidence) -> [Violation] {
        let holds = evidence.plan.adapters.first { $0.name == delivery.adapter }?.whenUnknown == .hold
        return zip(attempts, attempts.dropFirst()).compactMap { attempt, next in
            let isUnknown = attempt.fate == .arrivedUnknown || attempt.fate == .lostUnknown || !attempt.reported
            guard isUnknown else { return nil }
            if holds { return Violation(.duplicates, "\(next.dispatch.reference) followed an unknown answer that was to be held") }
            guard !next.dispatch.mayBeRepeat else { return nil }
            return Violation(.duplicates, "\(next.dispatch.reference) followed an unknown answer and does not say that it may be a repeat")
        }
    }

    /// Every attempt sends the same: the payload is frozen at the first lease.
    private static func frozen(_ delivery: Delivery, _ attempts: [Ledger.Attempt]) -> [Violation] {
        Set(attempts.map(\.dispatch.payload)).count <= 1 ? [] : [Violation(.fence, "delivery \(delivery.sid) was sent with two payloads")]
    }
}
