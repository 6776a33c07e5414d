public import ParleyCore

/// A conversation as an export has it.
public struct ImportedConversation: Sendable, Hashable {
    public var state: Conversation.State
    public var uniqueName: String?
    public var friendlyName: String?
    public var attributes: String
    public var messagingService: SID?
    public var created: Instant
    public var updated: Instant
    public var inactiveTimer: String?
    public var closedTimer: String?
    public var emailName: String?
    public var emailAddress: String?
    public var createdBy: String

    public init(
        state: Conversation.State, uniqueName: String?, friendlyName: String?, attributes: String, messagingService: SID?, created: Instant,
        updated: Instant, inactiveTimer: String?, closedTimer: String?, emailName: String?, emailAddress: String?, createdBy: String
    ) {
        self.state = state
        self.uniqueName = uniqueName
        self.friendlyName = friendlyName
        self.attributes = attributes
        self.messagingService = messagingService
        self.created = created
        self.updated = updated
        self.inactiveTimer = inactiveTimer
        self.closedTimer = closedTimer
        self.emailName = emailName
        self.emailAddress = emailAddress
        self.createdBy = createdBy
    }
}

/// A participant as an export has it.
public struct ImportedParticipant: Sendable, Hashable {
    /// As it was in the conversation that was exported.
    public var sid: SID
    public var identity: String?
    public var pair: Pair?
    public var role: SID?
    public var attributes: String
    public var created: Instant
    public var updated: Instant
    public var lastReadIndex: Int?
    public var lastReadAt: Instant?
    public var notificationLevel: Participant.NotificationLevel

    public init(
        sid: SID, identity: String?, pair: Pair?, role: SID?, attributes: String, created: Instant, updated: Instant, lastReadIndex: Int?,
        lastReadAt: Instant?, notificationLevel: Participant.NotificationLevel
    ) {
        self.sid = sid
        self.identity = identity
        self.pair = pair
        self.role = role
        self.attributes = attributes
        self.created = created
        self.updated = updated
        self.lastReadIndex = lastReadIndex
        self.lastReadAt = lastReadAt
        self.notificationLevel = notificationLevel
    }
}

/// A message as an export has it.
public struct ImportedMessage: Sendable, Hashable {
    public var index: Int
    public var author: String
    /// As it was in the conversation that was exported.
    public var participant: SID?
    public var body: String?
    public var subject: String?
    public var attributes: String
    public var created: Instant
    public var updated: Instant
    public var media: [Medium]

    public struct Medium: Sendable, Hashable {
        public var key: MediaKey
        public var contentType: String
        public var size: Int
        public var filename: String?
        public var category: Media.Category
        /// True when the import brought the bytes. Without them the medium is taken over only when the service has it already.
        public var isKept: Bool

        public init(key: MediaKey, contentType: String, size: Int, filename: String?, category: Media.Category, isKept: Bool) {
            self.key = key
            self.contentType = contentType
            self.size = size
            self.filename = filename
            self.category = category
            self.isKept = isKept
        }
    }

    public init(
        index: Int, author: String, participant: SID?, body: String?, subject: String?, attributes: String, created: Instant,
        updated: Instant, media: [Medium]
    ) {
        self.index = index
        self.author = author
        self.participant = participant
        self.body = body
        self.subject = subject
        self.attributes = attributes
        self.created = created
        self.updated = updated
        self.media = media
    }
}

/// One line of an import with its number, which a refusal names.
public struct Numbered<Content: Sendable & Hashable>: Sendable, Hashable {
    public var line: Int
    public var content: Content

    public init(_ content: Content, line: Int) {
        self.line = line
        self.content = content
    }

    /// Runs a check, and names the line in its refusal.
    func check<Result>(_ run: (Content) throws -> Result) throws -> Result {
        do {
            return try run(content)
        } catch let refusal as Refusal {
            throw Refusal(code: refusal.code, status: refusal.status, message: "Line \(line): \(refusal.message)")
        }
    }
}

/// An import began. Its conversation stands in the database as `initializing` and is seen by nobody until it is published whole.
public struct BeginImport: Fact {
    public var conversation: Numbered<ImportedConversation>
    /// Nil for the default service.
    public var service: SID?

    public init(_ conversation: Numbered<ImportedConversation>, in service: SID? = nil) {
        self.conversation = conversation
        self.service = service
    }

    /// Returns the staged conversation's new identifier.
    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> SID {
        let service = try transaction.live(service ?? rules.installation.service).sid
        let staged = try conversation.check { imported in
            try imported.row(sid: stamp.identifiers.sid(.conversation), service: service, rules)
        }
        if let name = staged.uniqueName, try transaction.conversation(uniqueName: name, service: service) != nil {
            throw Refusal.uniqueNameTaken
        }
        var hidden = staged
        hidden.state = .initializing
        hidden.uniqueName = nil
        try transaction.stage(hidden, at: stamp.now)
        return staged.sid
    }
}

/// Some more lines of an import came.
public struct StageImport: Fact {
    public var conversation: SID
    public var service: SID?
    public var participants: [Numbered<ImportedParticipant>]
    public var messages: [Numbered<ImportedMessage>]
    /// The new identifiers of the participants staged so far, by their old ones.
    public var people: [SID: SID]
    /// True when the pairs are to be held once the import is whole.
    public var binds: Bool

    public init(
        _ conversation: SID, in service: SID?, participants: [Numbered<ImportedParticipant>], messages: [Numbered<ImportedMessage>],
        people: [SID: SID], binds: Bool
    ) {
        self.conversation = conversation
        self.service = service
        self.participants = participants
        self.messages = messages
        self.people = people
        self.binds = binds
    }

    /// Returns the new identifiers of all participants so far, by their old ones.
    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> [SID: SID]
    {
        let service = try transaction.live(service ?? rules.installation.service)
        var people = people
        let participants = try participants.map { numbered in
            let row = try numbered.check { imported in
                var row = try imported.row(sid: stamp.identifiers.sid(.participant), in: conversation, rules, binds: binds)
                row.role = try RoleChoice.ofImported(imported.role, identity: row.identity, in: service, transaction)
                return row
            }
            people[numbered.content.sid] = row.sid
            return row
        }
        try transaction.stage(participants, [], in: conversation)
        for numbered in messages {
            let row = try numbered.check { imported in
                try imported.row(
                    sid: stamp.identifiers.sid(.message), in: conversation, participant: imported.participant.flatMap { people[$0] }, rules)
            }
            try transaction.stage([], [row], in: conversation)
            var media: [SID] = []
            for medium in numbered.content.media where try medium.isKept || transaction.hasMedia(medium.key, in: service.sid) {
                let added = Media(
                    sid: stamp.identifiers.sid(.media), service: service.sid, key: medium.key, contentType: medium.contentType,
                    size: medium.size, filename: medium.filename, category: medium.category, author: row.author, created: row.created)
                try transaction.insert(added)
                media.append(added.sid)
            }
            _ = try transaction.attach(media, to: row.sid)
        }
        return people
    }
}

/// The last line of an import came: the conversation is there, as it was exported. Nothing is sent and no webhook fires.
public struct PublishImport: Fact {
    public var staged: SID
    public var conversation: Numbered<ImportedConversation>
    public var service: SID?
    public var binds: Bool

    public init(_ staged: SID, _ conversation: Numbered<ImportedConversation>, in service: SID?, binds: Bool) {
        self.staged = staged
        self.conversation = conversation
        self.service = service
        self.binds = binds
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> Conversation
    {
        let service = try transaction.live(service ?? rules.installation.service).sid
        var row = try conversation.check { try $0.row(sid: staged, service: service, rules) }
        row.wind(from: stamp.now)
        try transaction.publish(row, binding: binds && row.state != .closed)
        if row.state == .closed { try transaction.unbindParticipants(of: staged) }
        guard let published = try transaction.conversation(staged) else { throw Refusal.notFound("/Conversations/\(staged)") }
        var silent = stamp
        silent.origin.firesWebhooks = false
        try welcome(published, transaction, rules, &silent, &effects)
        stamp.identifiers = silent.identifiers
        try transaction.append(
            Event(.conversationAdded, in: published, payload: EventPayload.conversation(published), by: silent))
        effects.append(.publish)
        return published
    }

    /// The people of the conversation become what they would be had they been added one by one: chat participants are users of the service,
    /// in no more conversations than one may be, and nobody has read what is not there.
    private func welcome(
        _ published: Conversation, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: inout Stamp, _ effects: inout [Effect]
    ) throws {
        var request: PageRequest? = PageRequest(size: 200)
        while let next = request {
            let page = try transaction.participants(in: published.sid, page: next)
            for var participant in page.rows {
                if let identity = participant.identity {
                    if published.state != .closed { try Users.confirm(identity, in: published.service, transaction, rules.limits) }
                    try Users.ensure(identity, in: published.service, transaction, rules, &stamp, &effects)
                }
                // The message read last may have been deleted before the export.
                if let horizon = participant.lastReadIndex, horizon >= published.nextIndex {
                    participant.lastReadIndex = published.nextIndex > 0 ? published.nextIndex - 1 : nil
                    try transaction.update(participant)
                }
            }
            request = page.next.map { PageRequest(size: 200, cursor: $0) }
        }
    }
}

/// An import failed, or all that the last daemon left in the middle did: what is staged is given up, together with the bytes that it
/// brought.
public struct AbandonImport: Fact {
    /// Nil for every import.
    public var conversation: SID?
    public var keys: [MediaKey]

    public init(_ conversation: SID? = nil, keys: [MediaKey] = []) {
        self.conversation = conversation
        self.keys = keys
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws {
        try transaction.abandonImports(conversation)
        try transaction.loosen(keys)
    }
}

/// Takes some rows of abandoned imports away.
public struct DiscardImports: Fact {
    public init() {}

    /// Returns the number of rows; call again while it is not 0.
    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> Int {
        try transaction.discardAbandoned(limit: 200)
    }
}
