public import ParleyCore

/// An inbound fact whose media and long raw form are kept already.
public struct PreparedInbound: Sendable, Hashable {
    public var fact: InboundFact
    /// The media, in order. Their bytes survive a power cut.
    public var media: [Kept]
    /// Where the raw form lies when it is too long for the database.
    public var rawKey: MediaKey?

    public struct Kept: Sendable, Hashable {
        public var key: MediaKey
        public var contentType: String
        public var filename: String?
        public var size: Int

        public init(key: MediaKey, contentType: String, filename: String?, size: Int) {
            self.key = key
            self.contentType = contentType
            self.filename = filename
            self.size = size
        }
    }

    public init(fact: InboundFact, media: [Kept] = [], rawKey: MediaKey? = nil) {
        self.fact = fact
        self.media = media
        self.rawKey = rawKey
    }
}

/// People outside said something. Each fact gets one inbox row and one verdict; all are committed together.
public struct ReceiveInbound: Fact {
    public var adapter: String
    public var items: [PreparedInbound]

    public init(adapter: String, items: [PreparedInbound]) {
        self.adapter = adapter
        self.items = items
    }

    public func apply(
        to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]
    ) throws -> [InboundVerdict] {
        try items.map { item in
            try Arrival(adapter: adapter, item: item, rules: rules).settle(transaction, &stamp, &effects)
        }
    }
}

/// One thing that came in, on its way to its verdict.
private struct Arrival {
    let adapter: String
    let item: PreparedInbound
    let rules: Rules

    private var fact: InboundFact { item.fact }

    func settle(_ transaction: any WriteTransaction, _ stamp: inout Stamp, _ effects: inout [Effect]) throws -> InboundVerdict {
        let route = ProxyRoute(fact.proxy, rules: rules)
        let proxyKey = route.proxy?.key ?? fact.proxy.lowercased()
        var flags: Set<Message.Flag> = fact.problems.isEmpty ? [] : [.malformed]
        var dedupeKey = "event|\(stamp.identifiers.next())|\(stamp.identifiers.next())"
        if let identity = fact.identity {
            dedupeKey = "id|\(proxyKey)|\(identity)"
            if let known = try transaction.inboxItem(adapter: adapter, dedupeKey: dedupeKey) {
                if known.contentDigest == digest { return answer(again: known) }
                dedupeKey += "|\(digest)"
                if let other = try transaction.inboxItem(adapter: adapter, dedupeKey: dedupeKey) { return answer(again: other) }
                flags.insert(.conflictingIdentity)
            }
        } else if try transaction.hasInbox(adapter: adapter, contentDigest: digest, since: stamp.now - .seconds(60)) {
            flags.insert(.possibleRepeat)
        }
        let row = NewInboxItem(
            adapter: adapter, dedupeKey: dedupeKey, contentDigest: digest, kind: .message, verdict: .held, proxy: fact.proxy,
            sender: fact.sender,
            raw: item.rawKey == nil ? fact.raw : nil, rawKey: item.rawKey, received: stamp.now)
        guard var entry = try transaction.insert(row) else { throw NotDurable("the inbox row of a new event exists already") }
        let verdict = try judge(route, flags, transaction, &stamp, &effects)
        switch verdict {
        case .appended(let conversation, let message):
            (entry.verdict, entry.conversation, entry.message) = (.appended, conversation, message)
        case .repeated(let conversation, let message):
            (entry.verdict, entry.conversation, entry.message, entry.reason) = (.merged, conversation, message, "same_mail")
        case .held(let reason): (entry.verdict, entry.reason) = (.held, reason)
        case .ignored(let reason): (entry.verdict, entry.reason) = (.ignored, reason)
        case .rejected(let reason): (entry.verdict, entry.reason) = (.rejected, reason)
        }
        // What an operator should know of its form stands beside the reason.
        entry.reason = ([entry.reason].compactMap(\.self) + flags.map(\.rawValue).sorted()).joined(separator: ", ")
        if entry.reason?.isEmpty == true { entry.reason = nil }
        try transaction.update(entry)
        if entry.verdict == .held {
            try transaction.append(Event(kind: .inboundHeld, payload: EventPayload.inbox(entry), at: stamp.now))
            effects.append(.publish)
        }
        return verdict
    }

    private func judge(
        _ route: ProxyRoute, _ flags: Set<Message.Flag>, _ transaction: any WriteTransaction, _ stamp: inout Stamp,
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
        guard owner == adapter else { return .held(reason: "proxy_of_other_adapter") }
        guard let sender = try? Address(fact.sender), sender.channel == proxy.channel else { return .held(reason: "unreadable_sender") }
        guard rules.directory.owner(of: sender) == nil else { return .held(reason: "sender_is_ours") }
        guard !(fact.text ?? "").isEmpty || !item.media.isEmpty || fact.subject != nil else { return .held(reason: "empty") }
        let pair = Pair(proxy: proxy, address: sender)
        if let reason = try tripped(pair.key, transaction, stamp, &effects) { return .held(reason: reason) }

        guard let (participant, conversation, rule) = try match(pair, token, transaction) else {
            if token != nil, try holder(pair, transaction) == nil { return .held(reason: "token_of_other_sender") }
            switch rules.directory.profile(adapter)?.unknownSender ?? .hold {
            case .hold: return .held(reason: "unknown_pair")
            case .reject: return .rejected(reason: "unknown_pair")
            }
        }
        return try append(participant, conversation, rule, pair, flags, transaction, &stamp, &effects)
    }

    /// Token, then pair. A token counts only for the person it was made for; in another's hands the pair decides.
    private func match(
        _ pair: Pair, _ token: SID?, _ transaction: any ReadTransaction
    ) throws -> (Participant, Conversation, MatchRule)? {
        if let token, let participant = try transaction.participant(token), participant.isBound, participant.binding?.pair.key == pair.key,
            let conversation = try transaction.conversation(participant.conversation)
        {
            return (participant, conversation, .token)
        }
        return try holder(pair, transaction).map { ($0.0, $0.1, .pair) }
    }

    private func holder(_ pair: Pair, _ transaction: any ReadTransaction) throws -> (Participant, Conversation)? {
        guard let participant = try transaction.boundParticipant(pair.key),
            let conversation = try transaction.conversation(participant.conversation)
        else { return nil }
        return (participant, conversation)
    }

    private func append(
        _ participant: Participant, _ conversation: Conversation, _ rule: MatchRule, _ pair: Pair, _ flags: Set<Message.Flag>,
        _ transaction: any WriteTransaction, _ stamp: inout Stamp, _ effects: inout [Effect]
    ) throws -> InboundVerdict {
        // One mail makes at most one message in a conversation, however many of its recipients led there.
        if pair.address.channel == .email, let identity = fact.identity {
            let key = "mail|\(conversation.sid)|\(identity)|\(said)"
            if let known = try transaction.inboxItem(adapter: adapter, dedupeKey: key) {
                return .repeated(conversation: known.conversation, message: known.message)
            }
        }
        var draft = MessageDraft(conversation: conversation, author: fact.sender)
        draft.participant = participant
        draft.body = fact.text.flatMap { $0.isEmpty ? nil : $0 }
        draft.subject = fact.subject.map { String($0.prefix(rules.limits.nameCharacters)) }
        draft.matchedBy = rule
        draft.flags = flags
        for kept in item.media {
            let media = Media(
                sid: stamp.identifiers.sid(.media), service: conversation.service, key: kept.key, contentType: kept.contentType,
                size: kept.size, filename: kept.filename,
                author: fact.sender, created: stamp.now)
            try transaction.insert(media)
            draft.media.append(media.sid)
        }
        let message = try draft.append(transaction, rules, &stamp, &effects)
        if let id = fact.messageID {
            try transaction.recordMailID(
                id, conversation: conversation.sid, participant: participant.sid, message: message.sid, ours: false, at: stamp.now)
        }
        if pair.address.channel == .email, let identity = fact.identity {
            _ = try transaction.insert(
                NewInboxItem(
                    adapter: adapter, dedupeKey: "mail|\(conversation.sid)|\(identity)|\(said)", contentDigest: "", kind: .message,
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

    private func answer(again known: InboxItem) -> InboundVerdict {
        switch known.verdict {
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
    private var digest: String { ContentDigest.hex(ofParts: [fact.proxy.lowercased(), said]) }

    /// What was said, to whomever of ours.
    private var said: String {
        ContentDigest.hex(
            ofParts: [fact.sender.lowercased(), fact.subject ?? "", fact.text ?? ""]
                + item.media.map { "\($0.contentType) \($0.key.rawValue)" })
    }
}

extension InboundFact {
    /// The problem of a mail of which not even the parts were told apart.
    static let unparsable = "unparsable"
}

/// Where an inbound address leads, before anything of the message is known.
enum ProxyRoute: Sendable, Hashable {
    case served(adapter: String, proxy: Address, token: SID?)
    case forged
    case unknown

    /// Takes a reply token off (`local+token@domain`) when it is ours; a text that has a token's form and is not ours is a forgery.
    /// Separators that mail systems are known to write in place of the plus are taken too.
    init(_ text: String, rules: Rules) {
        guard let address = try? Address(text) else {
            self = .unknown
            return
        }
        if address.channel == .email, let (bare, token) = ProxyRoute.split(address) {
            if let owner = rules.directory.owner(of: bare), let sid = rules.installation.mail.participant(ofToken: token, proxy: bare) {
                self = .served(adapter: owner.name, proxy: bare, token: sid)
            } else {
                self = .forged
            }
            return
        }
        if let owner = rules.directory.owner(of: address) {
            self = .served(adapter: owner.name, proxy: address, token: nil)
        } else {
            self = .unknown
        }
    }

    var proxy: Address? {
        if case .served(_, let proxy, _) = self { proxy } else { nil }
    }

    /// The address without its last tag, and the tag, when the tag has the form of a token.
    private static func split(_ address: Address) -> (bare: Address, token: String)? {
        let parts = address.key.split(separator: "@", maxSplits: 1).map(String.init)
        guard parts.count == 2, let mark = parts[0].lastIndex(where: { "+-=".contains($0) }) else { return nil }
        let token = String(parts[0][parts[0].index(after: mark)...])
        guard MailSigner.hasTokenForm(token), let bare = try? Address("\(parts[0][..<mark])@\(parts[1])") else { return nil }
        return (bare, token)
    }
}
