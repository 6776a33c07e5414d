public import ParleyCore

/// How a path names a conversation: by its identifier or its unique name.
public struct ConversationName: Sendable, Hashable {
    /// As it stood in the path, percent-decoded.
    public let text: String
    /// The service that the path names; nil for the default one.
    public let service: SID?

    public init(_ text: String, in service: SID? = nil) {
        self.text = text
        self.service = service
    }

    public init(_ sid: SID, in service: SID? = nil) { self.init(sid.text, in: service) }

    /// The conversation, or 404/20404.
    ///
    /// - Parameter default: the service that is meant when none is named.
    public func find(in transaction: any ReadTransaction, default: SID) throws -> Conversation {
        let service = service ?? `default`
        let found =
            if let sid = SID(text, .conversation) {
                try transaction.conversation(sid)
            } else {
                try transaction.conversation(uniqueName: text, service: service)
            }
        guard let found, found.service == service else { throw Refusal.notFound("/Conversations/\(text)") }
        return found
    }
}

/// What a caller may say of a conversation. Nil leaves it as it is.
public struct ConversationChanges: Sendable, Hashable {
    public var friendlyName: String?
    /// Empty removes it.
    public var uniqueName: String?
    public var attributes: String?
    public var state: Conversation.State?
    public var messagingService: SID?
    /// ISO 8601 durations; empty removes the timer.
    public var inactiveTimer: String?
    public var closedTimer: String?
    public var emailName: String?
    public var emailAddress: String?
    public var created: Instant?
    public var updated: Instant?

    public init() {}

    /// With what the account configures for new conversations in the place of what was not said.
    func completed(by account: AccountConfiguration?) -> ConversationChanges {
        var changes = self
        changes.inactiveTimer = inactiveTimer ?? account?.inactiveTimer
        changes.closedTimer = closedTimer ?? account?.closedTimer
        changes.messagingService = messagingService ?? account?.messagingService
        return changes
    }
}

/// A caller asked for a new conversation.
public struct CreateConversation: Fact {
    public var changes: ConversationChanges
    /// Nil for the default service.
    public var service: SID?
    /// True while participants are still to come in the same step.
    var isInitializing = false

    public init(_ changes: ConversationChanges, in service: SID? = nil) {
        self.changes = changes
        self.service = service
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> Conversation
    {
        guard changes.state != .closed else { throw Refusal.createdClosed }
        let service = try transaction.live(service ?? rules.installation.service)
        try Permissions.mayCreate(self, in: service.sid, transaction, stamp.origin)
        let changes = try changes.completed(by: transaction.accountConfiguration())
        let created = changes.created ?? stamp.now
        var conversation = Conversation(
            sid: stamp.identifiers.sid(.conversation), service: service.sid, created: created,
            updated: changes.updated ?? created, createdBy: stamp.origin.identity ?? "system")
        try conversation.take(changes, transaction, rules, stamp.now)
        if isInitializing { conversation.state = .initializing }
        try transaction.insert(conversation)
        try transaction.append(
            Event(.conversationAdded, in: conversation, payload: EventPayload.conversation(conversation), by: stamp))
        effects.append(.publish)
        if let identity = stamp.origin.identity {
            // A user is in what they make, with the creator's role.
            try AddParticipant(to: ConversationName(conversation.sid, in: conversation.service), identity: identity)
                .add(to: conversation, transaction, rules, &stamp, &effects)
        }
        return conversation
    }
}

/// A caller changed a conversation.
public struct UpdateConversation: Fact {
    public var name: ConversationName
    public var changes: ConversationChanges

    public init(_ name: ConversationName, _ changes: ConversationChanges) {
        self.name = name
        self.changes = changes
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> Conversation
    {
        var conversation = try name.find(in: transaction, default: rules.installation.service)
        try Permissions.mayUpdate(conversation, changes, transaction, stamp.origin)
        guard conversation.state != .closed else { throw Refusal.conversationClosed }
        let before = conversation.state
        conversation.updated = changes.updated ?? stamp.now
        if let created = changes.created { conversation.created = created }
        try conversation.take(changes, transaction, rules, stamp.now)
        try transaction.update(conversation)
        try transaction.append(
            Event(.conversationUpdated, in: conversation, payload: EventPayload.conversation(conversation), by: stamp))
        try StateChange.announce(conversation, from: before, reason: "API", transaction, stamp)
        if conversation.state == .closed { try transaction.unbindParticipants(of: conversation.sid) }
        effects.append(.publish)
        return conversation
    }
}

/// A caller deleted a conversation: its pairs are free, what has not left is cancelled, and its rows stay as tombstones.
public struct DeleteConversation: Fact {
    public var name: ConversationName

    public init(_ name: ConversationName) { self.name = name }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws {
        let conversation = try name.find(in: transaction, default: rules.installation.service)
        try Permissions.mayDelete(conversation, transaction, stamp.origin)
        try Settlement.cancel(
            .conversation(conversation.sid), because: "the conversation was deleted", transaction, rules, stamp, &effects)
        try transaction.unbindParticipants(of: conversation.sid)
        try transaction.delete(conversation.sid, at: stamp.now)
        try transaction.append(
            Event(.conversationRemoved, in: conversation, payload: EventPayload.conversation(conversation), by: stamp))
        effects.append(.publish)
    }
}

enum StateChange {
    /// Appends the event when the state is another than before.
    static func announce(
        _ conversation: Conversation, from before: Conversation.State, reason: String, _ transaction: any WriteTransaction, _ stamp: Stamp
    ) throws {
        guard conversation.state != before else { return }
        try transaction.append(
            Event(
                .conversationStateUpdated, in: conversation,
                payload: EventPayload.state(conversation, from: before, reason: reason), by: stamp))
    }
}

extension Conversation {
    /// Checks and takes changes over.
    fileprivate mutating func take(_ changes: ConversationChanges, _ transaction: any ReadTransaction, _ rules: Rules, _ now: Instant)
        throws
    {
        let limits = rules.limits
        if let name = changes.friendlyName { friendlyName = try limits.name(name, "FriendlyName") }
        if let name = changes.uniqueName {
            guard SID(name, .conversation) == nil else { throw Refusal.uniqueNameLikeSID }
            let name = try limits.name(name, "UniqueName")
            if !name.isEmpty, let holder = try transaction.conversation(uniqueName: name, service: service), holder.sid != sid {
                throw Refusal.uniqueNameTaken
            }
            uniqueName = name.isEmpty ? nil : name
        }
        if let text = changes.attributes { attributes = try limits.attributes(text, bytes: limits.conversationAttributesBytes) }
        if let service = changes.messagingService { messagingService = service }
        if let name = changes.emailName { emailBindingName = name.isEmpty ? nil : try limits.name(name, "Bindings.Email.Name") }
        if let text = changes.emailAddress {
            let isMailbox = (try? Address(text))?.channel == .email
            guard text.isEmpty || isMailbox else { throw Refusal.invalid("Bindings.Email.Address", "expected a mail address") }
            emailBindingAddress = text.isEmpty ? nil : try limits.name(text, "Bindings.Email.Address")
        }
        if let state = changes.state { self.state = state }
        if let text = changes.inactiveTimer {
            inactiveTimer = try ISODuration.timer(text, "Timers.Inactive", shortest: .seconds(60), otherwise: .inactiveTimerTooShort)
        }
        if let text = changes.closedTimer {
            closedTimer = try ISODuration.timer(text, "Timers.Closed", shortest: .seconds(600), otherwise: .closedTimerTooShort)
        }
        wind(from: now)
    }

    /// Sets the times at which the timers act. The inactive timer runs while the conversation is active, the closed timer until it is
    /// closed.
    mutating func wind(from now: Instant) {
        inactiveAt = state == .active ? inactiveTimer.flatMap(ISODuration.parse).map { now + $0 } : nil
        closedAt = state == .closed ? nil : closedTimer.flatMap(ISODuration.parse).map { now + $0 }
    }
}
