import ParleyCore

/// A long text that a provider hands over in parts. Each waits in the inbox until all are there; then they are judged as one message.
extension Arrival {
    /// The verdict on a part that waits for the others.
    static let waitsForParts = InboundVerdict.held(reason: "awaiting_parts")
    /// Parts of one message. One that names more is judged alone.
    static let partsMax = 255
    /// Messages of one pair that wait for parts. Beyond, the oldest goes on without what is missing.
    static let incompleteMax = 64

    /// Its place in a longer message; nil for what is whole, and for a place that cannot be.
    var part: InboundPart? {
        guard let part = fact.part, part.total > 1, part.total <= Self.partsMax, part.number >= 1, part.number <= part.total else {
            return nil
        }
        return part
    }

    /// The row that waits in its place already.
    func waitingTwin(_ route: ProxyRoute, at now: Instant, _ transaction: any ReadTransaction) throws -> InboxItem? {
        guard let part, let pair = pair(route) else { return nil }
        let waiting = try transaction.pendingParts(adapter: adapter, pair: pair.key, reference: part.reference, total: part.total)
        guard let twin = waiting.first(where: { $0.part.number == part.number && $0.due > now }) else { return nil }
        return try transaction.inboxItem(twin.inbox)
    }

    /// Puts it to the others. With the last of them the whole is judged, and this is the verdict on that.
    func gather(
        _ entry: InboxItem, _ route: ProxyRoute, _ transaction: any WriteTransaction, _ stamp: inout Stamp, _ effects: inout [Effect]
    ) throws -> InboundVerdict {
        guard let part, let pair = pair(route)?.key else { return Arrival.waitsForParts }
        try transaction.keep(item, of: entry.id)
        var waiting = try transaction.pendingParts(adapter: adapter, pair: pair, reference: part.reference, total: part.total)
        // Phones use a reference again: what is too old, or has something else in this place, is of another message.
        if let first = waiting.first, first.due <= stamp.now || waiting.contains(where: { $0.part.number == part.number }) {
            try GatheredParts.giveUp(first, transaction, rules, &stamp, &effects)
            waiting = []
        }
        let due = waiting.first?.due ?? stamp.now + rules.retry.partsTime
        let pending = PendingPart(inbox: entry.id, adapter: adapter, pair: pair, part: part, due: due)
        try transaction.insert(pending)
        waiting.append(pending)
        if waiting.count == part.total {
            return try GatheredParts(waiting, transaction, rules).settle(transaction, &stamp, &effects) ?? Arrival.waitsForParts
        }
        if waiting.count == 1 {
            let messages = try transaction.incompleteMessages(adapter: adapter, pair: pair)
            if messages.count > Self.incompleteMax { try GatheredParts.giveUp(messages[0], transaction, rules, &stamp, &effects) }
        }
        return Arrival.waitsForParts
    }
}

/// What is there of a message that came in parts.
struct GatheredParts {
    private struct Piece {
        let entry: InboxItem
        let item: PreparedInbound
        let part: InboundPart
    }

    /// By their numbers.
    private let pieces: [Piece]
    private let rules: Rules

    /// Takes parts out of those that wait. What was forgotten meanwhile is missing.
    init(_ waiting: [PendingPart], _ transaction: any WriteTransaction, _ rules: Rules) throws {
        self.rules = rules
        pieces = try waiting.sorted { $0.part.number < $1.part.number }.compactMap { pending -> Piece? in
            try transaction.forgetPendingPart(of: pending.inbox)
            guard let entry = try transaction.inboxItem(pending.inbox), entry.verdict == .held,
                // One that cannot be read is missing, and stays in the inbox: it stops neither the others nor time.
                let item = try? transaction.keptInbound(of: pending.inbox)
            else { return nil }
            return Piece(entry: entry, item: item, part: pending.part)
        }
    }

    /// Judges what came of the message that a part is of; the others are not waited for any more.
    static func giveUp(
        _ pending: PendingPart, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: inout Stamp, _ effects: inout [Effect]
    ) throws {
        let waiting = try transaction.pendingParts(
            adapter: pending.adapter, pair: pending.pair, reference: pending.part.reference, total: pending.part.total)
        let parts = try GatheredParts(waiting, transaction, rules)
        if let earlier = try parts.repeated(transaction) {
            for piece in parts.pieces { try parts.merge(piece, into: earlier, transaction) }
        } else {
            var acting = stamp.by(.channel(rules.channel(of: pending.adapter)))
            _ = try parts.settle(transaction, &acting, &effects)
            stamp.identifiers = acting.identifiers
        }
    }

    /// Judges the parts as one message. The row of the part that came last carries the verdict. Nil when nothing is there.
    func settle(_ transaction: any WriteTransaction, _ stamp: inout Stamp, _ effects: inout [Effect]) throws -> InboundVerdict? {
        guard let first = pieces.first, let last = pieces.max(by: { $0.entry.id < $1.entry.id }) else { return nil }
        var entry = last.entry
        var whole = joined(first)
        whole.rawKey = last.item.rawKey
        let arrival = Arrival(adapter: entry.adapter, item: whole, rules: rules)
        var flags = pieces.reduce(into: arrival.consentFlags) { $0.formUnion($1.entry.flags) }
        if !isComplete { flags.insert(.partsMissing) }
        let route = ProxyRoute(whole.fact.proxy, rules: rules)
        try transaction.add(whole.media.map(\.key), toInbox: entry.id)
        let before = effects
        let verdict: InboundVerdict
        do {
            verdict = try arrival.judge(route, flags, .joined, transaction, &stamp, &effects)
        } catch is Refusal where !isComplete {
            // Nobody is there to hear of it, and what is settled with it must not wait for it.
            effects = before
            verdict = .held(reason: "unsettled")
        }
        try arrival.record(verdict, flags, in: &entry, transaction)
        // A provider's own word was written down when its part came.
        if whole.fact.consent == nil { try arrival.heed(route, message: entry.message, transaction, stamp, &effects) }
        try arrival.confirm(verdict, route, transaction, &stamp, &effects)
        if entry.verdict == .held {
            try arrival.wait(verdict, route, entry, transaction, stamp, &effects)
        } else {
            try transaction.keep(nil, of: entry.id)
        }
        for piece in pieces where piece.entry.id != entry.id { try merge(piece, into: entry, transaction) }
        return verdict
    }

    private var isComplete: Bool { pieces.first.map { $0.part.total == pieces.count } ?? false }

    /// The parts as one, by what the first says of itself.
    private func joined(_ first: Piece) -> PreparedInbound {
        var fact = first.item.fact
        // Of what is not whole no word is read.
        if isComplete { fact.part = nil }
        fact.text = text(first.part.total)
        fact.subject = pieces.compactMap(\.item.fact.subject).first
        let links = pieces.flatMap { $0.item.fact.links ?? [] }
        fact.links = links.isEmpty ? nil : links
        fact.consent = pieces.compactMap(\.item.fact.consent).last
        fact.sentAt = pieces.compactMap(\.item.fact.sentAt).min()
        for problem in pieces.flatMap(\.item.fact.problems) where !fact.problems.contains(problem) { fact.problems.append(problem) }
        return PreparedInbound(fact: fact, media: pieces.flatMap(\.item.media))
    }

    /// The texts in their order, with a mark for each run of parts that are missing. Nil when none has any.
    private func text(_ total: Int) -> String? {
        guard pieces.contains(where: { $0.item.fact.text?.isEmpty == false }) else { return nil }
        var text = ""
        var next = 1
        for piece in pieces {
            if piece.part.number > next { text += Self.gap }
            text += piece.item.fact.text ?? ""
            next = piece.part.number + 1
        }
        return next <= total ? text + Self.gap : text
    }

    private static let gap = "[…]"

    /// The row that the last of them repeats, when each says what one in its place said shortly before: a provider sent them again under
    /// other ids after their message was complete. Nil when any of them is new.
    private func repeated(_ transaction: any ReadTransaction) throws -> InboxItem? {
        var latest: InboxItem?
        for piece in pieces {
            let since = piece.entry.received - rules.retry.partsTime * 2
            guard let earlier = try transaction.inboxItem(saying: piece.entry, since: since) else { return nil }
            latest = earlier
        }
        return latest
    }

    /// Lets a part be one with the row that speaks for it.
    private func merge(_ piece: Piece, into entry: InboxItem, _ transaction: any WriteTransaction) throws {
        let flags = piece.entry.flags
        var part = piece.entry
        (part.verdict, part.conversation, part.message) = (.merged, entry.conversation, entry.message)
        part.reason = entry.message == nil ? "part_of \(entry.id)" : nil
        part.note(flags)
        try transaction.update(part)
        try transaction.keep(nil, of: part.id)
    }
}
