public import ParleyCore

/// What follows an attempt at a webhook.
///
/// An answer of 2xx ends it. 410 (Gone, RFC 9110 §15.5.11) gives up at once, for the receiver itself says that the URL will not come back; so does a
/// URL that cannot be sent at all. Everything else — other answers, redirects, which are never followed, time that ran out, a host that is not
/// reached or that the address guard refuses — is tried again, for it may be put right: after 1 s, 5 s, 30 s, 2 min, 10 min, 30 min, then every
/// hour, each lengthened by up to a tenth at random, and after `Retry-After` where that is longer, up to an hour. When the next attempt would come
/// later than `giveUpAfter` since the event was queued, it is given up, and with it whatever waits behind it for longer than that.
///
/// A target that fails rests as a whole, so that a long queue does not beat upon a server that is down: 1 s after the first failure in a row, then
/// 2 s, 5 s, 10 s, 30 s, and a minute. What waits for it keeps its order by the time it is due: the first in line is overtaken only once its first
/// attempt has failed.
public struct WebhookRetryPolicy: Sendable {
    public var delays: [Duration] = [
        .seconds(1), .seconds(5), .seconds(30), .seconds(120), .seconds(600), .seconds(1800), .seconds(3600),
    ]
    public var rests: [Duration] = [.seconds(1), .seconds(2), .seconds(5), .seconds(10), .seconds(30), .seconds(60)]
    /// Since the event was queued.
    public var giveUpAfter: Duration = .seconds(24 * 3600)
    /// The longest wait that a receiver may ask for.
    public var retryAfterMax: Duration = .seconds(3600)

    public init() {}

    public enum Next: Sendable, Hashable {
        case done
        case tryAgain(at: Instant)
        case giveUp
    }

    /// - Parameters:
    ///   - attempt: the number of attempts made, this one included.
    ///   - queued: when the event was queued.
    public func next(
        after outcome: WebhookOutcome, attempt: Int, queued: Instant, now: Instant, random: inout IdentifierStream
    ) -> Next {
        switch outcome {
        case .answered(let status, _) where (200..<300).contains(status): return .done
        case .answered(410, _), .failed(.malformed): return .giveUp
        case .answered(_, let after):
            return next(max(delay(attempt, &random), min(after ?? .zero, retryAfterMax)), queued, now)
        case .failed:
            return next(delay(attempt, &random), queued, now)
        }
    }

    /// How long a target rests after so many failures in a row.
    public func rest(after failures: Int) -> Duration {
        guard failures > 0, !rests.isEmpty else { return .zero }
        return rests[min(failures, rests.count) - 1]
    }

    private func next(_ wait: Duration, _ queued: Instant, _ now: Instant) -> Next {
        now + wait > queued + giveUpAfter ? .giveUp : .tryAgain(at: now + wait)
    }

    private func delay(_ attempt: Int, _ random: inout IdentifierStream) -> Duration {
        guard !delays.isEmpty else { return .seconds(1) }
        let base = delays[min(max(attempt, 1), delays.count) - 1]
        return base + .milliseconds(Int64(random.next() % UInt64(max(base.wholeMilliseconds / 10, 1))))
    }
}

/// What one attempt at a webhook came to.
public enum WebhookOutcome: Sendable, Hashable {
    /// - after: what `Retry-After` said.
    case answered(status: Int, after: Duration?)
    case failed(TransferFailure.Reason)
}
