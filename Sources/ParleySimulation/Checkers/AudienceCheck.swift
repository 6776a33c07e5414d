import ParleyCore

/// Promise 7: nobody gets what is not theirs, no pair has two holders, and what comes from our own addresses makes no message.
enum AudienceCheck {
    static func violations(_ evidence: Evidence) -> [Violation] {
        received(evidence) + bindings(evidence) + origins(evidence)
    }

    private static func received(_ evidence: Evidence) -> [Violation] {
        let messages = Dictionary(evidence.appended.map { ($0.message.sid, $0) }, uniquingKeysWith: { first, _ in first })
        return evidence.ledger.attempts.compactMap { attempt in
            let dispatch = attempt.dispatch
            guard let appended = messages[dispatch.payload.message] else {
                return Violation(.audience, "\(dispatch.reference) carries a message that nobody said")
            }
            let keys = Audience.authorKeys(of: appended, evidence)
            if keys.contains(dispatch.pair.address.key) || dispatch.payload.participant == appended.message.participant {
                return Violation(.audience, "\(dispatch.reference) carries \(appended.label) to its author")
            }
            guard appended.members.contains(dispatch.payload.participant) else {
                return Violation(.audience, "\(dispatch.reference) carries \(appended.label) to somebody who was not there")
            }
            guard evidence.snapshot.participants[dispatch.payload.participant]?.binding?.pair == dispatch.pair else {
                return Violation(.audience, "\(dispatch.reference) goes to an address that is not the recipient's")
            }
            let isSame = dispatch.payload.text?.hasPrefix("\(appended.label) ") ?? false
            return isSame ? nil : Violation(.audience, "\(dispatch.reference) carries another text than \(appended.label)")
        }
    }

    private static func bindings(_ evidence: Evidence) -> [Violation] {
        evidence.doubleBindings.map { Violation(.audience, $0) }
            + evidence.snapshot.participants.values.sorted { $0.sid < $1.sid }.compactMap { participant in
                guard participant.binding != nil else { return nil }
                let room = evidence.snapshot.conversations[participant.conversation]
                let holds = participant.removed == nil && room.map { $0.state != .closed } ?? false
                guard holds != participant.isBound else { return nil }
                return Violation(.audience, "participant \(participant.sid) \(holds ? "does not hold" : "still holds") its pair")
            }
    }

    /// What came in is said by the person whose pair it is, in a conversation that they are in.
    private static func origins(_ evidence: Evidence) -> [Violation] {
        evidence.ledger.inbound.flatMap { event in
            evidence.appended(under: event.label).compactMap { appended in
                let author = appended.message.participant.flatMap { evidence.snapshot.participants[$0] }
                guard let author, appended.members.contains(author.sid), !appended.isOver else {
                    return Violation(.audience, "inbound \(event.label) was appended for somebody who is not in the conversation")
                }
                guard event.facts.contains(where: { fits($0, author.binding?.pair) }) else {
                    return Violation(.audience, "inbound \(event.label) was appended under another person's pair")
                }
                let ours =
                    event.facts.contains { $0.sender.hasSuffix("@in.example") }
                    || event.facts.contains { $0.automatic != nil || !$0.hops.isEmpty }
                return ours ? Violation(.audience, "inbound \(event.label) comes from ourselves and became a message") : nil
            }
        }
    }

    private static func fits(_ fact: InboundFact, _ pair: Pair?) -> Bool {
        guard let pair, let sender = try? Address(fact.sender), let proxy = try? Address(fact.proxy) else { return false }
        // A reply token stands between the local part and the domain.
        let local = pair.proxy.key.prefix { $0 != "@" }
        return sender == pair.address && (proxy == pair.proxy || (proxy.key.hasPrefix("\(local)+") && proxy.domain == pair.proxy.domain))
    }
}
