/// The limits of what a conversation may hold. All are settings; the defaults are the contract's where it has one.
public struct Limits: Sendable, Hashable {
    /// Per conversation; beyond: 403/50417.
    public var participants = 1000
    /// Per conversation; beyond: 403/50418.
    public var nonChatParticipants = 50
    /// Conversations that are not closed, per chat identity; beyond: 403/50214.
    public var conversationsPerUser = 1000
    /// Of a message, in bytes of UTF-8; beyond: 400/50504. Longer inbound text becomes an attachment.
    public var bodyBytes = 32 * 1024
    /// Of a conversation, in bytes; beyond: 400/50303.
    public var conversationAttributesBytes = 16 * 1024
    /// Of a message or participant, in bytes; beyond: 400/50303.
    public var attributesBytes = 4 * 1024
    /// Of names, identities, authors and subjects, in characters; beyond: 400 with the parameter's name.
    public var nameCharacters = 256
    /// Webhooks of one conversation; beyond: 403/50361.
    public var scopedWebhooks = 5
    /// Of one medium; beyond: 413.
    public var mediaBytes = 150 * 1024 * 1024
    /// Of one medium that an inbound message names by its URL; a longer one is not fetched.
    public var fetchedMediaBytes = 25 * 1024 * 1024
    /// Of a raw request or mail that is kept in the database; longer ones go to the media store.
    public var rawBytesInline = 64 * 1024
    /// Receipts that came before their ids, per adapter; beyond, the oldest is dropped.
    public var parkedReceipts = 100_000

    /// Conversations that strangers make over one adapter within a minute; beyond, their messages are held.
    public var autoCreatedPerMinute = 60
    /// How long what came in and was held waits for a decision.
    public var heldTime: Duration = .seconds(30 * 24 * 3600)

    public init() {}
}
