import ParleyCore

/// Promise 4: indices without gap or repeat in the order of the commits, and each pair served in order. That a lane has one attempt under way at most is
/// watched by the daemon itself.
enum OrderCheck {
    static func violations(_ evidence: Evidence) -> [Violation] { indices(evidence) + lanes(evidence) }

    private static func indices(_ evidence: Evidence) -> [Violation] {
        var next: [SID: Int] = [:]
        return evidence.appended.compactMap { appended in
            let message = appended.message
            let expected = next[message.conversation, default: 0]
            next[message.conversation] = message.index + 1
            return message.index == expected
                ? nil : Violation(.order, "\(appended.label) has index \(message.index) in \(message.conversation), expected \(expected)")
        }
    }

    private static func lanes(_ evidence: Evidence) -> [Violation] {
        let positions = Dictionary(evidence.appended.map { ($0.message.sid, $0.position) }, uniquingKeysWith: { first, _ in first })
        let lanes = Dictionary(grouping: evidence.deliveries.values, by: \.lane).sorted { $0.key.rawValue < $1.key.rawValue }
        // A lease that was lost in a crash before anything left is an attempt that no carrier saw; mail that follows it may go first.
        let firsts = Dictionary(
            evidence.ledger.attempts.enumerated().filter { $0.element.adapter != "mail" || $0.element.dispatch.attempt == 1 }.map {
                ($0.element.dispatch.delivery, $0.offset)
            }, uniquingKeysWith: { first, _ in first })
        return lanes.flatMap { lane, deliveries -> [Violation] in
            let queue = deliveries.sorted { $0.ordinal < $1.ordinal }
            var found: [Violation] = []
            for (one, other) in zip(queue, queue.dropFirst()) where positions[one.message] ?? 0 > positions[other.message] ?? 0 {
                found.append(Violation(.order, "lane \(lane.rawValue) queues \(one.sid) before \(other.sid), which was said first"))
            }
            let begun = queue.compactMap { delivery in firsts[delivery.sid].map { (delivery, $0) } }
            for (one, other) in zip(begun, begun.dropFirst()) where one.1 > other.1 {
                found.append(Violation(.order, "lane \(lane.rawValue): \(other.0.sid) was attempted before \(one.0.sid)"))
            }
            if queue.first?.channel == .sms {
                for place in begun.indices { found += overtaken(place, begun, lane, evidence) }
                found += arrivals(queue, lane, evidence)
            }
            return found
        }
    }

    /// In a strict lane, whatever came before has settled or is held when a delivery is attempted.
    private static func overtaken(
        _ place: Int, _ begun: [(Delivery, Int)], _ lane: PairKey, _ evidence: Evidence
    ) -> [Violation] {
        let start = evidence.ledger.attempts[begun[place].1].position
        return begun[..<place].compactMap { earlier, _ in
            let free = evidence.steps[earlier.sid]?.first { $0.phase == .settled || $0.phase == .held }
            if let free, free.position <= start { return nil }
            return Violation(.order, "lane \(lane.rawValue): \(begun[place].0.sid) began before \(earlier.sid) had settled")
        }
    }

    /// People get first copies in the order in which things were said.
    private static func arrivals(_ queue: [Delivery], _ lane: PairKey, _ evidence: Evidence) -> [Violation] {
        var taken: [SID: Instant] = [:]
        for attempt in evidence.ledger.attempts {
            guard let at = attempt.takenAt, taken[attempt.dispatch.delivery] == nil else { continue }
            taken[attempt.dispatch.delivery] = at
        }
        let times = queue.compactMap { delivery in taken[delivery.sid].map { (delivery.sid, $0) } }
        return zip(times, times.dropFirst()).compactMap { one, other in
            one.1 <= other.1 ? nil : Violation(.order, "lane \(lane.rawValue): \(other.0) arrived before \(one.0)")
        }
    }
}
