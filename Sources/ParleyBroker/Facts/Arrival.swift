import ParleyCore

/// One thing that came in, on its way to its verdict.
struct Arrival {
    let adapter: String
    let item: PreparedInbound
    let rules: Rules
    /// What pre-hooks changed of it.
    var changes = HookChanges()

    var fact: InboundFact { item.fact }

    /// The sender as given, within what a message's author may be.
    var author: String { fact.sender.isEmpty ? "unknown" : String(fact.sender.prefix(rules.limits.nameCharacters)) }

    /// True when there is nothing in it that could be a message.
    var isEmpty: Bool { (fact.text ?? "").isEmpty && item.media.isEmpty && fact.subject == nil }

    func settle(_ transaction: any WriteTransaction, _ stamp: inout Stamp, _ effects: inout [Effect]) throws -> InboundVerdict {
        let route = ProxyRoute(fact.proxy, rules: rules)
        let proxyKey = route.proxy?.key ?? fact.proxy.lowercased()
        var flags: Set<Message.Flag> = fact.problems.isEmpty ? [] : [.malformed]
        flags.formUnion(consentFlags)
        var dedupeKey = "event|\(stamp.identifiers.next())|\(stamp.identifiers.next())"
        if let identity = fact.identity {
            // Some providers name all parts of a message alike.
            let name = fact.part.map { "\(identity)|part \($0.number) of \($0.total)" } ?? identity
            dedupeKey = "id|\(proxyKey)|\(name)"
            if let known = try transaction.inboxItem(adapter: adapter, dedupeKey: dedupeKey) {
                if known.contentDigest == digest { return try answer(again: known, transaction) }
                dedupeKey += "|\(digest)"
                if let other = try transaction.inboxItem(adapter: adapter, dedupeKey: dedupeKey) {
                    return try answer(again: other, transaction)
                }
                flags.insert(.conflictingIdentity)
            }
        } else if try transaction.hasInbox(adapter: adapter, contentDigest: digest, since: stamp.now - .seconds(60)) {
            flags.insert(.possibleRepeat)
        }
        if let twin = try waitingTwin(route, at: stamp.now, transaction), twin.contentDigest == digest {
            return try answer(again: twin, transaction)
        }
        let row = NewInboxItem(
            adapter: adapter, dedupeKey: dedupeKey, contentDigest: digest, kind: .message, verdict: .held, proxy: fact.proxy,
            sender: fact.sender,
            raw: item.rawKey == nil ? fact.raw : nil, rawKey: item.rawKey, media: item.media.map(\.key), received: stamp.now)
        guard var entry = try transaction.insert(row) else { throw NotDurable("the inbox row of a new event exists already") }
        let verdict = try judge(route, flags, .guarded, transaction, &stamp, &effects)
        try record(verdict, flags, in: &entry, transaction)
        try heed(route, message: entry.message, transaction, stamp, &effects)
        if verdict == Arrival.waitsForParts { return try gather(entry, route, transaction, &stamp, &effects) }
        try confirm(verdict, route, transaction, &stamp, &effects)
        if entry.verdict == .held { try wait(verdict, route, entry, transaction, stamp, &effects) }
        return verdict
    }

    /// Keeps what waits: for its media, for a pre-hook, or for an operator.
    func wait(
        _ verdict: InboundVerdict, _ route: ProxyRoute, _ entry: InboxItem, _ transaction: any WriteTransaction, _ stamp: Stamp,
        _ effects: inout [Effect]
    ) throws {
        try transaction.keep(item, of: entry.id)
        if verdict == Arrival.waitsForMedia {
            try transaction.put(PendingMedia(inbox: entry.id, adapter: adapter, due: stamp.now))
            effects.append(.fetch)
        } else if verdict == Arrival.waitsForPrehook, let pair = pair(route) {
            try transaction.insert(PendingPrehook(inbox: entry.id, adapter: adapter, pair: pair.key))
            effects.append(.ask)
        } else {
            try transaction.append(Event(kind: .inboundHeld, payload: EventPayload.inbox(entry), at: stamp.now))
            effects.append(.publish)
        }
    }

    /// Writes a verdict into the row.
    func record(
        _ verdict: InboundVerdict, _ flags: Set<Message.Flag>, in entry: inout InboxItem, _ transaction: any WriteTransaction
    ) throws {
        entry.reason = nil
        switch verdict {
        case .appended(let conversation, let message):
            (entry.verdict, entry.conversation, entry.message) = (.appended, conversation, message)
        case .repeated(let conversation, let message):
            (entry.verdict, entry.conversation, entry.message, entry.reason) = (.merged, conversation, message, "same_mail")
        case .held(let reason): (entry.verdict, entry.reason) = (.held, reason)
        case .ignored(let reason): (entry.verdict, entry.reason) = (.ignored, reason)
        case .rejected(let reason): (entry.verdict, entry.reason) = (.rejected, reason)
        }
        entry.note(flags)
        try transaction.update(entry)
    }

    /// Whether the loop guard counts it, its media are waited for, and pre-hooks are asked about it: what an operator decides is no loop, and
    /// what was asked about is not asked about again.
    enum Counting {
        case guarded
        /// It is made of parts, which were counted when they came.
        case joined
        /// Its media were fetched, or could not be. It was counted when it came, and pre-hooks have not been asked.
        case collected
        case unguarded
    }

    /// The verdict on what names media that are to be fetched first.
    static let waitsForMedia = InboundVerdict.held(reason: "awaiting_media")

    /// What the rules say of it, as things stand now. Changes the conversation, not the inbox row.
    func judge(
        _ route: ProxyRoute, _ flags: Set<Message.Flag>, _ counting: Counting, _ transaction: any WriteTransaction, _ stamp: inout Stamp,
        _ effects: inout [Effect]
    ) throws -> InboundVerdict {
        if let id = fact.messageID, rules.installation.mail.delivery(ofMessageID: id) != nil { return .ignored(reason: "own_mail") }
        if fact.hops.contains(rules.installation.gatewayID) { return .ignored(reason: "mail_loop") }
        if let automatic = fact.automatic { return .ignored(reason: automatic) }
        guard !fact.problems.contains(InboundFact.unparsable) else { return .held(reason: InboundFact.unparsable) }
        guard case .served(let owner, let proxy, let token) = route else {
            if case .forged = route { return .held(reason: "forged_token") }
            return .held(reason: "unknown_proxy")
        }
        guard owner == adapter || rules.directory.serves(adapter, proxy) else { return .held(reason: "proxy_of_other_adapter") }
        guard let sender = try? Address(fact.sender), sender.channel == proxy.channel else { return .held(reason: "unreadable_sender") }
        guard rules.directory.owner(of: sender) == nil else { return .held(reason: "sender_is_ours") }
        let waitsForParts = counting == .guarded && part != nil
        let waitsForMedia = (counting == .guarded || counting == .joined) && fact.links != nil
        guard !isEmpty || waitsForMedia || waitsForParts else { return .held(reason: "empty") }
        let pair = Pair(proxy: proxy, address: sender)
        if counting == .guarded, let reason = try tripped(pair.key, transaction, stamp, &effects) { return .held(reason: reason) }
        if waitsForParts { return Arrival.waitsForParts }
        if waitsForMedia { return Arrival.waitsForMedia }

        let asks = try counting != .unguarded && transaction.mayAskPrehooks(pair.key)
        // The order of a pair's messages stays, whatever the webhooks of now are.
        if asks, try transaction.hasPendingPrehook(pair.key) { return Arrival.waitsForPrehook }
        guard let (participant, conversation, rule) = try match(pair, token, transaction) else {
            if token != nil, try holder(pair, transaction) == nil { return .held(reason: "token_of_other_sender") }
            return try welcome(pair, flags, counting, asks: asks, transaction, &stamp, &effects)
        }
        if asks, try isAsked(.onMessageAdd, of: conversation.service, transaction) { return Arrival.waitsForPrehook }
        return try append(participant, conversation, rule, flags, transaction, &stamp, &effects)
    }

    /// Token, then pair. A token counts only for the person it was made for; in another's hands the pair decides.
    func match(
        _ pair: Pair, _ token: SID?, _ transaction: any ReadTransaction
    ) throws -> (Participant, Conversation, MatchRule)? {
        if let token, let participant = try transaction.participant(token), participant.isBound, participant.binding?.pair.key == pair.key,
            let conversation = try transaction.conversation(participant.conversation)
        {
            return (participant, conversation, .token)
        }
        return try holder(pair, transaction).map { ($0.0, $0.1, .pair) }
    }

    func holder(_ pair: Pair, _ transaction: any ReadTransaction) throws -> (Participant, Conversation)? {
        guard let participant = try transaction.boundParticipant(pair.key),
            let conversation = try transaction.conversation(participant.conversation)
        else { return nil }
        return (participant, conversation)
    }

    /// Makes it a message of the conversation, said by the participant, or by nobody in it.
    func append(
        _ participant: Participant?, _ conversation: Conversation, _ rule: MatchRule, _ flags: Set<Message.Flag>,
        _ transaction: any WriteTransaction, _ stamp: inout Stamp, _ effects: inout [Effect]
    ) throws -> InboundVerdict {
        // One mail makes at most one message in a conversation, however many of its recipients led there.
        let mark = rules.channel(of: adapter) == .email ? fact.identity.map { "mail|\(conversation.sid)|\($0)|\(said)" } : nil
        if let mark {
            if let known = try transaction.inboxItem(adapter: adapter, dedupeKey: mark) {
                return .repeated(conversation: known.conversation, message: known.message)
            }
        }
        var draft = MessageDraft(conversation: conversation, author: author)
        draft.participant = participant
        draft.body = fact.text.flatMap { $0.isEmpty ? nil : $0 }
        draft.subject = fact.subject.map { String($0.prefix(rules.limits.nameCharacters)) }
        draft.matchedBy = rule
        draft.flags = flags
        try take(changes, into: &draft)
        for kept in item.media {
            let media = Media(
                sid: stamp.identifiers.sid(.media), service: conversation.service, key: kept.key, contentType: kept.contentType,
                size: kept.size, filename: kept.filename,
                author: author, created: stamp.now)
            try transaction.insert(media)
            draft.media.append(media.sid)
        }
        let message = try draft.append(transaction, rules, &stamp, &effects)
        if let lane = participant?.binding?.pair.key { try transaction.owe(lane, adapter: adapter) }
        if let id = fact.messageID, let participant {
            try transaction.recordMailID(
                id, conversation: conversation.sid, participant: participant.sid, message: message.sid, ours: false, at: stamp.now)
        }
        if let mark {
            _ = try transaction.insert(
                NewInboxItem(
                    adapter: adapter, dedupeKey: mark, contentDigest: "", kind: .message,
                    verdict: .merged, reason: "marker", conversation: conversation.sid, message: message.sid, received: stamp.now))
        }
        return .appended(conversation: conversation.sid, message: message.sid)
    }

    /// The loop guard: too many messages of one pair in a while pause the pair, both ways, with a reason.
    private func tripped(
        _ pair: PairKey, _ transaction: any WriteTransaction, _ stamp: Stamp, _ effects: inout [Effect]
    ) throws -> String? {
        if let paused = try transaction.lane(pair)?.pausedUntil, paused > stamp.now { return "pair_paused" }
        guard let guardian = rules.directory.profile(adapter)?.loopGuard else { return nil }
        guard try transaction.countInbound(pair, window: guardian.window, at: stamp.now) > guardian.count else { return nil }
        let reason = "more than \(guardian.count) messages in \(guardian.window)"
        try transaction.pause(pair, adapter: adapter, until: stamp.now + rules.retry.loopPause, reason: reason)
        try transaction.append(Event(kind: .pairPaused, payload: EventPayload.adapter(adapter, reason), at: stamp.now))
        effects.append(.alert("a pair of adapter \(adapter) is paused: \(reason)"))
        return "loop_guard"
    }

    private func answer(again known: InboxItem, _ transaction: any WriteTransaction) throws -> InboundVerdict {
        // Its raw form may differ from the first one's, and no row will name it.
        if let key = item.rawKey { try transaction.loosen([key]) }
        return switch known.verdict {
        case .appended, .merged: .repeated(conversation: known.conversation, message: known.message)
        case .held: .held(reason: first(known.reason, "held"))
        case .ignored: .ignored(reason: first(known.reason, "ignored"))
        case .rejected: .rejected(reason: first(known.reason, "rejected"))
        }
    }

    private func first(_ reason: String?, _ otherwise: String) -> String {
        reason?.split(separator: ",").first.map(String.init) ?? otherwise
    }

    /// What was said to this proxy address, to tell a repeat from other content under the same id.
    private var digest: String {
        let place = fact.part.map { ["\($0.reference)", "\($0.number)/\($0.total)"] } ?? []
        return ContentDigest.hex(ofParts: [fact.proxy.lowercased(), said] + place)
    }

    /// What was said, to whomever of ours.
    private var said: String {
        ContentDigest.hex(
            ofParts: [fact.sender.lowercased(), fact.subject ?? "", fact.text ?? ""]
                + item.media.map { "\($0.contentType) \($0.key.rawValue)" })
    }
}

extension InboxItem {
    /// Writes what an operator should know of its form beside the reason.
    mutating func note(_ flags: Set<Message.Flag>) {
        reason = ([reason].compactMap(\.self) + flags.map(\.rawValue).sorted()).joined(separator: ", ")
        if reason?.isEmpty == true { reason = nil }
    }
}

extension InboundFact {
    /// The problem of a mail of which not even the parts were told apart.
    static let unparsable = "unparsable"
}
