import ParleyCore

/// Promise 2: one event, one message; repeats are answered like the first.
enum OneMessageCheck {
    static func violations(_ evidence: Evidence) -> [Violation] {
        commands(evidence)
            + evidence.ledger.inbound.flatMap { event in
                rows(event, evidence) + messages(event, evidence) + answers(event)
            }
    }

    private static func commands(_ evidence: Evidence) -> [Violation] {
        let counts = Dictionary(grouping: evidence.appended.filter { $0.label.hasPrefix("m") }, by: \.label)
        return counts.filter { $0.value.count > 1 }.map { Violation(.oneMessage, "the command \($0.key) made \($0.value.count) messages") }
            .sorted { $0.evidence < $1.evidence }
    }

    /// Every recipient of an event has one row, unless the provider gives no ids.
    private static func rows(_ event: Ledger.Inbound, _ evidence: Evidence) -> [Violation] {
        event.facts.compactMap { fact in
            let rows = rows(of: event, fact, evidence)
            let most = fact.identity == nil ? event.deliveries : 1
            guard event.acknowledgements > 0, !(1...max(most, 1)).contains(rows.count) else { return nil }
            return Violation(
                .oneMessage, "inbound \(event.label) to \(fact.proxy) came \(event.deliveries) times and has \(rows.count) rows")
        }
    }

    private static func messages(_ event: Ledger.Inbound, _ evidence: Evidence) -> [Violation] {
        var found: [Violation] = []
        let messages = evidence.appended(under: event.label)
        let rows = evidence.snapshot.inbox.filter { $0.raw.map { String(decoding: $0, as: UTF8.self) } == "raw \(event.label)" }
        for row in rows where row.verdict == .appended || row.verdict == .merged {
            if !messages.contains(where: { $0.message.sid == row.message && $0.message.conversation == row.conversation }) {
                found.append(Violation(.oneMessage, "the row of inbound \(event.label) names a message that is not the event's"))
            }
        }
        let judged = rows.count { $0.verdict == .appended }
        if messages.count != judged {
            found.append(
                Violation(.oneMessage, "inbound \(event.label) made \(messages.count) messages and has \(judged) rows that say so"))
        }
        if event.adapter == "mail", event.facts[0].identity != nil {
            let rooms = Dictionary(grouping: messages, by: \.message.conversation)
            for (room, copies) in rooms where copies.count > 1 {
                found.append(Violation(.oneMessage, "the mail \(event.label) made \(copies.count) messages in \(room)"))
            }
        }
        // Of two contents under one identity, the one that came second says so.
        if let other = event.sameIdentityAs, let first = evidence.appended(under: other).first, let second = messages.first {
            let flagged = [first, second].contains { $0.message.flags.contains(.conflictingIdentity) }
            if !flagged { found.append(Violation(.oneMessage, "\(event.label) and \(other) share an identity and neither is flagged")) }
        }
        return found
    }

    /// All answers to one event name the same message, and never two kinds of fate.
    private static func answers(_ event: Ledger.Inbound) -> [Violation] {
        zip(event.facts, event.verdicts).compactMap { fact, verdicts in
            guard fact.identity != nil, Set(verdicts.map(fate)).count > 1 else { return nil }
            return Violation(.oneMessage, "inbound \(event.label) to \(fact.proxy) was answered \(verdicts)")
        }
    }

    private static func fate(_ verdict: InboundVerdict) -> String {
        switch verdict {
        case .appended(_, let message): message.text
        case .repeated(_, let message): message?.text ?? "none"
        case .held(let reason): "held \(reason)"
        case .ignored(let reason): "ignored \(reason)"
        case .rejected(let reason): "rejected \(reason)"
        }
    }

    private static func rows(of event: Ledger.Inbound, _ fact: InboundFact, _ evidence: Evidence) -> [InboxItem] {
        evidence.snapshot.inbox.filter {
            $0.proxy == fact.proxy && $0.raw.map { String(decoding: $0, as: UTF8.self) } == "raw \(event.label)"
        }
    }
}
