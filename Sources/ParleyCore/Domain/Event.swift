/// One entry of the event log. Positions are allotted in commit order and never change.
public struct Event: Sendable, Hashable {
    public let position: Int64
    public let kind: Kind
    public let conversation: SID?
    /// The identifier of what the event is about.
    public let subject: SID?
    /// Details as JSON.
    public let payload: String
    public let at: Instant
    /// The service it happened in, when it happened in one.
    public let service: SID?
    public let origin: Origin

    public enum Kind: String, Sendable, Codable, CaseIterable {
        case conversationAdded
        case conversationUpdated
        case conversationRemoved
        case conversationStateUpdated
        case participantAdded
        case participantUpdated
        case participantRemoved
        case messageAdded
        case messageUpdated
        case messageRemoved
        case deliveryUpdated
        case userAdded
        case userUpdated
        case userRemoved
        case inboundHeld
        case pairPaused
        case adapterPaused
        case personErased
        case consentUpdated
    }

    public init(
        position: Int64 = 0, kind: Kind, conversation: SID? = nil, subject: SID? = nil, payload: String = "{}", at: Instant,
        service: SID? = nil, origin: Origin = .gateway
    ) {
        self.position = position
        self.kind = kind
        self.conversation = conversation
        self.subject = subject
        self.payload = payload
        self.at = at
        self.service = service
        self.origin = origin
    }

    /// Something that happened to a conversation or in it.
    ///
    /// - Parameter subject: what it happened to; the conversation when nothing else is named.
    public init(_ kind: Kind, in conversation: Conversation, subject: SID? = nil, payload: String = "{}", by stamp: Stamp) {
        self.init(
            kind: kind, conversation: conversation.sid, subject: subject ?? conversation.sid, payload: payload, at: stamp.now,
            service: conversation.service, origin: stamp.origin)
    }

    /// Something that happened to a user.
    public init(_ kind: Kind, _ user: User, payload: String, by stamp: Stamp) {
        self.init(kind: kind, subject: user.sid, payload: payload, at: stamp.now, service: user.service, origin: stamp.origin)
    }
}
