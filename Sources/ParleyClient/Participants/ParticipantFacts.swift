import Foundation

/// What is known of a participant.
struct ParticipantFacts: Sendable, Equatable {
    var sid: String
    var conversation: String
    var identity: String?
    var attributes: JSONValue
    var dateCreated: Date
    var dateUpdated: Date
    var lastReadMessageIndex: Int?
    var lastReadTimestamp: Date?
    var roleSid: String?
    var kind: Participant.Kind

    func reasons(since former: ParticipantFacts) -> Set<ParticipantUpdate.Reason> {
        var reasons: Set<ParticipantUpdate.Reason> = []
        if attributes != former.attributes { reasons.insert(.attributes) }
        if dateCreated != former.dateCreated { reasons.insert(.dateCreated) }
        if dateUpdated != former.dateUpdated { reasons.insert(.dateUpdated) }
        if lastReadMessageIndex != former.lastReadMessageIndex { reasons.insert(.lastReadMessageIndex) }
        if lastReadTimestamp != former.lastReadTimestamp { reasons.insert(.lastReadTimestamp) }
        if roleSid != former.roleSid { reasons.insert(.roleSid) }
        return reasons
    }

    /// What `participantUpdated` can change, told of participants who were not known before it.
    static let updatable: Set<ParticipantUpdate.Reason> = [.attributes, .dateUpdated, .lastReadMessageIndex, .lastReadTimestamp, .roleSid]
}
