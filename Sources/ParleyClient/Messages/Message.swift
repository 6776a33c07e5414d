public import Foundation

/// A message, as it was when it was read or told.
public struct Message: Sendable {
    public enum Kind: String, Sendable, Hashable {
        case text, media
    }

    public let conversation: Conversation
    let facts: MessageFacts

    public var sid: String { facts.sid }
    /// Its place in the conversation. Indices have gaps where messages were removed.
    public var index: Int { facts.index }
    public var author: String? { facts.author }
    public var participantSid: String? { facts.participantSid }
    public var subject: String? { facts.subject }
    public var body: String? { facts.body }
    public var attributes: JSONValue { facts.attributes }
    public var dateCreated: Date { facts.dateCreated }
    public var dateUpdated: Date { facts.dateUpdated }
    public var type: Kind { facts.media.isEmpty ? .text : .media }
    public var attachedMedia: [Media] { facts.media.map { Media(facts: $0, core: conversation.core) } }
    /// How far it has come with people outside; nil when nobody outside was to get it.
    public var aggregatedDeliveryReceipt: AggregatedDeliveryReceipt? { facts.delivery }

    @discardableResult
    public func updateBody(_ body: String) async throws -> Message {
        try await conversation.core.update(self, [("Body", body)])
    }

    /// Replaces the attributes.
    @discardableResult
    public func updateAttributes(_ attributes: JSONValue) async throws -> Message {
        try await conversation.core.update(self, [("Attributes", try Check.attributes(attributes))])
    }

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
