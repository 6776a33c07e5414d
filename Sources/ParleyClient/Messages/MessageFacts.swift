import Foundation

/// What is known of a message.
struct MessageFacts: Sendable, Equatable {
    var sid: String
    var conversation: String
    var index: Int
    var author: String?
    var participantSid: String?
    var subject: String?
    var body: String?
    var attributes: JSONValue
    var dateCreated: Date
    var dateUpdated: Date
    var media: [MediaFacts]
    var delivery: AggregatedDeliveryReceipt?

    func reasons(since former: MessageFacts) -> Set<MessageUpdate.Reason> {
        var reasons: Set<MessageUpdate.Reason> = []
        if author != former.author { reasons.insert(.author) }
        if subject != former.subject { reasons.insert(.subject) }
        if body != former.body { reasons.insert(.body) }
        if attributes != former.attributes { reasons.insert(.attributes) }
        if dateCreated != former.dateCreated { reasons.insert(.dateCreated) }
        if dateUpdated != former.dateUpdated { reasons.insert(.dateUpdated) }
        if media != former.media { reasons.insert(.media) }
        if delivery != former.delivery { reasons.insert(.deliveryReceipt) }
        return reasons
    }

    /// What `messageUpdated` can change, told of messages that were not known before it.
    static let updatable: Set<MessageUpdate.Reason> = [.attributes, .author, .body, .dateUpdated, .subject]
}

struct MediaFacts: Sendable, Equatable {
    var sid: String
    var filename: String?
    var contentType: String
    var size: Int
    var category: Media.Category
}
