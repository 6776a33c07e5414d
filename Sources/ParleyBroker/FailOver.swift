import ParleyCore

/// When a delivery goes on to the next adapter of its route. It goes on whole: nothing of it was taken, and no attempt's answer is unknown.
struct FailOver {
    let next: AdapterProfile
    let reason: String

    /// Nil when the delivery stays where it is.
    ///
    /// - Parameter cause: what happened; nil when nothing but time decides.
    init?(
        _ delivery: Delivery, _ cause: (reason: AdapterRoute.Reason, text: String)?, _ transaction: any ReadTransaction, _ rules: Rules,
        now: Instant
    ) throws {
        guard !delivery.flags.contains(.possibleDuplicate), let route = rules.directory.route(of: delivery.adapter),
            let next = rules.directory.next(after: delivery.adapter, for: delivery.lane)
        else { return nil }
        // Before the first attempt nothing was taken.
        guard try delivery.attempt == 0 || transaction.parts(of: delivery.sid).isEmpty else { return nil }
        // Time moves it on once: the next one gets time of its own.
        let isLate = !delivery.flags.contains(.failedOver) && (route.after.map { now >= delivery.created + $0 } ?? false)
        guard let cause, route.reasons.contains(cause.reason) else {
            // What one refuses for good is not sent by another because it is late.
            guard isLate, cause?.reason != .permanent else { return nil }
            self.next = next
            reason = "\(delivery.adapter) did not take it in time\(cause.map { ": \($0.text)" } ?? "")"
            return
        }
        self.next = next
        reason = "\(delivery.adapter): \(cause.text)"
    }

    /// When a delivery, of which nothing was taken, moves on whatever happens; nil when it never does.
    static func deadline(of delivery: Delivery, _ rules: Rules, now: Instant) -> Instant? {
        guard delivery.flags.isDisjoint(with: [.possibleDuplicate, .failedOver]),
            let after = rules.directory.route(of: delivery.adapter)?.after,
            rules.directory.next(after: delivery.adapter, for: delivery.lane) != nil
        else { return nil }
        let deadline = delivery.created + after
        return deadline > now ? deadline : nil
    }

    /// Why an outcome may move a delivery on; nil when it never does.
    static func cause(_ outcome: Outcome) -> (reason: AdapterRoute.Reason, text: String)? {
        switch outcome {
        case .misconfigured(let diagnosis): return (.paused, diagnosis.words)
        case .temporary(_, let diagnosis): return (.temporary, diagnosis.words)
        case .throttled(_, let diagnosis): return (.throttled, diagnosis.words)
        case .permanent(let diagnosis): return (.permanent, diagnosis.words)
        // Taken, or perhaps taken, or not to be sent by anybody.
        case .accepted, .partly, .optedOut, .unknown: return nil
        }
    }

    /// The payload is made anew for what the next adapter can carry.
    func move(_ delivery: inout Delivery, at now: Instant) {
        delivery.adapter = next.name
        delivery.phase = .queued
        delivery.due = now
        delivery.payload = nil
        delivery.flags.insert(.failedOver)
        delivery.flags.subtract([.mediaLinked, .textReplaced, .textLinked])
        delivery.errorText = reason
    }
}
