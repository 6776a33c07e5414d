import ParleyCore

/// How deliveries move from one phase to the next. Every change of a delivery after its fan-out goes through here, so that the aggregate on
/// the message, the lane and the event log always agree with it.
enum Settlement {
    /// An attempt ended.
    static func settle(
        _ result: AttemptResult, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: inout Stamp, _ effects: inout [Effect]
    ) throws {
        guard var delivery = try transaction.delivery(result.delivery), delivery.phase == .sending, delivery.attempt == result.attempt
        else {
            return
        }
        let before = delivery.status
        let (ids, parts) = try recordParts(result.outcome, of: delivery, transaction)
        let next = rules.retry.next(
            after: result.outcome, attempt: delivery.attempt, channel: delivery.channel, now: stamp.now, random: &stamp.identifiers)
        // Whatever becomes of the delivery, the answer was this one's.
        let adapter = delivery.adapter
        if provenByReceipt(delivery, result.outcome) {
            delivery.phase = .settled
        } else if let cause = FailOver.cause(result.outcome),
            let move = try FailOver(delivery, cause, transaction, rules, now: stamp.now), try !isFenced(delivery, transaction)
        {
            move.move(&delivery, at: stamp.now)
        } else {
            try end(&delivery, next, parts, transaction, rules, now: stamp.now)
        }
        try write(delivery, shownBefore: before, transaction, rules, stamp, &effects)
        try pauseOrRestrain(result.outcome, adapter, transaction, stamp, &effects)
        if case .optedOut(let diagnosis) = result.outcome.end { try stop(delivery, diagnosis, transaction, stamp, &effects) }
        for parked in try transaction.claimParked(adapter: adapter, carrierIDs: ids) {
            try receive(parked.evidence, adapter: adapter, transaction, rules, stamp, &effects)
        }
    }

    /// What an attempt's end makes of a delivery that stays with its adapter.
    private static func end(
        _ delivery: inout Delivery, _ next: RetryPolicy.Next, _ parts: [DeliveryPart], _ transaction: any WriteTransaction, _ rules: Rules,
        now: Instant
    ) throws {
        switch next {
        case .settle(let status, let diagnosis):
            delivery.phase = .settled
            // Of parts that were taken by earlier attempts more may be known than that.
            let whole = status == .sent && parts.count > 1 ? .over(parts.map(\.status)) : status
            // A receipt of one part may have come before the end of another.
            if Delivery.Status.evidence(whole, mayReplace: delivery.status) { try show(&delivery, whole, diagnosis, transaction) }
        case .tryAgain where try isFenced(delivery, transaction):
            try endFenced(&delivery, transaction)
        case .tryAgain(let at, let diagnosis):
            delivery.phase = .deferred
            let deadline = parts.isEmpty ? FailOver.deadline(of: delivery, rules, now: now) : nil
            delivery.due = deadline.map { min($0, at) } ?? at
            delivery.errorText = diagnosis.text
        case .awaitReceipt(let until, let diagnosis):
            delivery.phase = .awaiting
            delivery.due = until
            delivery.errorText = diagnosis.text
            delivery.flags.insert(.possibleDuplicate)
        }
    }

    /// The validity ended before anything settled it.
    static func expire(
        _ delivery: Delivery, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: Stamp, _ effects: inout [Effect]
    ) throws {
        let before = delivery.status
        var delivery = delivery
        delivery.phase = .settled
        delivery.flags.insert(.expired)
        let last = delivery.errorText.map { "; the last attempt said: \($0)" } ?? ""
        let diagnosis = Diagnosis(code: RetryPolicy.validityEndedCode, text: "the validity ended\(last)")
        // An attempt that may have arrived is not claimed to have failed outright: the carrier did not confirm it.
        let status: Delivery.Status = delivery.flags.contains(.possibleDuplicate) ? .undelivered : .failed
        if Delivery.Status.evidence(status, mayReplace: delivery.status) { try show(&delivery, status, diagnosis, transaction) }
        try write(delivery, shownBefore: before, transaction, rules, stamp, &effects)
    }

    /// It may not be sent (any more).
    static func refuse(
        _ delivery: Delivery, _ diagnosis: Diagnosis, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: Stamp,
        _ effects: inout [Effect]
    ) throws {
        let before = delivery.status
        var delivery = delivery
        delivery.phase = .settled
        // An attempt that may have arrived is not claimed to have failed outright.
        let status: Delivery.Status = delivery.flags.contains(.possibleDuplicate) ? .undelivered : .failed
        if Delivery.Status.evidence(status, mayReplace: delivery.status) { try show(&delivery, status, diagnosis, transaction) }
        try write(delivery, shownBefore: before, transaction, rules, stamp, &effects)
    }

    /// No receipt came for an attempt whose answer is unknown.
    static func endWait(
        _ delivery: Delivery, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: inout Stamp, _ effects: inout [Effect]
    ) throws {
        let before = delivery.status
        var delivery = delivery
        let retries = rules.directory.profile(delivery.adapter)?.whenUnknown != .hold
        let due = rules.retry.retryAfterUnknown(
            attempt: delivery.attempt, channel: delivery.channel, now: stamp.now, random: &stamp.identifiers)
        if try isFenced(delivery, transaction) {
            try endFenced(&delivery, transaction)
        } else if retries, let due {
            delivery.phase = .deferred
            delivery.due = due
        } else {
            delivery.phase = .held
            effects.append(.alert("delivery \(delivery.sid) is held: whether its attempt arrived is unknown"))
        }
        try write(delivery, shownBefore: before, transaction, rules, stamp, &effects)
    }

    /// A delivery that nothing was attempted of, or nothing came of, goes on to the next adapter of its route.
    static func failOver(
        _ delivery: Delivery, _ move: FailOver, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: Stamp,
        _ effects: inout [Effect]
    ) throws {
        var delivery = delivery
        move.move(&delivery, at: stamp.now)
        try write(delivery, shownBefore: delivery.status, transaction, rules, stamp, &effects)
    }

    /// A delivery waits for the turn of its proxy address. Nothing about it changed that anybody was told.
    static func putOff(_ delivery: Delivery, until slot: Instant, isAnswer: Bool, _ transaction: any WriteTransaction) throws {
        var delivery = delivery
        delivery.due = slot
        try transaction.update(delivery)
        try transaction.advance(delivery.lane, order: AdapterProfile.laneOrder(delivery.channel))
        if isAnswer { try transaction.owe(delivery.lane, adapter: delivery.adapter) }
    }

    /// No receipt came for what was taken: nothing is claimed of it but that.
    static func endReceiptWait(
        _ delivery: Delivery, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: Stamp, _ effects: inout [Effect]
    ) throws {
        var delivery = delivery
        delivery.flags.insert(.noReceipt)
        delivery.errorText = "no receipt came"
        try write(delivery, shownBefore: delivery.status, transaction, rules, stamp, &effects)
    }

    /// A delivery that cannot be sent as it is waits for a person.
    static func hold(
        _ delivery: Delivery, because reason: String, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: Stamp,
        _ effects: inout [Effect]
    ) throws {
        let before = delivery.status
        var delivery = delivery
        delivery.phase = .held
        delivery.errorText = reason
        effects.append(.alert("delivery \(delivery.sid) is held: \(reason)"))
        try write(delivery, shownBefore: before, transaction, rules, stamp, &effects)
    }

    /// Cancels what has not been leased. What is under way is not stopped (promise 6).
    static func cancel(
        _ scope: CancellationScope, because reason: String, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: Stamp,
        _ effects: inout [Effect]
    ) throws {
        while try cancelChunk(scope, because: reason, transaction, rules, stamp, &effects) {}
    }

    /// Cancels 200 deliveries of a scope at most. Returns true while there may be more.
    static func cancelChunk(
        _ scope: CancellationScope, because reason: String, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: Stamp,
        _ effects: inout [Effect]
    ) throws -> Bool {
        let batch = try transaction.cancellable(scope, limit: 200)
        try cancel(batch, because: reason, transaction, rules, stamp, &effects)
        return batch.count == 200
    }

    /// Cancels deliveries of which no attempt is under way.
    static func cancel(
        _ deliveries: [Delivery], because reason: String, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: Stamp,
        _ effects: inout [Effect]
    ) throws {
        for var delivery in deliveries {
            let (before, wasHeld) = (delivery.status, delivery.phase == .held)
            delivery.phase = .settled
            delivery.flags.insert(.cancelled)
            // What is held may have arrived: it is not claimed to have failed outright.
            let mayHaveArrived = wasHeld && delivery.flags.contains(.possibleDuplicate)
            let status: Delivery.Status = mayHaveArrived ? .undelivered : .failed
            try show(&delivery, status, Diagnosis(code: RetryPolicy.cancelledCode, text: reason), transaction)
            try write(delivery, shownBefore: before, transaction, rules, stamp, &effects)
        }
    }

    /// True when nothing of the delivery may be leased any more: its recipient was removed, or its message or conversation deleted (promise 6).
    private static func isFenced(_ delivery: Delivery, _ transaction: any ReadTransaction) throws -> Bool {
        if try transaction.participant(delivery.participant)?.removed != nil { return true }
        return try transaction.message(delivery.message) == nil || transaction.conversation(delivery.conversation) == nil
    }

    /// An attempt was under way when its delivery was cancelled, and came to nothing that is known.
    private static func endFenced(_ delivery: inout Delivery, _ transaction: any WriteTransaction) throws {
        delivery.phase = .settled
        delivery.flags.insert(.cancelled)
        let status: Delivery.Status = delivery.flags.contains(.possibleDuplicate) ? .undelivered : .failed
        let text = "cancelled while an attempt was under way"
        try show(&delivery, status, Diagnosis(code: RetryPolicy.cancelledCode, text: text), transaction)
    }

    /// A receipt that came while the attempt was under way says more than the attempt's own end, unless parts of the message are missing.
    private static func provenByReceipt(_ delivery: Delivery, _ outcome: Outcome) -> Bool {
        if case .partly = outcome { return false }
        return delivery.status != nil
    }

    /// Keeps the ids under which the carrier took parts. Returns those ids, and all parts as they are then.
    private static func recordParts(
        _ outcome: Outcome, of delivery: Delivery, _ transaction: any WriteTransaction
    ) throws -> (ids: [String], parts: [DeliveryPart]) {
        var parts = Dictionary(try transaction.parts(of: delivery.sid).map { ($0.part, $0) }, uniquingKeysWith: { first, _ in first })
        func record(_ part: DeliveryPart) throws {
            try transaction.record(part, adapter: delivery.adapter)
            parts[part.part] = part
        }
        let ids: [(Int, String)]
        switch outcome {
        case .accepted(let all):
            let missing = (0...).lazy.filter { [parts] in parts[$0] == nil }
            ids = Array(zip(missing, all))
        case .partly(let some, let missing, let then):
            ids = some.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            if then.isFinal {
                // They will never be sent: what becomes of the others cannot make the whole delivered.
                for part in missing {
                    let standIn = DeliveryPart.standInID(delivery.sid, part: part)
                    try record(DeliveryPart(delivery: delivery.sid, part: part, carrierID: standIn, status: .failed))
                }
            }
        default: ids = []
        }
        for (part, id) in ids {
            // Its receipt may have been faster than the answer.
            let status = parts[part]?.status ?? .sent
            try record(DeliveryPart(delivery: delivery.sid, part: part, carrierID: id, status: status))
        }
        return (ids.map(\.1), parts.values.sorted { $0.part < $1.part })
    }

    static func show(
        _ delivery: inout Delivery, _ status: Delivery.Status, _ diagnosis: Diagnosis?, _ transaction: any WriteTransaction
    ) throws {
        try transaction.count(delivery.message, from: delivery.status, to: status)
        delivery.status = status
        switch status {
        case .failed, .undelivered:
            delivery.errorCode = diagnosis.map { $0.code == 0 ? RetryPolicy.unknownErrorCode : $0.code } ?? RetryPolicy.unknownErrorCode
            delivery.errorText = diagnosis?.words
        case .sent, .delivered, .read:
            delivery.errorCode = 0
            delivery.errorText = nil
        }
    }

    /// Sets, for what was taken, until when its receipt is awaited.
    private static func awaitReceipt(_ delivery: inout Delivery, _ rules: Rules, _ stamp: Stamp) {
        guard delivery.phase == .settled, delivery.status == .sent else {
            delivery.receiptDue = nil
            // What is known of it now is more than that nothing is.
            delivery.flags.remove(.noReceipt)
            return
        }
        guard !delivery.flags.contains(.noReceipt), let profile = rules.directory.profile(delivery.adapter),
            profile.capabilities.receipts, let time = profile.noReceiptAfter
        else {
            delivery.receiptDue = nil
            return
        }
        delivery.receiptDue = delivery.receiptDue ?? stamp.now + time
    }

    static func write(
        _ delivery: Delivery, shownBefore: Delivery.Status?, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: Stamp,
        _ effects: inout [Effect]
    ) throws {
        var delivery = delivery
        delivery.updated = stamp.now
        let shown = shownBefore != delivery.status
        awaitReceipt(&delivery, rules, stamp)
        try transaction.update(delivery)
        if delivery.phase != .sending {
            try transaction.advance(delivery.lane, order: AdapterProfile.laneOrder(delivery.channel))
            // What is next in the lane may still be with another adapter of the route.
            for adapter in rules.directory.route(of: delivery.adapter)?.adapters ?? [delivery.adapter] {
                effects.append(.dispatch(adapter: adapter))
            }
        }
        let aggregate = shown ? try transaction.message(delivery.message)?.delivery : nil
        try transaction.append(
            Event(
                kind: .deliveryUpdated, conversation: delivery.conversation, subject: delivery.sid,
                payload: EventPayload.delivery(delivery, shown: shown, aggregate: aggregate), at: stamp.now))
        effects.append(.publish)
    }

    /// The provider says that the recipient has opted out: nothing more is sent to the pair.
    static func stop(
        _ delivery: Delivery, _ diagnosis: Diagnosis, _ transaction: any WriteTransaction, _ stamp: Stamp, _ effects: inout [Effect]
    ) throws {
        try ConsentBook.record(
            .stopped, delivery.lane, by: .provider, adapter: delivery.adapter, detail: diagnosis.carrierCode ?? diagnosis.text, transaction,
            stamp, &effects)
    }

    /// An adapter sends nothing for now, and everybody can see why.
    static func pause(_ pause: AdapterPause, _ transaction: any WriteTransaction, _ effects: inout [Effect]) throws {
        try transaction.pauseAdapter(pause)
        try transaction.append(
            Event(kind: .adapterPaused, payload: EventPayload.adapter(pause.adapter, pause.reason), at: pause.since))
        effects.append(.alert("adapter \(pause.adapter) is paused: \(pause.reason)"))
    }

    private static func pauseOrRestrain(
        _ outcome: Outcome, _ adapter: String, _ transaction: any WriteTransaction, _ stamp: Stamp, _ effects: inout [Effect]
    ) throws {
        switch outcome.end {
        case .throttled(let after, _):
            effects.append(.restrain(adapter: adapter, until: stamp.now + (after ?? .seconds(1))))
        case .misconfigured(let diagnosis):
            try pause(AdapterPause(adapter: adapter, reason: diagnosis.words, since: stamp.now), transaction, &effects)
        default: break
        }
    }
}

extension Outcome {
    /// True when nothing of it will be tried again.
    fileprivate var isFinal: Bool {
        switch end {
        case .permanent, .optedOut: true
        default: false
        }
    }
}
