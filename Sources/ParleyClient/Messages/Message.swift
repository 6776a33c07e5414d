public import Foundation

/// A message, as it was when it was read or told.
public struct Message: Sendable {
    /// Whether anything is attached.
    public enum Kind: String, Sendable, Hashable {
        /// A text alone, or at least one medium.
        case text, media
    }

    /// Where it was said. Unlike the message it is live.
    public let conversation: Conversation
    let facts: MessageFacts

    /// Names it for good; starts with IM.
    public var sid: String { facts.sid }
    /// Its place in the conversation. Indices have gaps where messages were removed.
    public var index: Int { facts.index }
    /// The identity of a chat user, or the address of somebody outside; nil when the gateway does not say.
    public var author: String? { facts.author }
    /// The author's participant; starts with MB. Nil when no participant is the author.
    public var participantSid: String? { facts.participantSid }
    /// Such as of a mail; nil when it has none, or when no event has told it: the contract's resource lacks it.
    public var subject: String? { facts.subject }
    /// The text; nil when it has none, such as of media alone.
    public var body: String? { facts.body }
    /// Whatever applications keep with it; an empty object when nothing was set.
    public var attributes: JSONValue { facts.attributes }
    /// When it was said.
    public var dateCreated: Date { facts.dateCreated }
    /// When it last changed.
    public var dateUpdated: Date { facts.dateUpdated }
    /// `media` when anything is attached.
    public var type: Kind { facts.media.isEmpty ? .text : .media }
    /// What is attached, in order; empty for a text.
    public var attachedMedia: [Media] { facts.media.map { Media(facts: $0, core: conversation.core) } }
    /// How far it has come with people outside; nil when nobody outside was to get it.
    public var aggregatedDeliveryReceipt: AggregatedDeliveryReceipt? { facts.delivery }

    /// Replaces the text. People outside are not sent it again.
    ///
    /// - Returns: the message as it is then; this value stays as it was.
    /// - Throws: 400/50504 when it is too long; 403/50107 when one may not edit it.
    @discardableResult
    public func updateBody(_ body: String) async throws -> Message {
        try await conversation.core.update(self, [("Body", body)])
    }

    /// Replaces the attributes.
    @discardableResult
    public func updateAttributes(_ attributes: JSONValue) async throws -> Message {
        try await conversation.core.update(self, [("Attributes", try Check.attributes(attributes))])
    }

    /// Removes it for everybody. Its index is not used again.
    ///
    /// - Throws: 403/50107 when one may not; 404/20404 when it is no longer there.
    public func remove() async throws { try await conversation.core.remove(self) }

    /// Who said it: by SID, else by the author's identity.
    public func getParticipant() async throws -> Participant {
        if let participantSid { return try await conversation.getParticipantBySid(participantSid) }
        guard let author else { throw ConversationsError.notFound("Participant of message \(sid) was not found") }
        return try await conversation.getParticipantByIdentity(author)
    }

    /// What became of it for each person outside.
    public func getDetailedDeliveryReceipts() async throws -> [DetailedDeliveryReceipt] { try await conversation.core.receipts(of: self) }
}
