public import ParleyCore

/// An authentic callback came: its facts are settled one by one, and what was not understood is kept raw and flagged.
public struct ReceiveCallback: Fact {
    public var adapter: String
    public var facts: [Item]
    /// The raw request, kept with whatever was not understood.
    public var raw: [UInt8]
    public var rawKey: MediaKey?

    /// One event of the callback, ready for the transaction.
    public enum Item: Sendable, Hashable {
        case message(PreparedInbound)
        case receipt(ReceiptFact)
        case consent(ConsentFact)
        case notUnderstood(String)
    }

    public init(adapter: String, facts: [Item], raw: [UInt8], rawKey: MediaKey? = nil) {
        self.adapter = adapter
        self.facts = facts
        self.raw = raw
        self.rawKey = rawKey
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws {
        for fact in facts {
            switch fact {
            case .message(let item):
                _ = try ReceiveInbound(adapter: adapter, items: [item]).apply(
                    to: transaction, under: rules, stamp: &stamp, effects: &effects)
            case .receipt(let receipt):
                try take(receipt, transaction, rules, stamp, &effects)
            case .consent(let consent):
                if try !ReceiveConsent(adapter: adapter, fact: consent, rules: rules).apply(to: transaction, stamp, &effects) {
                    try keep("unknown_proxy", .unintelligible, transaction, stamp, &effects)
                }
            case .notUnderstood(let reason):
                try keep(reason, .unintelligible, transaction, stamp, &effects)
            }
        }
    }

    private func take(
        _ receipt: ReceiptFact, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: Stamp, _ effects: inout [Effect]
    ) throws {
        let known = try Settlement.receive(receipt, adapter: adapter, transaction, rules, stamp, &effects)
        if receipt.status == nil {
            // A word that the definition knows and that changes nothing has no diagnosis; one that it does not know is kept and shown.
            if receipt.diagnosis != nil { try keep("unknown_status", .receipt, transaction, stamp, &effects) }
            return
        }
        if known { return }
        guard receipt.reference.flatMap(Dispatch.delivery(fromReference:)) == nil, receipt.carrierID != nil else {
            return try keep("unknown_delivery", .receipt, transaction, stamp, &effects)
        }
        // Under each spelling of the id: the answer to the send will tell which it is, and the same evidence again changes nothing.
        for id in receipt.carrierIDCandidates {
            try transaction.park(
                ParkedReceipt(adapter: adapter, carrierID: id, evidence: receipt.withoutRaw, until: stamp.now + rules.retry.parkingTime),
                countMax: rules.limits.parkedReceipts)
        }
    }

    /// Keeps a request for the operator. The same request again, which providers do for hours, is one row.
    private func keep(
        _ reason: String, _ kind: InboxItem.Kind, _ transaction: any WriteTransaction, _ stamp: Stamp, _ effects: inout [Effect]
    ) throws {
        let digest = ContentDigest.hex(of: raw)
        let row = NewInboxItem(
            adapter: adapter, dedupeKey: "raw|\(reason)|\(digest)", contentDigest: digest, kind: kind, verdict: .held, reason: reason,
            raw: rawKey == nil ? raw : nil, rawKey: rawKey, received: stamp.now)
        guard let item = try transaction.insert(row) else { return }
        try transaction.append(Event(kind: .inboundHeld, payload: EventPayload.inbox(item), at: stamp.now))
        effects.append(.publish)
    }
}

extension ReceiptFact {
    /// The evidence alone: the request may be long, and hold many.
    fileprivate var withoutRaw: ReceiptFact {
        var fact = self
        fact.raw = []
        return fact
    }
}
