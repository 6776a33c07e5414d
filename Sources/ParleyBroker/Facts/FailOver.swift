import ParleyCore

/// When a delivery goes on to the next adapter of its route. It goes on whole: nothing of it was taken, and no attempt's answer is unknown.
struct FailOver {
    let next: AdapterProfile
    let reason: String

    /// Nil when the delivery stays where it is.
    ///
    /// - Parameter cause: what happened; nil when nothing but time decides.
    init?(_ delivery: Delivery, _ cause: (reason: AdapterRoute.Reason, text: String)?, _ rules: Rules, now: Instant) {
        guard !delivery.flags.contains(.possibleDuplicate), let route = rules.directory.route(of: delivery.adapter),
            let next = rules.directory.next(after: delivery.adapter, for: delivery.lane)
        else { return nil }
        let isLate = route.after.map { now >= delivery.created + $0 } ?? false
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

    /// When a delivery moves on whatever happens; nil when it never does.
    static func deadline(of delivery: Delivery, _ rules: Rules) -> Instant? {
        guard let after = rules.directory.route(of: delivery.adapter)?.after,
            rules.directory.next(after: delivery.adapter, for: delivery.lane) != nil
        else { return nil }
        return delivery.created + after
    }

    /// Why an outcome may move a delivery on; nil when it never does.
    static func cause(_ outcome: Outcome) -> (reason: AdapterRoute.Reason, text: String)? {
        func text(_ diagnosis: Diagnosis) -> String {
            [diagnosis.carrierCode, diagnosis.text].compactMap(\.self).joined(separator: " ")
        }
        switch outcome {
        case .misconfigured(let diagnosis): return (.paused, text(diagnosis))
        case .temporary(_, let diagnosis): return (.temporary, text(diagnosis))
        case .throttled(_, let diagnosis): return (.throttled, text(diagnosis))
        case .permanent(let diagnosis): return (.permanent, text(diagnosis))
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
