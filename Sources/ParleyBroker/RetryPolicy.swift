public import ParleyCore

/// All retry policy. It turns the outcome of an attempt into what happens to the delivery next, and it knows no adapter.
///
/// An attempt that was *accepted* settles the delivery as sent. *Temporary* failures are tried again after a delay that grows with each
/// attempt, or after the time that the other side named, whichever is longer; *throttled* does the same and makes the adapter as a whole
/// wait. *Permanent* failures and *opted out* settle the delivery as failed. *Misconfigured* is our fault and not the message's: the adapter is paused with the reason
/// and the delivery waits for it. When the answer is *unknown* the delivery is marked as a possible duplicate and a receipt is awaited for
/// half a minute; then it is tried again at once, later with growing delays, and after five such attempts it is held (at once where the
/// adapter's settings say so). A paused adapter tries one delivery every five minutes and goes on when that is accepted. When twenty attempts of
/// an adapter, at three deliveries or more, fail one after the other it is paused too, and tries one every half minute until the other side answers again. Nothing outlives its validity: what is not settled
/// then fails with a visible code.
///
/// Delays grow 5 s, 15 s, 30 s, 1 min, 2 min, 5 min, 10 min for SMS and 5 min, 15 min, 30 min, 1 h, 2 h, 4 h for mail (RFC 5321 §4.5.4.1
/// asks for at least 30 minutes in the long run), each lengthened by up to a tenth at random so that a relay which comes back is not met by
/// everybody at once.
public struct RetryPolicy: Sendable {
    /// What happens to a delivery next.
    public enum Next: Sendable, Hashable {
        case settle(Delivery.Status, Diagnosis?)
        case tryAgain(at: Instant, Diagnosis)
        case awaitReceipt(until: Instant, Diagnosis)
    }

    public var smsDelays: [Duration] = [.seconds(5), .seconds(15), .seconds(30), .seconds(60), .seconds(120), .seconds(300), .seconds(600)]
    public var mailDelays: [Duration] = [
        .seconds(300), .seconds(900), .seconds(1800), .seconds(3600), .seconds(7200), .seconds(14400),
    ]
    /// How long a receipt is awaited after an attempt whose answer is unknown.
    public var unknownGrace: Duration = .seconds(30)
    /// Attempts of one delivery that may end unknown one after another before it is held, so that an answer which nobody understands does not send the same
    /// message all day.
    public var unknownAttemptsMax = 5
    /// How long an adapter that was paused waits before one attempt tries whether what it was paused for is over.
    public func probeInterval(_ cause: AdapterPause.Cause) -> Duration {
        switch cause {
        case .misconfigured: .seconds(300)
        case .failing: .seconds(30)
        }
    }
    /// Attempts of an adapter that may fail for now, or end unknown, one after another before it is paused.
    public var failuresInARowMax = 20
    /// Of how many deliveries these must be.
    public var failingDeliveriesMin = 3
    /// How long after each attempt media that an inbound message names are asked for again. After the last the message goes on without them.
    public var mediaDelays: [Duration] = [.seconds(5), .seconds(30), .seconds(120), .seconds(300)]
    /// How long the parts of a message are waited for, from the first that comes. Then the message goes on without those that are missing.
    public var partsTime: Duration = .seconds(600)
    /// How long a receipt that names no known id is kept.
    public var parkingTime: Duration = .seconds(24 * 3600)
    /// How long a pair stays paused when the loop guard tripped.
    public var loopPause: Duration = .seconds(3600)

    /// The contract's code for a recipient who opted out.
    public static let optedOutCode = Diagnosis.optedOutCode
    /// The contract's code for a failure that nothing else describes.
    public static let unknownErrorCode = Diagnosis.unknownErrorCode
    /// The contract's code for a message whose validity ended.
    public static let validityEndedCode = 30036
    /// The contract's code for a message that was cancelled before it left.
    public static let cancelledCode = 30410

    public init() {}

    /// What follows an outcome of the delivery's latest attempt.
    public func next(
        after outcome: Outcome, attempt: Int, channel: Channel, now: Instant, random: inout IdentifierStream
    ) -> Next {
        switch outcome {
        case .accepted:
            return .settle(.sent, nil)
        case .partly(_, _, let then):
            return next(after: then, attempt: attempt, channel: channel, now: now, random: &random)
        case .temporary(let after, let diagnosis), .throttled(let after, let diagnosis):
            return .tryAgain(at: now + max(after ?? .zero, delay(attempt, channel, &random)), diagnosis)
        case .permanent(var diagnosis):
            if diagnosis.code == 0 { diagnosis.code = RetryPolicy.unknownErrorCode }
            return .settle(.failed, diagnosis)
        case .optedOut(var diagnosis):
            diagnosis.code = RetryPolicy.optedOutCode
            return .settle(.failed, diagnosis)
        case .misconfigured(let diagnosis):
            return .tryAgain(at: now, diagnosis)
        case .unknown(let diagnosis):
            return .awaitReceipt(until: now + unknownGrace, diagnosis)
        }
    }

    /// When an attempt whose answer stayed unknown is followed by another: the first at once, later ones with growing delays. Nil when it is to be held.
    public func retryAfterUnknown(attempt: Int, channel: Channel, now: Instant, random: inout IdentifierStream) -> Instant? {
        guard attempt < unknownAttemptsMax else { return nil }
        return attempt <= 1 ? now : now + delay(attempt - 1, channel, &random)
    }

    private func delay(_ attempt: Int, _ channel: Channel, _ random: inout IdentifierStream) -> Duration {
        let delays = channel == .sms ? smsDelays : mailDelays
        let base = delays[min(max(attempt, 1), delays.count) - 1]
        let spread = base.wholeMilliseconds / 10
        return base + .milliseconds(Int64(random.next() % UInt64(max(spread, 1))))
    }
}
