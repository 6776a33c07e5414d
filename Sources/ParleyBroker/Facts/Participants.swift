public import ParleyCore

/// How a path names a participant: by identifier or, for chat participants, by identity.
public struct ParticipantName: Sendable, Hashable {
    /// As it stood in the path, percent-decoded.
    public let text: String

    public init(_ text: String) { self.text = text }

    /// The live participant, or 404/20404.
    public func find(in conversation: Conversation, _ transaction: any ReadTransaction) throws -> Participant {
        let found =
            if let sid = SID(text, .participant) {
                try transaction.participant(sid, in: conversation.sid)
            } else {
                try transaction.participant(identity: text, in: conversation.sid)
            }
        guard let found else { throw Refusal.notFound("/Conversations/\(conversation.sid)/Participants/\(text)") }
        return found
    }
}

/// A caller added a participant: a chat user by identity, or a person outside by the pair of addresses.
public struct AddParticipant: Fact {
    public var conversation: ConversationName
    public var identity: String?
    public var address: String?
    public var proxyAddress: String?
    public var attributes: String?
    public var role: SID?
    public var created: Instant?
    public var updated: Instant?

    public init(
        to conversation: ConversationName, identity: String? = nil, address: String? = nil, proxyAddress: String? = nil,
        attributes: String? = nil,
        role: SID? = nil, created: Instant? = nil, updated: Instant? = nil
    ) {
        self.conversation = conversation
        self.identity = identity
        self.address = address
        self.proxyAddress = proxyAddress
        self.attributes = attributes
        self.role = role
        self.created = created
        self.updated = updated
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> Participant
    {
        let conversation = try conversation.find(in: transaction, default: rules.installation.service)
        try Permissions.mayAdd(self, to: conversation, transaction, stamp.origin)
        guard conversation.state != .closed else { throw Refusal.conversationClosed }
        return try add(to: conversation, transaction, rules, &stamp, &effects)
    }

    /// Adds to a conversation that takes participants, on behalf of whoever may.
    @discardableResult
    func add(
        to conversation: Conversation, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: inout Stamp, _ effects: inout [Effect]
    ) throws -> Participant {
        let binding = try binding(rules)
        if let identity {
            guard binding == nil else { throw Refusal.identityOnNonChat }
            guard !identity.isEmpty else { throw Refusal.identityMissing }
            if try transaction.participant(identity: rules.limits.name(identity, "Identity"), in: conversation.sid) != nil {
                throw Refusal.identityTaken
            }
        } else if binding == nil {
            throw Refusal.identityMissing
        }
        if let binding, let holder = try transaction.boundParticipant(binding.pair.key) { throw Refusal.pairBound(in: holder.conversation) }
        guard conversation.participantCount < rules.limits.participants else { throw Refusal.participantsLimit(rules.limits.participants) }
        if binding != nil, conversation.nonChatCount >= rules.limits.nonChatParticipants {
            throw Refusal.nonChatLimit(rules.limits.nonChatParticipants)
        }
        if let identity {
            try Users.admit(identity, to: conversation.service, transaction, rules.limits)
            try Users.ensure(identity, in: conversation.service, transaction, rules, &stamp, &effects)
        }
        let created = created ?? stamp.now
        let participant = Participant(
            sid: stamp.identifiers.sid(.participant), conversation: conversation.sid, identity: identity, binding: binding,
            isBound: binding != nil,
            role: try RoleChoice.ofParticipant(role, identity: identity, in: conversation, transaction, by: stamp.origin),
            attributes: try rules.limits.attributes(attributes ?? "{}", bytes: rules.limits.attributesBytes), created: created,
            updated: updated ?? created)
        try transaction.insert(participant)
        try transaction.append(
            Event(
                .participantAdded, in: conversation, subject: participant.sid, payload: EventPayload.participant(participant), by: stamp))
        effects.append(.publish)
        return participant
    }

    private func binding(_ rules: Rules) throws -> Participant.Binding? {
        guard address != nil || proxyAddress != nil else { return nil }
        guard let address, !address.isEmpty else { throw Refusal.addressMissing }
        guard let proxyAddress, !proxyAddress.isEmpty else { throw Refusal.proxyAddressMissing }
        let person: Address
        do { person = try Address(address) } catch { throw Refusal.address(error) }
        let proxy: Address
        do { proxy = try Address(proxyAddress) } catch { throw Refusal.proxyAddress(error) }
        guard person != proxy else { throw Refusal.addressIsProxy }
        guard person.channel == proxy.channel else { throw Refusal.kindsDiffer }
        guard let owner = rules.directory.owner(of: proxy) else { throw Refusal.proxyNotServed }
        guard rules.directory.owner(of: person) == nil else { throw Refusal.addressIsOurs }
        return Participant.Binding(pair: Pair(proxy: proxy, address: person), adapter: owner.name)
    }
}

/// A caller changed a participant.
public struct UpdateParticipant: Fact {
    public var conversation: ConversationName
    public var participant: ParticipantName
    public var attributes: String?
    public var role: SID?
    public var identity: String?
    /// Any attempt to set a proxy address, or a projected address; empty when it is to be removed.
    public var proxyAddress: String?
    public var projectedAddress: String?
    public var lastReadIndex: Int?
    public var lastReadAt: Instant?
    public var created: Instant?
    public var updated: Instant?

    public init(_ participant: ParticipantName, in conversation: ConversationName) {
        self.participant = participant
        self.conversation = conversation
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> Participant
    {
        let conversation = try conversation.find(in: transaction, default: rules.installation.service)
        try Permissions.mayRead(conversation, transaction, stamp.origin)
        var participant = try participant.find(in: conversation, transaction)
        try Permissions.mayUpdate(participant, by: self, in: conversation, transaction, stamp.origin)
        guard conversation.state != .closed else { throw Refusal.conversationClosed }
        // Nobody's proxy address can be taken away: where one is, it is half of the pair.
        for (text, parameter) in [(proxyAddress, "ProxyAddress"), (projectedAddress, "ProjectedAddress")] {
            guard text == nil || (text == "" && participant.binding == nil) else {
                throw Refusal.notUpdatable("MessagingBinding.\(parameter)")
            }
        }
        let former = participant.identity
        if let identity, identity != participant.identity {
            guard participant.binding == nil else { throw Refusal.identityOnNonChat }
            guard !identity.isEmpty else { throw Refusal.identityMissing }
            if try transaction.participant(identity: rules.limits.name(identity, "Identity"), in: conversation.sid) != nil {
                throw Refusal.identityTaken
            }
            try Users.admit(identity, to: conversation.service, transaction, rules.limits)
            try Users.ensure(identity, in: conversation.service, transaction, rules, &stamp, &effects)
            participant.identity = identity
        }
        if let attributes { participant.attributes = try rules.limits.attributes(attributes, bytes: rules.limits.attributesBytes) }
        if let role { participant.role = try RoleChoice.check(role, .conversation, in: conversation.service, transaction) }
        try ReadHorizon.move(&participant, to: lastReadIndex, at: lastReadAt, in: conversation, now: stamp.now)
        if let created { participant.created = created }
        participant.updated = updated ?? stamp.now
        try transaction.update(participant)
        try transaction.append(
            Event(
                .participantUpdated, in: conversation, subject: participant.sid,
                payload: EventPayload.participant(participant, identityChanged: participant.identity != former), by: stamp))
        effects.append(.publish)
        return participant
    }
}

/// A caller removed a participant: the pair is free, what has not left for this person is cancelled, what they said stays.
public struct RemoveParticipant: Fact {
    public var conversation: ConversationName
    public var participant: ParticipantName

    public init(_ participant: ParticipantName, from conversation: ConversationName) {
        self.participant = participant
        self.conversation = conversation
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws {
        let conversation = try conversation.find(in: transaction, default: rules.installation.service)
        try Permissions.mayRead(conversation, transaction, stamp.origin)
        let participant = try participant.find(in: conversation, transaction)
        try Permissions.mayRemove(participant, from: conversation, transaction, stamp.origin)
        try Self.remove(
            participant, from: conversation, because: "the participant was removed", transaction, rules, stamp, &effects)
    }

    /// Removes a participant, whatever the cause. Without a conversation it was deleted, and nobody is told.
    static func remove(
        _ participant: Participant, from conversation: Conversation?, because reason: String, _ transaction: any WriteTransaction,
        _ rules: Rules, _ stamp: Stamp, _ effects: inout [Effect]
    ) throws {
        try Settlement.cancel(.participant(participant.sid), because: reason, transaction, rules, stamp, &effects)
        try transaction.remove(participant, at: stamp.now)
        guard let conversation else { return }
        try transaction.append(
            Event(
                .participantRemoved, in: conversation, subject: participant.sid, payload: EventPayload.participant(participant), by: stamp))
        effects.append(.publish)
    }
}
