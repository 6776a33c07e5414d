import ParleyCore

/// Promise 3: every message × eligible recipient has exactly one delivery, it settles in time, and the aggregates agree with a recount.
enum SettlementCheck {
    /// How late the end of a validity may be noticed: an outage, an attempt under way, a full disk.
    private static let patience: Duration = .seconds(1800)

    static func violations(_ evidence: Evidence) -> [Violation] {
        evidence.appended.flatMap { fanOut($0, evidence) + aggregates($0, evidence) }
            + evidence.deliveries.values.sorted { $0.ordinal < $1.ordinal }.flatMap { settled($0, evidence) }
    }

    private static func fanOut(_ appended: Evidence.Appended, _ evidence: Evidence) -> [Violation] {
        let expected = Audience.recipients(of: appended, evidence)
        let actual = evidence.snapshot.deliveries[appended.message.sid] ?? []
        let people = Set(actual.map(\.participant))
        var found: [Violation] = []
        if people.count != actual.count { found.append(Violation(.settles, "\(appended.label) has two deliveries for one person")) }
        let missing = expected.subtracting(people)
        if !missing.isEmpty { found.append(Violation(.settles, "\(appended.label) has no delivery for \(missing.sorted())")) }
        return found
    }

    private static func settled(_ delivery: Delivery, _ evidence: Evidence) -> [Violation] {
        let steps = evidence.steps[delivery.sid] ?? []
        guard delivery.phase == .settled, let end = steps.first(where: { $0.phase == .settled }) else {
            return [
                Violation(
                    .settles, "delivery \(delivery.sid) is \(delivery.phase) with status \(String(describing: delivery.status)) at the end")
            ]
        }
        guard delivery.status != nil else { return [Violation(.settles, "delivery \(delivery.sid) settled without a status")] }
        guard end.at > delivery.validUntil + patience else { return [] }
        return [Violation(.settles, "delivery \(delivery.sid) settled \(end.at - delivery.validUntil) after its validity")]
    }

    private static func aggregates(_ appended: Evidence.Appended, _ evidence: Evidence) -> [Violation] {
        guard let message = evidence.snapshot.messages[appended.message.sid] else { return [] }
        var counted = DeliveryCounts()
        for delivery in evidence.snapshot.deliveries[message.sid] ?? [] {
            counted.total += 1
            switch delivery.status {
            case .sent: counted.sent += 1
            case .delivered: (counted.sent, counted.delivered) = (counted.sent + 1, counted.delivered + 1)
            case .read: (counted.sent, counted.delivered, counted.read) = (counted.sent + 1, counted.delivered + 1, counted.read + 1)
            case .failed: counted.failed += 1
            case .undelivered: counted.undelivered += 1
            case nil: break
            }
        }
        // Whether what a carrier could not deliver counts as sent is not told by its status alone.
        var (known, recount) = (message.delivery, counted)
        (known.sent, recount.sent) = (0, 0)
        let range = counted.sent...(counted.sent + counted.undelivered)
        guard known != recount || !range.contains(message.delivery.sent) else { return [] }
        return [Violation(.settles, "\(appended.label) says \(message.delivery), a recount says \(counted)")]
    }
}
