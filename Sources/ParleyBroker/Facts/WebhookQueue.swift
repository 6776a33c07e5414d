public import ParleyCore

/// The reader of the event log found what is owed to webhooks: it is queued and the reader moves on, in one commit, so that a crash neither loses nor
/// doubles anything.
public struct QueueWebhooks: Fact {
    /// Where the reader stood when it looked; another position means that somebody moved on already.
    public var from: Int64
    public var to: Int64
    public var contents: [WebhookContent]

    public init(from: Int64, to: Int64, contents: [WebhookContent]) {
        self.from = from
        self.to = to
        self.contents = contents
    }

    /// The reader's name in the database.
    public static let reader = "webhooks"

    /// Returns false when nothing was done.
    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> Bool
    {
        guard try transaction.readerPosition(QueueWebhooks.reader) == from else { return false }
        for content in contents {
            if let content = try QueueWebhooks.now(content, transaction) { try transaction.insert(content, at: stamp.now) }
        }
        try transaction.setReaderPosition(QueueWebhooks.reader, to: to)
        return true
    }

    /// An erasure may have come between the reader's look and this commit: what was erased is not told, who was erased is not named.
    private static func now(_ content: WebhookContent, _ transaction: any ReadTransaction) throws -> WebhookContent? {
        guard let position = content.event, let event = try transaction.events(after: position - 1, limit: 1).first,
            event.position == position
        else { return content }
        guard !EventPayload.isErased(event) else { return nil }
        return event.origin.identity == content.identity ? content : content.caused(by: event.origin.identity)
    }
}

/// Messages that a new webhook asked for are queued to it, a chunk at a time.
public struct ReplayMessages: Fact {
    public var limit: Int

    public init(limit: Int = 100) { self.limit = limit }

    /// Returns false when nothing was left to replay.
    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> Bool
    {
        guard var webhook = try transaction.scopedWebhooksToReplay(limit: 1).first, let range = webhook.replay else { return false }
        let messages = try transaction.messages(in: webhook.conversation, indices: range, limit: limit)
        let media = try transaction.media(of: messages.map(\.sid))
        let service = try transaction.service(of: webhook.conversation)
        let form = HookForm(rules: rules, transaction: transaction)
        for message in messages where webhook.isReplayed(message.body) {
            guard let url = webhook.url else { break }
            try transaction.insert(
                WebhookContent(
                    scope: webhook.sid.text, hook: .onMessageAdded, url: url, method: webhook.method,
                    parameters: form.replay(message, media: media[message.sid] ?? [], service: service),
                    conversation: webhook.conversation, subject: message.sid), at: stamp.now)
        }
        let next = messages.count < limit ? range.upperBound : (messages.last?.index ?? range.upperBound - 1) + 1
        webhook.replay = next < range.upperBound ? next..<range.upperBound : nil
        try transaction.update(webhook)
        return true
    }
}

/// What became of one attempt at a webhook.
public struct WebhookResult: Sendable, Hashable {
    public var delivery: Int64
    public var attempt: Int
    public var outcome: WebhookOutcome

    public init(delivery: Int64, attempt: Int, outcome: WebhookOutcome) {
        self.delivery = delivery
        self.attempt = attempt
        self.outcome = outcome
    }
}

/// The sender of webhooks takes a turn: attempts that ended are settled, and free places are filled from the targets that are due. One commit.
public struct TakeWebhookTurn: Fact {
    public var results: [WebhookResult]
    /// How many requests may begin.
    public var places: Int

    public init(results: [WebhookResult] = [], places: Int) {
        self.results = results
        self.places = places
    }

    public struct Turn: Sendable {
        public var deliveries: [WebhookDelivery]
        /// When a target is due next; nil when none is known.
        public var nextDue: Instant?
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> Turn
    {
        for result in results { try settle(result, transaction, rules.webhooks.retry, &stamp, &effects) }
        let heads = places > 0 ? try transaction.leaseWebhooks(now: stamp.now, limit: places) : []
        return Turn(deliveries: heads, nextDue: try transaction.nextWebhookDue())
    }

    private func settle(
        _ result: WebhookResult, _ transaction: any WriteTransaction, _ policy: WebhookRetryPolicy, _ stamp: inout Stamp,
        _ effects: inout [Effect]
    ) throws {
        guard var row = try transaction.webhookDelivery(result.delivery), row.phase == .sending, row.attempt == result.attempt else {
            return
        }
        switch result.outcome {
        case .answered(let status, _): (row.status, row.failure) = (status, nil)
        case .failed(let reason): (row.status, row.failure) = (nil, reason.rawValue)
        }
        try transaction.record(
            WebhookAttempt(number: row.attempt, at: stamp.now, status: row.status, failure: row.failure), of: row.id)
        var lane = try transaction.webhookLane(row.content.lane) ?? WebhookLane()
        lane.failures += 1
        lane.restsUntil = stamp.now + policy.rest(after: lane.failures)
        let next = policy.next(
            after: result.outcome, attempt: row.attempt, queued: row.queued, now: stamp.now, random: &stamp.identifiers)
        switch next {
        case .done:
            (row.phase, row.settled) = (.delivered, stamp.now)
            lane = WebhookLane()
        case .tryAgain(let at):
            (row.phase, row.due) = (.waiting, at)
        case .giveUp:
            (row.phase, row.settled) = (.givenUp, stamp.now)
            let last = row.status.map { "it answered \($0)" } ?? row.failure ?? "unknown"
            effects.append(
                .alert(
                    "webhook delivery \(row.id) to \(WebhookURL.shown(row.content.url)) is given up after \(row.attempt) attempts: \(last)")
            )
        }
        try transaction.update(row)
        if next == .giveUp { try giveUp(what: row.content.lane, before: stamp.now - policy.giveUpAfter, transaction, stamp, &effects) }
        try transaction.advanceWebhooks(row.content.lane, lane)
    }

    /// A target is still down when the time of its first delivery is over: those behind it whose time is over too are given up with it, or a long
    /// queue would outlive its events by the rest between two attempts, each. Whether a target is down is never concluded without an attempt.
    private func giveUp(
        what lane: String, before: Instant, _ transaction: any WriteTransaction, _ stamp: Stamp, _ effects: inout [Effect]
    ) throws {
        let stale = try transaction.staleWebhooks(of: lane, before: before, limit: 500)
        for var row in stale {
            (row.phase, row.settled) = (.givenUp, stamp.now)
            row.failure = row.failure ?? (row.status == nil ? "target_down" : nil)
            try transaction.update(row)
        }
        if let first = stale.first {
            effects.append(
                .alert(
                    "\(stale.count) webhook deliveries to \(WebhookURL.shown(first.content.url)) are given up: it is down for longer than they wait"
                ))
        }
    }
}

/// The daemon started: what was under way when the last one ended is sent again, for whether it arrived is unknown.
public struct RecoverWebhooks: Fact {
    public init() {}

    /// Returns the number recovered; call again while it is not 0.
    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> Int {
        let interrupted = try transaction.interruptedWebhooks(limit: 500)
        for var row in interrupted {
            (row.phase, row.due) = (.waiting, stamp.now)
            try transaction.update(row)
            try transaction.advanceWebhooks(row.content.lane, try transaction.webhookLane(row.content.lane) ?? WebhookLane())
        }
        return interrupted.count
    }
}

/// An operator had a delivery sent again, whatever became of it. One that is under way is left to its end.
public struct ReplayWebhook: Fact {
    public var delivery: Int64

    public init(_ delivery: Int64) { self.delivery = delivery }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> WebhookDelivery
    {
        guard var row = try transaction.webhookDelivery(delivery) else { throw Refusal.notFound("/webhooks/deliveries/\(delivery)") }
        guard row.phase != .sending else { return row }
        (row.phase, row.due, row.queued, row.settled) = (.waiting, stamp.now, stamp.now, nil)
        try transaction.update(row)
        try transaction.wakeWebhooks(row.content.lane, due: stamp.now)
        return row
    }
}

/// Time passed: the log forgets what was settled long ago.
public struct SweepWebhooks: Fact {
    public init() {}

    /// Returns true while there may be more.
    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> Bool
    {
        let chunk = 200
        return try transaction.sweepWebhooks(settledBefore: stamp.now - rules.webhooks.keepLog, limit: chunk) >= chunk
    }
}

extension ScopedWebhook {
    /// True when a message that was there before the webhook is one that it asks for.
    func isReplayed(_ body: String?) -> Bool { target == .trigger ? isTriggered(by: body) : filters.contains(.onMessageAdded) }

    /// True when a text has one of the keywords, letters of either case.
    func isTriggered(by body: String?) -> Bool {
        guard let body = body?.lowercased() else { return false }
        return triggers.contains { body.contains($0.lowercased()) }
    }
}
