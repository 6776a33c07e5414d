public import ParleyCore

/// How a path names what is between a user and a conversation.
public struct UserConversationName: Sendable, Hashable {
    public let user: UserName
    public let conversation: ConversationName

    public init(_ user: UserName, _ conversation: ConversationName) {
        self.user = user
        self.conversation = conversation
    }

    /// The user with their participation, or 404/20404 when one of them is not there or the user is not in the conversation.
    public func find(in transaction: any ReadTransaction, default: SID) throws -> (user: User, membership: Membership) {
        let user = try user.find(in: transaction, default: `default`)
        let conversation = try conversation.find(in: transaction, default: `default`)
        guard let participant = try transaction.participant(identity: user.identity, in: conversation.sid) else {
            throw Refusal.notFound("/Users/\(user.sid)/Conversations/\(conversation.sid)")
        }
        return (user, Membership(participant: participant, conversation: conversation))
    }

    /// Keeps users out of conversations that they are not in, before they are told who is.
    func admit(_ origin: Origin, _ transaction: any ReadTransaction, default: SID) throws {
        guard origin.identity != nil else { return }
        try Permissions.mayRead(conversation.find(in: transaction, default: `default`), transaction, origin)
    }
}

/// A caller set how a user is notified of a conversation, or how far they have read it.
public struct UpdateUserConversation: Fact {
    public var name: UserConversationName
    public var notificationLevel: Participant.NotificationLevel?
    public var lastReadIndex: Int?
    public var lastReadAt: Instant?

    public init(
        _ name: UserConversationName, notificationLevel: Participant.NotificationLevel? = nil, lastReadIndex: Int? = nil,
        lastReadAt: Instant? = nil
    ) {
        self.name = name
        self.notificationLevel = notificationLevel
        self.lastReadIndex = lastReadIndex
        self.lastReadAt = lastReadAt
    }

    public struct Answer: Sendable {
        public var user: User
        public var membership: Membership
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> Answer
    {
        try name.admit(stamp.origin, transaction, default: rules.installation.service)
        let (user, membership) = try name.find(in: transaction, default: rules.installation.service)
        try Permissions.mayUpdate(membership, by: self, transaction, stamp.origin)
        let conversation = membership.conversation
        var participant = membership.participant
        guard conversation.state != .closed else { throw Refusal.conversationClosed }
        if let notificationLevel { participant.notificationLevel = notificationLevel }
        try ReadHorizon.move(&participant, to: lastReadIndex, at: lastReadAt, in: conversation, now: stamp.now)
        participant.updated = stamp.now
        try transaction.update(participant)
        try transaction.append(
            Event(
                .participantUpdated, in: conversation, subject: participant.sid, payload: EventPayload.participant(participant), by: stamp))
        effects.append(.publish)
        return Answer(user: user, membership: Membership(participant: participant, conversation: conversation))
    }
}

/// A chat user said how far they have read a conversation that they are in, or how they are notified of it.
public struct UpdateOwnConversation: Fact {
    public var conversation: ConversationName
    public var horizon: ReadHorizon.Move?
    public var notificationLevel: Participant.NotificationLevel?

    public init(
        _ conversation: ConversationName, horizon: ReadHorizon.Move? = nil, notificationLevel: Participant.NotificationLevel? = nil
    ) {
        self.conversation = conversation
        self.horizon = horizon
        self.notificationLevel = notificationLevel
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> Membership
    {
        let (before, after) = try carriedOut(transaction, rules, by: stamp.origin, now: stamp.now)
        // Somebody who reads on several devices says much that is known already: nobody is told of it again.
        guard after.participant != before else { return after }
        var membership = after
        membership.participant.updated = stamp.now
        try transaction.update(membership.participant)
        try transaction.append(
            Event(
                .participantUpdated, in: membership.conversation, subject: membership.participant.sid,
                payload: EventPayload.participant(membership.participant), by: stamp))
        effects.append(.publish)
        return membership
    }

    /// The user's participant as it is, and their participation as it is to be.
    ///
    /// - Throws: 404/20404; 403/50430 for whoever is not in the conversation; what ``Permissions`` refuses; 400/50377 when it is closed;
    ///   400/20001 when the horizon is to lie beyond the last message.
    func carriedOut(_ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin, now: Instant) throws
        -> (before: Participant, after: Membership)
    {
        let conversation = try conversation.find(in: transaction, default: rules.installation.service)
        let before = try Permissions.mayUpdate(conversation, by: self, transaction, origin)
        guard conversation.state != .closed else { throw Refusal.conversationClosed }
        var participant = before
        if let notificationLevel { participant.notificationLevel = notificationLevel }
        if let horizon { try ReadHorizon.move(&participant, horizon, in: conversation, now: now) }
        return (before, Membership(participant: participant, conversation: conversation))
    }
}

/// A caller took a user out of a conversation: their participant is removed.
public struct LeaveConversation: Fact {
    public var name: UserConversationName

    public init(_ name: UserConversationName) { self.name = name }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws {
        try name.admit(stamp.origin, transaction, default: rules.installation.service)
        let (_, membership) = try name.find(in: transaction, default: rules.installation.service)
        try Permissions.mayRemove(membership.participant, from: membership.conversation, transaction, stamp.origin)
        try RemoveParticipant.remove(
            membership.participant, from: membership.conversation, because: "the user left", transaction, rules, stamp, &effects)
    }
}
