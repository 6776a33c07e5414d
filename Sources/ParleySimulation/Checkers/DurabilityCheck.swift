import ParleyCore

/// Promise 1: whatever was acknowledged is there after a restart.
enum DurabilityCheck {
    static func violations(_ evidence: Evidence) -> [Violation] {
        commands(evidence) + inbound(evidence)
    }

    private static func commands(_ evidence: Evidence) -> [Violation] {
        let appended = Set(evidence.appended.map(\.message.sid))
        let snapshot = evidence.snapshot
        return evidence.ledger.acknowledged.compactMap { answer in
            let isThere =
                switch answer.kind {
                case .conversation: snapshot.conversations[answer.sid] != nil || evidence.removed[answer.sid] != nil
                case .participant: snapshot.participants[answer.sid] != nil
                case .message:
                    // A deleted message, or one of a deleted conversation, is not found any more; that it was there the log shows.
                    appended.contains(answer.sid) && (snapshot.messages[answer.sid] != nil || wasDeleted(answer.sid, evidence))
                }
            return isThere ? nil : Violation(.durable, "\(answer.kind) \(answer.sid) \(answer.label) was acknowledged and is not there")
        }
    }

    private static func wasDeleted(_ message: SID, _ evidence: Evidence) -> Bool {
        guard evidence.removed[message] == nil else { return true }
        return evidence.appended.first { $0.message.sid == message }.map { evidence.removed[$0.message.conversation] != nil } ?? false
    }

    private static func inbound(_ evidence: Evidence) -> [Violation] {
        let kept = Set(evidence.snapshot.inbox.compactMap { $0.raw.map { String(decoding: $0, as: UTF8.self) } })
        return evidence.ledger.inbound.compactMap { event in
            guard event.acknowledgements > 0, !kept.contains("raw \(event.label)") else { return nil }
            return Violation(.durable, "inbound \(event.label) was acknowledged and has no row")
        }
    }
}
