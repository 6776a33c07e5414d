public import Foundation

/// Somebody in a conversation, as they were when they were read or told.
public struct Participant: Sendable {
    /// How they take part.
    public enum Kind: Sendable, Hashable {
        /// A chat user of the application, or a phone or a mailbox outside.
        case chat, sms, email
        /// A channel that this client does not know, as the gateway names it.
        case other(String)
    }

    /// Where they take part. Unlike the participant it is live.
    public let conversation: Conversation
    let facts: ParticipantFacts

    /// Names them in this conversation; starts with MB.
    public var sid: String { facts.sid }
    /// Nil for people outside.
    public var identity: String? { facts.identity }
    /// Whatever applications keep with them; an empty object when nothing was set.
    public var attributes: JSONValue { facts.attributes }
    /// When they got into the conversation.
    public var dateCreated: Date { facts.dateCreated }
    /// When they last changed.
    public var dateUpdated: Date { facts.dateUpdated }
    /// Up to where they have read; nil when nothing was said about it (contract: semantics §9).
    public var lastReadMessageIndex: Int? { facts.lastReadMessageIndex }
    /// When that was said; nil when nothing was.
    public var lastReadTimestamp: Date? { facts.lastReadTimestamp }
    /// What they may do in the conversation; starts with RL. Nil when they have no role.
    public var roleSid: String? { facts.roleSid }
    /// How they take part.
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
