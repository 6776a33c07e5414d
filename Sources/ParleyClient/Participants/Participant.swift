public import Foundation

/// Somebody in a conversation, as they were when they were read or told.
public struct Participant: Sendable {
    /// How they take part.
    public enum Kind: Sendable, Hashable {
        case chat, sms, email
        case other(String)
    }

    public let conversation: Conversation
    let facts: ParticipantFacts

    public var sid: String { facts.sid }
    /// Nil for people outside.
    public var identity: String? { facts.identity }
    public var attributes: JSONValue { facts.attributes }
    public var dateCreated: Date { facts.dateCreated }
    public var dateUpdated: Date { facts.dateUpdated }
    public var lastReadMessageIndex: Int? { facts.lastReadMessageIndex }
    public var lastReadTimestamp: Date? { facts.lastReadTimestamp }
    public var roleSid: String? { facts.roleSid }
    public var type: Kind { facts.kind }
    /// Whether they are typing now.
    public var isTyping: Bool { conversation.core.typingBook.isTyping(facts.sid, in: conversation.sid) }

    /// - Throws: status 0, code 20001 unless they are a chat user.
    public func getUser() async throws -> User {
        guard case .chat = type, let identity else { throw ConversationsError.argument("participant", "a chat participant") }
        return try await conversation.core.watchedUser(identity)
    }

    /// Takes them out of the conversation.
    public func remove() async throws { try await conversation.removeParticipant(self) }

    /// Replaces the attributes.
    @discardableResult
    public func updateAttributes(_ attributes: JSONValue) async throws -> Participant {
        try await conversation.core.update(self, [("Attributes", try Check.attributes(attributes))])
    }
}
