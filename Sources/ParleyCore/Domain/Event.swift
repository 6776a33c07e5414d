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
        case inboundHeld
        case pairPaused
        case adapterPaused
    }

    public init(position: Int64 = 0, kind: Kind, conversation: SID? = nil, subject: SID? = nil, payload: String = "{}", at: Instant) {
        self.position = position
        self.kind = kind
        self.conversation = conversation
        self.subject = subject
        self.payload = payload
        self.at = at
    }
}
