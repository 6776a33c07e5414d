import Foundation
public import ParleyCore

/// The details of events, as JSON with sorted keys: what the event is about, as it was then, so that a reader needs no row that may have changed
/// or gone since.
public enum EventPayload {
    public struct ConversationDetails: Codable, Sendable {
        public var state: String
        public var uniqueName: String?
        public var friendlyName: String?
        public var attributes: String
        public var messagingService: String?
        public var created: Instant
        public var updated: Instant
        public var createdBy: String
    }

    /// A change of state with its reason: `API`, `TIMER` or `EVENT`.
    public struct StateDetails: Codable, Sendable {
        public var from: String
        public var to: String
        public var reason: String
        public var messagingService: String?
    }

    public struct ParticipantDetails: Codable, Sendable {
        public var identity: String?
        public var address: String?
        public var proxyAddress: String?
        public var channel: String?
        public var role: String?
        public var attributes: String
        public var created: Instant
        public var updated: Instant
        public var lastReadMessageIndex: Int?
        public var lastReadAt: Instant?
        /// `default` or `muted`, the participant's own affair: webhooks are not told.
        public var notificationLevel: String?
        /// True when the participant is another user's from here on; the former one's name is not kept.
        public var identityChanged: Bool?
        /// True once the content was erased, false when there never was any to erase.
        public var erased: Bool?
    }

    public struct MessageDetails: Codable, Sendable {
        public var index: Int
        public var author: String
        public var participant: String?
        public var body: String?
        public var subject: String?
        public var attributes: String
        public var created: Instant
        public var updated: Instant
        public var media: [MediaDetails]
        /// How far its deliveries had got; `total` is 0 when nobody outside gets it.
        public var delivery: DeliveryCounts?
    }

    public struct UserDetails: Codable, Sendable {
        public var identity: String
        public var friendlyName: String?
        public var attributes: String
        public var role: String?
        public var isOnline: Bool?
        public var isNotifiable: Bool?
        public var created: Instant
        public var updated: Instant
    }

    public struct MediaDetails: Codable, Sendable {
        public var sid: String
        public var contentType: String
        public var filename: String?
        public var size: Int
    }

    public struct DeliveryDetails: Codable, Sendable {
        public var message: String
        public var participant: String
        public var phase: String
        public var status: String?
        public var errorCode: Int
        public var attempt: Int
        /// True when what a receipt shows is another than before.
        public var shown: Bool?
        /// The message's aggregate after the change; told where the receipt shows something new and the message is there.
        public var aggregate: DeliveryCounts?
    }

    static func conversation(_ row: Conversation) -> String { json(details(row)) }

    static func details(_ row: Conversation) -> ConversationDetails {
        ConversationDetails(
            state: row.state.rawValue, uniqueName: row.uniqueName, friendlyName: row.friendlyName, attributes: row.attributes,
            messagingService: row.messagingService?.text, created: row.created, updated: row.updated, createdBy: row.createdBy)
    }

    static func state(_ row: Conversation, from before: Conversation.State, reason: String) -> String {
        json(
            StateDetails(from: before.rawValue, to: row.state.rawValue, reason: reason, messagingService: row.messagingService?.text))
    }

    static func participant(_ row: Participant, identityChanged: Bool = false) -> String {
        var details = details(row)
        details.identityChanged = identityChanged ? true : nil
        return json(details)
    }

    static func details(_ row: Participant) -> ParticipantDetails {
        let pair = row.binding?.pair
        return ParticipantDetails(
            identity: row.identity, address: pair?.address.text, proxyAddress: pair?.proxy.text, channel: row.binding?.channel.rawValue,
            role: row.role?.text, attributes: row.attributes, created: row.created, updated: row.updated,
            lastReadMessageIndex: row.lastReadIndex, lastReadAt: row.lastReadAt, notificationLevel: row.notificationLevel.rawValue)
    }

    /// Who left because their data is erased, by the pseudonym alone. It says of itself that there is nothing in it to be erased.
    static func erased(_ row: Participant, as pseudonym: String) -> String {
        let bare = Participant(
            sid: row.sid, conversation: row.conversation, identity: pseudonym, role: row.role, created: row.created, updated: row.updated)
        var details = details(bare)
        details.channel = row.binding?.channel.rawValue
        details.notificationLevel = nil
        details.erased = false
        return json(details)
    }

    /// True when an event's content was erased. Of a conversation only its maker's name is, so its events still tell what they told.
    public static func isErased(_ event: Event) -> Bool {
        switch event.kind {
        case .conversationAdded, .conversationUpdated, .conversationRemoved, .conversationStateUpdated: return false
        default: break
        }
        // Only what says the word is read.
        guard event.payload.contains("\"erased\"") else { return false }
        return (try? JSONDecoder().decode(Mark.self, from: Data(event.payload.utf8)))?.erased ?? false
    }

    private struct Mark: Decodable { var erased: Bool? }

    static func user(_ row: User) -> String {
        json(
            UserDetails(
                identity: row.identity, friendlyName: row.friendlyName, attributes: row.attributes, role: row.role?.text,
                isOnline: row.isOnline, isNotifiable: row.isNotifiable, created: row.created, updated: row.updated))
    }

    static func message(_ row: Message, media: [Media]) -> String { json(details(row, media: media)) }

    static func details(_ row: Message, media: [Media]) -> MessageDetails {
        MessageDetails(
            index: row.index, author: row.author, participant: row.participant?.text, body: row.body, subject: row.subject,
            attributes: row.attributes, created: row.created, updated: row.updated,
            media: media.map { MediaDetails(sid: $0.sid.text, contentType: $0.contentType, filename: $0.filename, size: $0.size) },
            delivery: row.delivery)
    }

    static func delivery(_ row: Delivery, shown: Bool, aggregate: DeliveryCounts?) -> String {
        json(
            DeliveryDetails(
                message: row.message.text, participant: row.participant.text, phase: row.phase.rawValue, status: row.status?.rawValue,
                errorCode: row.errorCode, attempt: row.attempt, shown: shown, aggregate: aggregate))
    }

    /// Counts alone: the job's number and pseudonym stand for the person.
    static func erasure(_ job: Erasure) -> String { json(Erased(erasure: job.id, pseudonym: job.pseudonym, counts: job.counts)) }

    private struct Erased: Encodable { var erasure: Int64, pseudonym: String, counts: ErasureCounts }

    static func adapter(_ name: String, _ reason: String) -> String { json(["adapter": name, "reason": reason]) }

    static func inbox(_ item: InboxItem) -> String { json(Held(inbox: item.id, adapter: item.adapter, reason: item.reason)) }

    private struct Held: Encodable { var inbox: Int64, adapter: String, reason: String? }

    static func json(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Every value above is made of strings and integers, which always encode.
        guard let data = try? encoder.encode(value) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }
}
