public import ParleyCore

/// What became of one attempt at one delivery.
public struct AttemptResult: Sendable, Hashable {
    public var delivery: SID
    public var attempt: Int
    public var outcome: Outcome

    /// True when it shows that what an adapter is paused for is over.
    func ends(_ cause: AdapterPause.Cause) -> Bool {
        switch outcome.end {
        case .accepted: true
        case .permanent, .optedOut, .throttled: cause == .failing
        case .temporary, .unknown, .misconfigured, .partly: false
        }
    }

    /// Why the other side gave no useful answer; nil when it gave one.
    var failure: Diagnosis? {
        switch outcome.end {
        case .temporary(_, let diagnosis), .unknown(let diagnosis): diagnosis
        case .accepted, .partly, .permanent, .optedOut, .throttled, .misconfigured: nil
        }
    }

    public init(delivery: SID, attempt: Int, outcome: Outcome) {
        self.delivery = delivery
        self.attempt = attempt
        self.outcome = outcome
    }
}
