import ParleyCore

/// Promise 6: nothing is leased any more after its recipient was removed, or its message or conversation deleted.
enum FenceCheck {
    static func violations(_ evidence: Evidence) -> [Violation] {
        evidence.ledger.attempts.flatMap { attempt -> [Violation] in
            let payload = attempt.dispatch.payload
            let reasons: [(SID, String)] = [
                (payload.participant, "its recipient was removed"), (payload.message, "its message was deleted"),
                (payload.conversation, "its conversation was deleted"),
            ]
            return reasons.compactMap { sid, reason in
                guard let position = evidence.removed[sid], position <= attempt.position else { return nil }
                return Violation(.fence, "\(attempt.dispatch.reference) began after \(reason)")
            }
        }
    }
}
