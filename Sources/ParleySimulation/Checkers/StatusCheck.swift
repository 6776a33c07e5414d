import ParleyCore

/// Promise 3, over time: no status moves back but proof over failure, nothing leaves `settled`, and no evidence that was acknowledged is lost.
enum StatusCheck {
    static func violations(_ evidence: Evidence) -> [Violation] {
        evidence.steps.sorted { $0.key < $1.key }.flatMap { sid, steps in zip(steps, steps.dropFirst()).compactMap { wrong(sid, $0, $1) } }
            + evidence.ledger.receipts.compactMap { lost($0.fact, $0.adapter, evidence) } + counters(evidence)
    }

    private static func wrong(_ sid: SID, _ before: Evidence.Step, _ after: Evidence.Step) -> Violation? {
        if before.phase == .settled, after.phase != .settled {
            return Violation(.settles, "delivery \(sid) left settled for \(after.phase)")
        }
        guard before.status != after.status else { return nil }
        guard let new = after.status else { return Violation(.settles, "delivery \(sid) lost its status") }
        guard !mayFollow(new, before.status) else { return nil }
        return Violation(.settles, "delivery \(sid) went from \(String(describing: before.status)) to \(new)")
    }

    /// Written out again, and not asked of the rules under test: sent may become anything, proof of delivery overrules a failure.
    private static func mayFollow(_ new: Delivery.Status, _ known: Delivery.Status?) -> Bool {
        switch known {
        case nil, .sent: true
        case .delivered: new == .read
        case .read: false
        case .failed, .undelivered: new == .delivered || new == .read
        }
    }

    /// Proof of delivery that named a delivery by what we know of it must show.
    private static func lost(_ receipt: ReceiptFact, _ adapter: String, _ evidence: Evidence) -> Violation? {
        guard receipt.status == .delivered || receipt.status == .read, let delivery = named(receipt, evidence) else { return nil }
        guard delivery.adapter == adapter, delivery.status != .delivered, delivery.status != .read else { return nil }
        if isOfUnprovenParts(receipt, delivery, evidence) { return nil }
        let word = receipt.reference ?? receipt.carrierID ?? ""
        return Violation(
            .settles, "\(word) was reported as \(receipt.carrierStatus), and \(delivery.sid) says \(String(describing: delivery.status))")
    }

    /// True when the receipt is about one part of a message whose other parts nobody has proven, or never left.
    private static func isOfUnprovenParts(_ receipt: ReceiptFact, _ delivery: Delivery, _ evidence: Evidence) -> Bool {
        let attempts = evidence.ledger.attempts.filter { $0.dispatch.delivery == delivery.sid }
        let parts = evidence.snapshot.parts[delivery.sid] ?? []
        let taken = attempts.reduce(into: Set(parts.map(\.part))) { $0.formUnion($1.taken) }
        guard taken.count > 1 || attempts.contains(where: { $0.fate == .partly }) else { return false }
        // Whatever was taken of a message whose last attempt came to nothing is not the message, and nobody knows whether it is all that there is
        // when the time is up.
        guard attempts.last?.fate == .accepted, !delivery.flags.contains(.expired) else { return true }
        let proven = evidence.ledger.receipts.filter {
            ($0.fact.status == .delivered || $0.fact.status == .read) && $0.adapter == delivery.adapter
                && named($0.fact, evidence)?.sid == delivery.sid
        }
        let numbers = Set(proven.compactMap { number($0.fact, parts) })
        return !taken.allSatisfy(numbers.contains)
    }

    /// Which of the parts a receipt is about, nil when that cannot be told.
    private static func number(_ receipt: ReceiptFact, _ parts: [DeliveryPart]) -> Int? {
        if let id = receipt.carrierID, let known = parts.first(where: { $0.carrierID == id }) { return known.part }
        let words = (receipt.reference ?? "").split(separator: "-").map(String.init)
        return words.count > 2 ? Int(words[2]) : nil
    }

    private static func named(_ receipt: ReceiptFact, _ evidence: Evidence) -> Delivery? {
        if let reference = receipt.reference { return Dispatch.delivery(fromReference: reference).flatMap { evidence.deliveries[$0] } }
        let owner = evidence.snapshot.parts.first { $0.value.contains { $0.carrierID == receipt.carrierID } }
        return owner.flatMap { evidence.deliveries[$0.key] }
    }

    /// The counters on conversations agree with a recount.
    private static func counters(_ evidence: Evidence) -> [Violation] {
        evidence.snapshot.conversations.values.sorted { $0.sid < $1.sid }.compactMap { conversation in
            let members = evidence.snapshot.members[conversation.sid] ?? []
            let counted = [
                evidence.snapshot.listed[conversation.sid]?.count ?? 0, members.count, members.count { $0.binding != nil },
                evidence.appended.count { $0.message.conversation == conversation.sid },
            ]
            let known = [conversation.messageCount, conversation.participantCount, conversation.nonChatCount, conversation.nextIndex]
            guard known != counted else { return nil }
            return Violation(.settles, "conversation \(conversation.sid) counts \(known), a recount says \(counted)")
        }
    }
}
