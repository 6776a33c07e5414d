/// A live participant together with the conversation they are in: one row of the lists that ask for somebody's conversations.
public struct Membership: Sendable, Hashable {
    public var participant: Participant
    public var conversation: Conversation

    public init(participant: Participant, conversation: Conversation) {
        self.participant = participant
        self.conversation = conversation
    }
}

/// Whose conversations a list shows, and which of them.
public struct MembershipFilter: Sendable, Hashable {
    public enum Person: Sendable, Hashable {
        /// A chat identity.
        case identity(String)
        /// The key of an address, under any proxy.
        case address(key: String)
    }

    public var person: Person
    public var service: SID
    public var state: Conversation.State?
    /// Bounds of the conversation's creation; the end is exclusive.
    public var from: Instant?
    public var until: Instant?

    public init(_ person: Person, service: SID, state: Conversation.State? = nil, from: Instant? = nil, until: Instant? = nil) {
        self.person = person
        self.service = service
        self.state = state
        self.from = from
        self.until = until
    }
}
