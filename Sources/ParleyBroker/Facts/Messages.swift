public import ParleyCore

/// A caller said something in a conversation.
public struct CreateMessage: Fact {
    public var conversation: ConversationName
    /// `system` when nobody is named. A user of an application is the author of what they say, whoever is named.
    public var author: String
    public var body: String?
    public var subject: String?
    public var attributes: String?
    public var media: [SID]
    public var created: Instant?
    public var updated: Instant?
    /// What pre-webhooks changed. The caller's permission is judged without it.
    var changed = HookChanges()

    /// The author of what nobody is named for.
    static let nobody = "system"

    public init(
        in conversation: ConversationName, author: String? = nil, body: String? = nil, subject: String? = nil, attributes: String? = nil,
        media: [SID] = [], created: Instant? = nil, updated: Instant? = nil
    ) {
        self.conversation = conversation
        self.author = author.flatMap { $0.isEmpty ? nil : $0 } ?? CreateMessage.nobody
        self.body = body
        self.subject = subject
        self.attributes = attributes
        self.media = media
        self.created = created
        self.updated = updated
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> Message
    {
        let conversation = try conversation.find(in: transaction, default: rules.installation.service)
        let speaker = try Permissions.maySend(self, in: conversation, transaction, stamp.origin)
        guard conversation.state != .closed else { throw Refusal.conversationClosed }
        let (body, attributes) = (changed.body ?? body, changed.attributes ?? attributes)
        // An application may say with attributes alone what it has to say: its user's empty body is one (contract: SDK §1, sendMessage(null)).
        guard !media.isEmpty || !(body ?? "").isEmpty || speaker != nil && body != nil else { throw Refusal.bodyMissing }
        let author = try rules.limits.author(changed.author ?? speaker?.identity ?? author)
        guard Set(media).count == media.count else { throw Refusal.mediaUsed }
        for sid in media {
            guard let medium = try transaction.media(sid), medium.service == conversation.service else { throw Refusal.mediaUnknown }
            // What another user uploaded is not theirs to say; they are not told whether it is there.
            if let speaker, medium.author != speaker.identity { throw Refusal.mediaUnknown }
            guard medium.message == nil else { throw Refusal.mediaUsed }
        }
        var draft = MessageDraft(conversation: conversation, author: author)
        draft.participant = try speaker ?? Author.participant(author, in: conversation.sid, transaction)
        draft.body = try body.map(rules.limits.body)
        draft.subject = try subject.map { try rules.limits.name($0, "Subject") }
        draft.attributes = try rules.limits.attributes(attributes ?? "{}", bytes: rules.limits.attributesBytes)
        draft.media = media
        draft.created = created
        draft.updated = updated
        return try draft.append(transaction, rules, &stamp, &effects)
    }
}

/// Who an author's name stands for.
enum Author {
    /// The live participant whose identity or address it is.
    static func participant(_ author: String, in conversation: SID, _ transaction: any ReadTransaction) throws -> Participant? {
        if let found = try transaction.participant(identity: author, in: conversation) { return found }
        guard let address = try? Address(author) else { return nil }
        return try transaction.participant(addressKey: address.key, in: conversation)
    }
}

/// A message on its way into a conversation: the one path by which any message gets its index and its deliveries.
struct MessageDraft {
    var conversation: Conversation
    var author: String
    var participant: Participant?
    var body: String?
    var subject: String?
    var attributes = "{}"
    var media: [SID] = []
    var created: Instant?
    var updated: Instant?
    var matchedBy: MatchRule?
    var flags: Set<Message.Flag> = []
    /// The only one it is sent to; nil for everybody else. Whoever is in the conversation sees it all the same.
    var recipient: SID?

    init(conversation: Conversation, author: String) {
        self.conversation = conversation
        self.author = author
    }

    private var isBare: Bool { (body ?? "").isEmpty && media.isEmpty && (subject ?? "").isEmpty }

    /// Takes the next index, writes the message, wakes the conversation, and queues one delivery for everybody else.
    func append(_ transaction: any WriteTransaction, _ rules: Rules, _ stamp: inout Stamp, _ effects: inout [Effect]) throws -> Message {
        let index = try transaction.allotIndex(in: conversation.sid, at: stamp.now)
        let created = created ?? stamp.now
        let message = Message(
            sid: stamp.identifiers.sid(.message), conversation: conversation.sid, index: index, author: author,
            participant: participant?.sid,
            body: body, subject: subject, attributes: attributes, created: created, updated: updated ?? created, matchedBy: matchedBy,
            flags: flags)
        try transaction.insert(message)
        guard try transaction.attach(media, to: message.sid) else { throw Refusal.mediaUsed }
        // Of a message that is attributes alone there is nothing that people outside could be sent.
        let adapters = isBare ? [] : try transaction.fanOut(message, except: exclusion, rules: rules.fanOut(at: stamp.now))
        // The event tells how many it goes out to.
        let counted = try transaction.message(message.sid) ?? message
        try transaction.append(
            Event(
                .messageAdded, in: conversation, subject: message.sid,
                payload: EventPayload.message(
                    counted, media: try media.isEmpty ? [] : transaction.media(of: [message.sid])[message.sid] ?? []), by: stamp))
        try wake(transaction, stamp)
        effects.append(contentsOf: adapters.sorted().map { .dispatch(adapter: $0) })
        effects.append(.publish)
        return counted
    }

    /// A message makes an inactive conversation active at once, and winds its timers again.
    private func wake(_ transaction: any WriteTransaction, _ stamp: Stamp) throws {
        guard conversation.state == .inactive || conversation.inactiveTimer != nil || conversation.closedTimer != nil else { return }
        var woken = conversation
        woken.state = .active
        woken.wind(from: stamp.now)
        try transaction.update(woken)
        try StateChange.announce(woken, from: conversation.state, reason: "EVENT", transaction, stamp)
    }

    /// The author under every name they have: nobody gets what they said themselves.
    private var exclusion: FanOutExclusion {
        if let recipient { return FanOutExclusion(only: recipient) }
        var exclusion = FanOutExclusion(participant: participant?.sid)
        for name in [author, participant?.identity, participant?.binding?.pair.address.text].compactMap(\.self) {
            exclusion.identities.insert(name)
            if let address = try? Address(name) { exclusion.addressKeys.insert(address.key) }
        }
        return exclusion
    }
}

/// A caller edited a message. What was sent is not sent again.
public struct UpdateMessage: Fact {
    public var conversation: ConversationName
    public var message: SID
    public var author: String?
    public var body: String?
    public var subject: String?
    public var attributes: String?
    public var created: Instant?
    public var updated: Instant?
    /// What pre-webhooks changed. The caller's permission is judged without it.
    var changed = HookChanges()

    public init(_ message: SID, in conversation: ConversationName) {
        self.message = message
        self.conversation = conversation
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> Message
    {
        let conversation = try conversation.find(in: transaction, default: rules.installation.service)
        guard var message = try transaction.message(message, in: conversation.sid) else {
            throw Refusal.notFound("/Conversations/\(conversation.sid)/Messages/\(message)")
        }
        try Permissions.mayUpdate(message, by: self, in: conversation, transaction, stamp.origin)
        guard conversation.state != .closed else { throw Refusal.conversationClosed }
        let (author, body, attributes) = (changed.author ?? author, changed.body ?? body, changed.attributes ?? attributes)
        if let author {
            message.author = try rules.limits.author(author.isEmpty ? "system" : author)
            message.participant = try Author.participant(author, in: conversation.sid, transaction)?.sid
        }
        if let body {
            if body.isEmpty, try transaction.media(of: [message.sid])[message.sid]?.isEmpty ?? true { throw Refusal.bodyMissing }
            message.body = try rules.limits.body(body)
            // Other words are no longer what somebody who is stopped may be sent.
            message.flags.remove(.consentConfirmation)
        }
        if let subject { message.subject = try rules.limits.name(subject, "Subject") }
        if let attributes { message.attributes = try rules.limits.attributes(attributes, bytes: rules.limits.attributesBytes) }
        if let created { message.created = created }
        message.updated = updated ?? stamp.now
        try transaction.update(message)
        try transaction.append(
            Event(
                .messageUpdated, in: conversation, subject: message.sid,
                payload: EventPayload.message(message, media: try transaction.media(of: [message.sid])[message.sid] ?? []), by: stamp))
        effects.append(.publish)
        return message
    }
}

/// A caller deleted a message: it leaves the list, what has not left is cancelled, and its index is never used again.
public struct DeleteMessage: Fact {
    public var conversation: ConversationName
    public var message: SID

    public init(_ message: SID, in conversation: ConversationName) {
        self.message = message
        self.conversation = conversation
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws {
        let conversation = try conversation.find(in: transaction, default: rules.installation.service)
        guard let message = try transaction.message(message, in: conversation.sid) else {
            throw Refusal.notFound("/Conversations/\(conversation.sid)/Messages/\(message)")
        }
        try Permissions.mayDelete(message, in: conversation, transaction, stamp.origin)
        try Settlement.cancel(.message(message.sid), because: "the message was deleted", transaction, rules, stamp, &effects)
        let counted = try transaction.message(message.sid) ?? message
        try transaction.delete(message, at: stamp.now)
        try transaction.append(
            Event(
                .messageRemoved, in: conversation, subject: message.sid,
                payload: EventPayload.message(counted, media: try transaction.media(of: [message.sid])[message.sid] ?? []), by: stamp))
        effects.append(.publish)
    }
}

/// A caller uploaded a medium whose bytes are kept already.
public struct RegisterMedia: Fact {
    /// Nil for the default service.
    public var service: SID?
    public var key: MediaKey
    public var contentType: String
    public var size: Int
    public var filename: String?
    public var category: Media.Category
    public var author: String?

    public init(
        in service: SID? = nil, key: MediaKey, contentType: String, size: Int, filename: String? = nil, category: Media.Category = .media,
        author: String? = nil
    ) {
        self.service = service
        self.key = key
        self.contentType = contentType
        self.size = size
        self.filename = filename
        self.category = category
        self.author = author
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> Media
    {
        let service = try transaction.live(service ?? rules.installation.service).sid
        let media = Media(
            sid: stamp.identifiers.sid(.media), service: service, key: key, contentType: contentType,
            size: size, filename: filename, category: category,
            author: stamp.origin.identity ?? author, created: stamp.now)
        try transaction.insert(media)
        return media
    }
}
