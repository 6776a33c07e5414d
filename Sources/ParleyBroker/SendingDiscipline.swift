import ParleyCore

/// How an adapter's sending went so far, from turn to turn: a value that one turn gets and the next one's is made of. It begins anew with the
/// daemon.
public struct SendingDiscipline: Sendable, Hashable {
    /// Attempts in a row to which the other side gave no useful answer.
    var failuresInARow = 0
    /// The deliveries that these were of.
    private(set) var failing: Set<SID> = []
    private var proxies: [Substring: Pace] = [:]

    /// When a proxy address may send.
    private struct Pace: Hashable {
        /// Again, after what it has sent.
        var free: Instant
        /// After what is put off already.
        var reserved: Instant
    }

    public init() {}

    /// An attempt ended. Answers about the message, whatever they say, show that the other side works.
    mutating func note(_ result: AttemptResult) {
        switch result.outcome.end {
        case .accepted, .permanent, .optedOut, .throttled:
            failuresInARow = 0
            failing = []
        case .temporary, .unknown:
            failuresInARow += 1
            if failing.count < 100 { failing.insert(result.delivery) }
        case .misconfigured, .partly: break
        }
    }

    /// Until when a delivery has to wait for its proxy address' turn; nil when it may leave. What waits gets a time of its own behind what
    /// waits already; what is first, such as an answer to somebody, the next time of all.
    mutating func putOff(_ lane: PairKey, isFirst: Bool, rate: Double, now: Instant) -> Instant? {
        let proxy = lane.proxy
        guard let pace = proxies[proxy], pace.free > now else { return nil }
        if isFirst { return pace.free }
        let slot = max(pace.reserved, pace.free)
        proxies[proxy]?.reserved = slot + Self.interval(1, rate)
        return slot
    }

    /// Nothing waits any more: what was put off and went another way keeps no time.
    mutating func freeReservations() {
        for (proxy, pace) in proxies where pace.reserved > pace.free { proxies[proxy]?.reserved = pace.free }
    }

    /// Something leaves; it counts as so many.
    mutating func sent(_ lane: PairKey, weight: Int, rate: Double, now: Instant) {
        let proxy = lane.proxy
        let known = proxies[proxy]
        let free = max(known?.free ?? now, now) + Self.interval(weight, rate)
        proxies[proxy] = Pace(free: free, reserved: max(known?.reserved ?? free, free))
        // Those that are free again need not be known.
        if proxies.count > 1000 { proxies = proxies.filter { $0.value.reserved > now } }
    }

    private static func interval(_ weight: Int, _ rate: Double) -> Duration {
        .milliseconds(Int64((Double(weight) * 1000 / rate).rounded(.up)))
    }
}

extension Payload {
    /// How many it counts as.
    func weight(_ unit: AdapterProfile.RateUnit) -> Int {
        switch unit {
        case .messages: 1
        case .segments: max(1, text.map { SMSText($0).segments } ?? 1)
        }
    }
}
