import Foundation

/// The API's resources, and those of events, which have the same names and forms. What lacks an identifier is none, such as one whose
/// content was erased.
extension JSONValue {
    fileprivate func text(_ name: String) -> String? { self[name]?.stringValue }
    fileprivate func int(_ name: String) -> Int? { self[name]?.intValue }
    fileprivate func date(_ name: String) -> Date? { WireDate.date(text(name)) }

    /// Attributes are a text that holds JSON; what is none counts as empty.
    fileprivate var attributes: JSONValue {
        guard let text = text("attributes") else { return self["attributes"] ?? [:] }
        return (try? JSONValue(parsing: text)) ?? [:]
    }

    /// Content that was erased is told in nulls.
    var isErased: Bool { self["erased"] == true }

    var conversationDetails: ConversationDetails? {
        guard let created = date("date_created") else { return nil }
        // An empty name is what the gateway keeps where one was taken away.
        let friendlyName = text("friendly_name").flatMap { $0.isEmpty ? nil : $0 }
        return ConversationDetails(
            uniqueName: text("unique_name"), friendlyName: friendlyName, attributes: attributes, createdBy: text("created_by") ?? "",
            dateCreated: created, dateUpdated: date("date_updated") ?? created,
            state: text("state").flatMap(Conversation.State.init) ?? .active)
    }

    /// A view of `MyConversations`.
    var conversationView: ConversationView? {
        guard let sid = text("sid"), let details = conversationDetails else { return nil }
        let last = self["last_message"].flatMap { last in
            last.int("index").flatMap { index in last.date("date_created").map { Conversation.LastMessage(index: index, dateCreated: $0) } }
        }
        return ConversationView(
            sid: sid, details: details, membership: membership, last: last, messagesCount: int("messages_count") ?? 0,
            participantsCount: int("participants_count") ?? 0, unreadMessagesCount: int("unread_messages_count"))
    }

    /// One's own part, from a view or from one's own participant.
    var membership: Membership {
        Membership(
            status: .joined, lastReadMessageIndex: int("last_read_message_index"),
            notificationLevel: text("notification_level").flatMap(Conversation.NotificationLevel.init) ?? .default,
            participantSid: self["participant"]?.text("sid") ?? text("sid"))
    }

    var participantFacts: ParticipantFacts? {
        guard let sid = text("sid"), let conversation = text("conversation_sid"), let created = date("date_created") else { return nil }
        let identity = text("identity")
        return ParticipantFacts(
            sid: sid, conversation: conversation, identity: identity, attributes: attributes, dateCreated: created,
            dateUpdated: date("date_updated") ?? created, lastReadMessageIndex: int("last_read_message_index"),
            lastReadTimestamp: date("last_read_timestamp"), roleSid: text("role_sid"), kind: participantKind(identity))
    }

    private func participantKind(_ identity: String?) -> Participant.Kind {
        switch self["messaging_binding"]?.text("type") {
        case "sms": .sms
        case "email": .email
        case "chat", nil: .chat
        case let type?: .other(type)
        }
    }

    var messageFacts: MessageFacts? {
        guard let sid = text("sid"), let conversation = text("conversation_sid"), let created = date("date_created") else { return nil }
        guard let index = int("index") else { return nil }
        return MessageFacts(
            sid: sid, conversation: conversation, index: index, author: text("author"), participantSid: text("participant_sid"),
            subject: text("subject"), body: text("body"), attributes: attributes, dateCreated: created,
            dateUpdated: date("date_updated") ?? created, media: (self["media"]?.arrayValue ?? []).compactMap(\.mediaFacts),
            delivery: self["delivery"]?.aggregatedDelivery)
    }

    private var mediaFacts: MediaFacts? {
        guard let sid = text("sid") else { return nil }
        return MediaFacts(
            sid: sid, filename: text("filename"), contentType: text("content_type") ?? "application/octet-stream", size: int("size") ?? 0,
            category: text("category").flatMap(Media.Category.init) ?? .media)
    }

    var aggregatedDelivery: AggregatedDeliveryReceipt? {
        guard let total = int("total") else { return nil }
        func share(_ name: String) -> AggregatedDeliveryReceipt.Share { text(name).flatMap(AggregatedDeliveryReceipt.Share.init) ?? .none }
        return AggregatedDeliveryReceipt(
            total: total, sent: share("sent"), delivered: share("delivered"), read: share("read"), failed: share("failed"),
            undelivered: share("undelivered"))
    }

    var detailedReceipt: DetailedDeliveryReceipt? {
        guard let sid = text("sid"), let message = text("message_sid"), let created = date("date_created") else { return nil }
        let status: DetailedDeliveryReceipt.Status =
            switch text("status") {
            case "sent": .sent
            case "delivered": .delivered
            case "failed": .failed
            case "read": .read
            case "undelivered": .undelivered
            case "queued", nil: .queued
            case let other?: .other(other)
            }
        return DetailedDeliveryReceipt(
            sid: sid, messageSid: message, conversationSid: text("conversation_sid") ?? "", channelMessageSid: text("channel_message_sid"),
            participantSid: text("participant_sid") ?? "", status: status, errorCode: int("error_code") ?? 0, dateCreated: created,
            dateUpdated: date("date_updated") ?? created)
    }

    var userFacts: UserFacts? {
        guard let identity = text("identity") else { return nil }
        return UserFacts(
            identity: identity, friendlyName: text("friendly_name"), attributes: attributes, isOnline: self["is_online"]?.boolValue,
            isNotifiable: self["is_notifiable"]?.boolValue)
    }
}
