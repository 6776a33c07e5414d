import ParleyCore

/// What no case of a definition is about.
struct Coverage {
    let cases: ProviderCases

    init(cases: ProviderCases) { self.cases = cases }

    private var definition: ProviderDefinition { cases.settings.definition }

    private var sendings: [ProviderCases.Sending] {
        cases.cases.compactMap { if case .send(let sending) = $0.action { sending } else { nil } }
    }

    func gaps() -> [String] { sendingGaps() + ruleGaps() + callbackGaps() }

    private func sendingGaps() -> [String] {
        var gaps: [String] = []
        func check(_ what: String, _ holds: (ProviderCases.Sending) -> Bool) {
            if !sendings.contains(where: holds) { gaps.append("no case sends \(what)") }
        }
        check("a text in the GSM alphabet that is accepted") { $0.outcome.word == .accepted && SMSText.isGSM7($0.message.text) }
        check("a text in Unicode that is accepted") { $0.outcome.word == .accepted && !SMSText.isGSM7($0.message.text) }
        check("a message that fails for good") { $0.outcome.word == .permanent }
        check("a message that fails for now") { $0.outcome.word == .temporary }
        check("a message that is throttled") { $0.outcome.word == .throttled }
        if definition.media != nil { check("a medium that is accepted") { $0.outcome.word == .accepted && !$0.message.media.isEmpty } }
        let knowsOptOut =
            definition.results.contains { $0.outcome == .optedOut } || definition.sendCodes.values.contains(Diagnosis.optedOutCode)
        if knowsOptOut { check("a message to somebody who has opted out") { $0.outcome.word == .optedOut } }
        return gaps
    }

    private func ruleGaps() -> [String] {
        var met: Set<Int> = []
        for one in cases.cases {
            guard case .send(let sending) = one.action, case .success(let answer)? = sending.answer else { continue }
            if let rule = one.settings.definition.rule(for: AnswerReading(answer)) { met.insert(rule.line) }
        }
        return definition.results.filter { !met.contains($0.line) }.map { "no case meets the rule on line \($0.line)" }
    }

    /// Events that no case comes to.
    private func unreadEvents() -> [String] {
        var met: Set<Int> = []
        for one in cases.cases {
            guard case .callback(let calling) = one.action, !calling.isRefused, let callbacks = one.settings.definition.callbacks else {
                continue
            }
            let interpreter = CallbackInterpreter(callbacks: callbacks, redaction: Redaction(secrets: []))
            for (event, fact) in interpreter.reads(calling.request) {
                if case .notUnderstood = fact { continue }
                if let event { met.insert(event.line) }
            }
        }
        return (definition.callbacks?.events ?? []).filter { !met.contains($0.line) }.map { "no case meets the event on line \($0.line)" }
    }

    private func callbackGaps() -> [String] {
        guard let callbacks = definition.callbacks else { return [] }
        let callings = cases.cases.compactMap { one -> ProviderCases.Calling? in
            if case .callback(let calling) = one.action { calling } else { nil }
        }
        let events = callings.filter { !$0.isRefused }.flatMap { $0.events ?? [] }
        let receipts = events.compactMap { if case .receipt(let words) = $0 { words } else { nil } }
        var gaps = unreadEvents()
        for event in callbacks.events {
            switch event.kind {
            case .inbound(let inbound):
                if !events.contains(where: { if case .message = $0 { true } else { false } }) {
                    gaps.append("no case is an inbound message")
                }
                let hasMedium = events.contains { if case .message(_, let links) = $0 { links?.isEmpty == false } else { false } }
                if inbound.media != nil, !hasMedium { gaps.append("no case is an inbound message with a medium") }
                let hasWord = events.contains { if case .message(let words, _) = $0 { words["opt_out"] != nil } else { false } }
                if inbound.consent != nil, !hasWord { gaps.append("no case is an inbound message that opts out") }
            case .receipt(let receipt):
                for word in receipt.table.keys.sorted() where !receipts.contains(where: { $0["carrier_status"] == word }) {
                    gaps.append("no case is a receipt with carrier_status \(word)")
                }
            case .consent:
                if !events.contains(where: { if case .consent = $0 { true } else { false } }) { gaps.append("no case is an opt-out") }
            }
        }
        if !callings.contains(where: \.isRefused) { gaps.append("no case is a callback that is refused") }
        return gaps
    }
}
