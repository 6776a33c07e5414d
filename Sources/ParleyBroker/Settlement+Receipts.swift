import ParleyCore

/// What evidence says of deliveries.
extension Settlement {
    /// Evidence came. Returns false when it names no delivery that was ever attempted.
    @discardableResult
    static func receive(
        _ receipt: ReceiptFact, adapter: String, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: Stamp,
        _ effects: inout [Effect]
    ) throws -> Bool {
        guard var delivery = try find(receipt, adapter: adapter, transaction),
            rules.directory.areOfOneRoute(delivery.adapter, adapter), delivery.attempt > 0
        else {
            return false
        }
        guard let status = receipt.status else { return true }
        let part = try self.part(of: delivery, by: receipt, transaction)
        // That an earlier adapter of the route could not send it is why it has moved on.
        if part == nil, status.isFailure, adapter != delivery.adapter { return true }
        if part == nil, status.isFailure, delivery.phase != .settled,
            Dispatch.attempt(fromReference: receipt.reference) ?? 0 < delivery.attempt
        {
            // An earlier attempt came to nothing (a carrier's id is known of ended attempts only); the present one decides.
            return true
        }
        let before = delivery.status
        var isNews = false
        if let part {
            if Delivery.Status.evidence(status, mayReplace: part.status) {
                var changed = part
                changed.status = status
                changed.carrierID =
                    part.carrierID.isEmpty ? receipt.carrierID ?? DeliveryPart.standInID(delivery.sid, part: part.part) : part.carrierID
                try transaction.record(changed, adapter: delivery.adapter)
                isNews = true
            }
            // While others are still to be taken, one part settles nothing.
            if delivery.phase == .settled {
                let whole = Delivery.Status.over(try transaction.parts(of: delivery.sid).map(\.status))
                if Delivery.Status.evidence(whole, mayReplace: before) { try show(&delivery, whole, receipt.diagnosis, transaction) }
            }
        } else if Delivery.Status.evidence(status, mayReplace: before) {
            try show(&delivery, status, receipt.diagnosis, transaction)
            isNews = true
        }
        // Only news: the repeat of an old receipt says nothing about a person who has said START since.
        if isNews, let diagnosis = receipt.diagnosis, diagnosis.code == RetryPolicy.optedOutCode {
            try stop(delivery, diagnosis, transaction, stamp, &effects)
        }
        if part != nil, delivery.phase != .settled { return true }
        if delivery.phase != .sending, delivery.phase != .settled { delivery.phase = .settled }
        try write(delivery, shownBefore: before, transaction, rules, stamp, &effects)
        return true
    }

    /// The part that evidence is about; nil when it is about the whole, or about a failure of a part that was never taken.
    ///
    /// A reference with a number in it is of a message that left in several requests: a part of it that is not recorded yet was taken, for the
    /// carrier reports on it. Its id is empty then.
    private static func part(
        of delivery: Delivery, by receipt: ReceiptFact, _ transaction: any ReadTransaction
    ) throws -> DeliveryPart? {
        let parts = try transaction.parts(of: delivery.sid)
        let ids = receipt.carrierIDCandidates
        // Before a delivery settles, parts are known of it only when others are missing.
        if parts.count > 1 || delivery.phase != .settled, let known = parts.first(where: { ids.contains($0.carrierID) }) { return known }
        guard let number = Dispatch.part(fromReference: receipt.reference), number < SMSText.numberedMax + SMSText.partsMax else {
            return nil
        }
        if let known = parts.first(where: { $0.part == number }) { return known }
        guard delivery.phase != .settled, !(receipt.status?.isFailure ?? true) else { return nil }
        return DeliveryPart(delivery: delivery.sid, part: number, carrierID: "")
    }

    private static func find(_ receipt: ReceiptFact, adapter: String, _ transaction: any WriteTransaction) throws -> Delivery? {
        var known: Delivery?
        for id in receipt.carrierIDCandidates where known == nil { known = try transaction.delivery(adapter: adapter, carrierID: id) }
        guard let sid = receipt.reference.flatMap(Dispatch.delivery(fromReference:)) else { return known }
        // Some sign the body and not the URL that has our reference: an id that is known to be another's tells that the two were put together.
        if let known, known.sid != sid { return nil }
        return try transaction.delivery(sid)
    }
}
