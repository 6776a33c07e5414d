public import ParleyCore

/// A caller asked for a new conversation together with its first participants: all of it happens, or nothing.
///
/// The contract adds the participants later and closes the conversation when one of them cannot be added (contract: semantics §3, group messaging).
/// Here the refusal of a participant is the caller's answer, and no conversation is left behind. Readers of the events still see the
/// conversation `initializing` until all are in it.
public struct CreateConversationWithParticipants: Fact {
    public var changes: ConversationChanges
    /// Nil for the default service.
    public var service: SID?
    public var participants: [NewParticipant]

    /// The most participants that one request may bring; beyond: 400/50426.
    public static let participantsMax = 10

    public init(_ changes: ConversationChanges, participants: [NewParticipant], in service: SID? = nil) {
        self.changes = changes
        self.participants = participants
        self.service = service
    }

    /// A participant of a conversation that is not there yet.
    public struct NewParticipant: Sendable, Hashable {
        public var identity: String?
        public var address: String?
        public var proxyAddress: String?
        public var attributes: String?
        public var role: SID?

        public init(
            identity: String? = nil, address: String? = nil, proxyAddress: String? = nil, attributes: String? = nil, role: SID? = nil
        ) {
            self.identity = identity
            self.address = address
            self.proxyAddress = proxyAddress
            self.attributes = attributes
            self.role = role
        }
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> Conversation
    {
        guard participants.count <= Self.participantsMax else { throw Refusal.tooManyNewParticipants(Self.participantsMax) }
        var creation = CreateConversation(changes, in: service)
        creation.isInitializing = !participants.isEmpty
        let conversation = try creation.apply(to: transaction, under: rules, stamp: &stamp, effects: &effects)
        guard !participants.isEmpty else { return conversation }
        for (index, person) in participants.enumerated() {
            do {
                _ = try AddParticipant(
                    to: ConversationName(conversation.sid, in: conversation.service), identity: person.identity, address: person.address,
                    proxyAddress: person.proxyAddress, attributes: person.attributes, role: person.role
                ).apply(to: transaction, under: rules, stamp: &stamp, effects: &effects)
            } catch let refusal as Refusal where refusal.status != 409 {
                // What was refused stands inside a value of this parameter. Programs read the sentences of conflicts:
                // those stay as they are.
                throw Refusal(code: refusal.code, status: refusal.status, message: "Participant \(index + 1): \(refusal.message)")
            }
        }
        guard var complete = try transaction.conversation(conversation.sid) else {
            throw NotDurable("a conversation that was just made is not there")
        }
        complete.state = changes.state ?? .active
        complete.wind(from: stamp.now)
        try transaction.update(complete)
        try StateChange.announce(complete, from: .initializing, reason: "API", transaction, stamp)
        return complete
    }
}

extension Refusal {
    static func tooManyNewParticipants(_ limit: Int) -> Refusal {
        Refusal(code: 50426, status: 400, message: "Invalid parameter Participant: given more than \(limit) times")
    }
}
