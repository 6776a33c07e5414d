public import ParleyCore

/// Pre-hooks were asked about something that people outside said: it is settled, once. A crash before the commit has them asked again.
public struct SettlePending: Fact {
    /// What came of asking.
    public enum Outcome: String, Sendable, Hashable {
        /// It becomes a message, with what was changed; where nobody was to be asked, as it is.
        case passes
        /// It will be no message.
        case rejected = "pre_webhook_rejected"
        /// Nobody answered, and the settings have that refused: an operator decides.
        case unanswered = "pre_webhook_unanswered"
        /// What was changed cannot be taken: an operator decides.
        case unusable = "pre_webhook_unusable"
        /// It cannot become a message for another reason: an operator decides.
        case unsettled
    }

    /// The number of the inbox row.
    public var id: Int64
    public var outcome: Outcome
    public var changes = HookChanges()

    public init(_ id: Int64, as outcome: Outcome = .passes) {
        self.id = id
        self.outcome = outcome
    }

    /// The row as it is then; nil when somebody settled it before.
    public func apply(
        to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]
    ) throws -> InboxItem? {
        guard try transaction.forgetPrehook(of: id), var entry = try transaction.inboxItem(id), entry.verdict == .held else { return nil }
        let flags = entry.flags
        var arrival = Arrival(adapter: entry.adapter, item: PreparedInbound(fact: InboundFact(proxy: "", sender: "")), rules: rules)
        let verdict: InboundVerdict
        switch outcome {
        case .passes:
            guard let kept = try transaction.keptInbound(of: id) else { return nil }
            arrival = Arrival(adapter: entry.adapter, item: kept, rules: rules, changes: changes)
            var acting = stamp.by(.channel(rules.channel(of: entry.adapter)))
            // The loop guard counted it when it came.
            let route = ProxyRoute(kept.fact.proxy, rules: rules)
            verdict = try arrival.judge(route, flags, .unguarded, transaction, &acting, &effects)
            try arrival.confirm(verdict, route, transaction, &acting, &effects)
            stamp.identifiers = acting.identifiers
        case .rejected: verdict = .ignored(reason: outcome.rawValue)
        case .unanswered, .unusable, .unsettled: verdict = .held(reason: outcome.rawValue)
        }
        try arrival.record(verdict, flags, in: &entry, transaction)
        if entry.verdict == .held {
            try transaction.append(Event(kind: .inboundHeld, payload: EventPayload.inbox(entry), at: stamp.now))
            effects.append(.publish)
        } else {
            try transaction.keep(nil, of: id)
        }
        return entry
    }
}

extension SettlePending: Prehooked {
    public func prehook(_ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin, now: Instant) throws -> Prehook? {
        guard outcome == .passes, let entry = try transaction.inboxItem(id), entry.verdict == .held,
            let kept = try transaction.keptInbound(of: id)
        else { return nil }
        return try Arrival(adapter: entry.adapter, item: kept, rules: rules, changes: changes).prehook(transaction, by: origin, now: now)
    }

    public mutating func take(_ changes: HookChanges) {
        self.changes.friendlyName = changes.friendlyName ?? self.changes.friendlyName
        self.changes.body = changes.body ?? self.changes.body
        self.changes.author = changes.author ?? self.changes.author
        self.changes.attributes = changes.attributes ?? self.changes.attributes
    }
}
