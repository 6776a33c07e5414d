public import ParleyCore

/// An operator decided on something that was held: it is judged again, once, and nothing of it is lost or doubled.
public struct SettleInbox: Fact {
    public enum Decision: Sendable, Hashable {
        /// It is judged as if it came now: by who holds the pair now, by the configurations and settings of now.
        case replay
        /// It becomes a message of that conversation. The sender is the participant there who has the address, or nobody in it; with
        /// `addParticipant` the pair is bound there first. A conversation without a service is found by its identifier in any.
        case assign(ConversationName, addParticipant: Bool)
        /// It will be no message.
        case drop
    }

    public var id: Int64
    public var decision: Decision

    public init(_ id: Int64, as decision: Decision) {
        self.id = id
        self.decision = decision
    }

    /// The row as it is then. A replay may leave it held, with the reason of now.
    public func apply(
        to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]
    ) throws -> InboxItem {
        guard var entry = try transaction.inboxItem(id) else { throw Refusal.notFound("/inbox/\(id)") }
        guard entry.verdict == .held else { throw Refusal.inboxSettled(entry.verdict) }
        var kept = try transaction.keptInbound(of: id)
        var flags = entry.flags
        // An operator waits neither for media nor for other parts.
        let wasPart = try transaction.forgetPendingPart(of: id)
        if wasPart { flags.insert(.partsMissing) }
        let waited = try transaction.forgetPendingMedia(of: id)
        // What was held before anybody asked for its media has them fetched now.
        let asks = decision == .replay && !waited && !wasPart && kept?.hasLinksToFetch ?? false
        if !asks, kept?.settleLinks() ?? false { flags.insert(.mediaNotFetched) }
        let arrival = Arrival(
            adapter: entry.adapter, item: kept ?? PreparedInbound(fact: InboundFact(proxy: "", sender: "")), rules: rules)
        var acting = stamp.by(.channel(rules.channel(of: entry.adapter)))
        let verdict: InboundVerdict
        switch decision {
        case .drop: verdict = .ignored(reason: "dropped")
        case _ where kept == nil: throw Refusal.inboxNotUnderstood
        case .replay where asks: verdict = Arrival.waitsForMedia
        case .replay:
            let route = ProxyRoute(arrival.item.fact.proxy, rules: rules)
            verdict = try arrival.judge(route, flags, .unguarded, transaction, &acting, &effects)
        case .assign(let name, let addParticipant):
            verdict = try assign(arrival, flags, to: name, addParticipant, transaction, &acting, &effects)
        }
        stamp.identifiers = acting.identifiers
        try arrival.record(verdict, flags, in: &entry, transaction)
        // An operator does not wait for pre-hooks.
        try transaction.forgetPrehook(of: id)
        if kept != nil { try transaction.keep(entry.verdict == .held ? kept : nil, of: id) }
        if asks {
            try transaction.put(PendingMedia(inbox: id, adapter: entry.adapter, due: stamp.now))
            effects.append(.fetch)
        }
        return entry
    }

    private func assign(
        _ arrival: Arrival, _ flags: Set<Message.Flag>, to name: ConversationName, _ addParticipant: Bool,
        _ transaction: any WriteTransaction, _ stamp: inout Stamp, _ effects: inout [Effect]
    ) throws -> InboundVerdict {
        let rules = arrival.rules
        let conversation = try find(name, transaction, rules)
        guard conversation.state != .closed else { throw Refusal.conversationClosed }
        guard !arrival.isEmpty else { throw Refusal.inboxNotUnderstood }
        let fact = arrival.item.fact
        let proxy = ProxyRoute(fact.proxy, rules: rules).proxy
        let sender = try? Address(fact.sender)
        var participant: Participant?
        if let proxy, let sender, let (holder, held) = try arrival.holder(Pair(proxy: proxy, address: sender), transaction),
            held.sid == conversation.sid
        {
            participant = holder
        } else if addParticipant {
            participant = try AddParticipant(
                to: ConversationName(conversation.sid, in: conversation.service), address: fact.sender,
                proxyAddress: proxy?.text ?? fact.proxy
            ).apply(to: transaction, under: rules, stamp: &stamp, effects: &effects)
        } else if let sender {
            participant = try transaction.participant(addressKey: sender.key, in: conversation.sid)
        }
        return try arrival.append(participant, conversation, .assigned, flags, transaction, &stamp, &effects)
    }

    private func find(_ name: ConversationName, _ transaction: any ReadTransaction, _ rules: Rules) throws -> Conversation {
        guard name.service == nil, let sid = SID(name.text, .conversation) else {
            do {
                return try name.find(in: transaction, default: rules.installation.service)
            } catch let refusal as Refusal where refusal.code == 20404 {
                throw Refusal.assignedToNothing
            }
        }
        guard let found = try transaction.conversation(sid) else { throw Refusal.assignedToNothing }
        return found
    }
}

extension Refusal {
    static func inboxSettled(_ verdict: InboxItem.Verdict) -> Refusal {
        Refusal(code: 20409, status: 409, message: "The inbox item is settled already; its verdict is \(verdict.rawValue)")
    }

    /// What the path names is there; what the parameter names is not.
    static let assignedToNothing = Refusal.invalid("Conversation", "expected the SID or the unique name of a conversation")

    static let inboxNotUnderstood = Refusal(
        code: 20409, status: 409, message: "The inbox item has nothing in it that could be a message; it can be dropped")
}
