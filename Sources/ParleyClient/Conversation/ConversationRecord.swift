import Foundation

/// What a client knows of one conversation: three things that change by themselves, each with its own position.
struct ConversationRecord: Sendable {
    var details: Tracked<ConversationDetails>
    var membership: Tracked<Membership>
    var last: Tracked<Conversation.LastMessage?>
    /// Made by this client, and `join()` was not called yet: the creator is in it, and the first `join()` has nothing to do.
    var isFresh = false
    /// Whether the end of one's being in it was told and no later joining.
    var lossTold = false

    init(_ view: ConversationView, at position: Int64) {
        details = Tracked(view.details, at: position)
        membership = Tracked(view.membership, at: position)
        last = Tracked(view.last, at: position)
    }

    mutating func take(_ view: ConversationView, at position: Int64) {
        details.take(answer: view.details, at: position)
        membership.take(answer: view.membership, at: position)
        last.take(answer: view.last, at: position)
    }

    mutating func rewind() {
        details.rewind()
        membership.rewind()
        last.rewind()
    }

    /// Events were missed.
    ///
    /// - Returns: what has changed since the last that was told.
    mutating func settle() -> Set<ConversationUpdate.Reason> {
        var reasons: Set<ConversationUpdate.Reason> = []
        if let former = details.settle() { reasons.formUnion(details.value.reasons(since: former)) }
        if let former = membership.settle() { reasons.formUnion(membership.value.reasons(since: former)) }
        if let former = last.settle(), former != last.value { reasons.insert(.lastMessage) }
        return reasons
    }
}

/// What is the same for everybody in a conversation.
struct ConversationDetails: Sendable, Equatable {
    var uniqueName: String?
    var friendlyName: String?
    var attributes: JSONValue
    var createdBy: String
    var dateCreated: Date
    var dateUpdated: Date
    var state: Conversation.State

    func reasons(since former: ConversationDetails) -> Set<ConversationUpdate.Reason> {
        var reasons: Set<ConversationUpdate.Reason> = []
        if uniqueName != former.uniqueName { reasons.insert(.uniqueName) }
        if friendlyName != former.friendlyName { reasons.insert(.friendlyName) }
        if attributes != former.attributes { reasons.insert(.attributes) }
        if createdBy != former.createdBy { reasons.insert(.createdBy) }
        if dateCreated != former.dateCreated { reasons.insert(.dateCreated) }
        if dateUpdated != former.dateUpdated { reasons.insert(.dateUpdated) }
        if state != former.state { reasons.insert(.state) }
        return reasons
    }

    /// What `conversationUpdated` can change, told of conversations that were not known before it.
    static let updatable: Set<ConversationUpdate.Reason> = [.attributes, .friendlyName, .uniqueName, .dateUpdated]
}

/// One's own part in a conversation.
struct Membership: Sendable, Equatable {
    var status: Conversation.Status
    var lastReadMessageIndex: Int?
    var notificationLevel: Conversation.NotificationLevel

    /// The SID of one's own participant, when it is known.
    var participantSid: String?

    static let none = Membership(status: .notParticipating, lastReadMessageIndex: nil, notificationLevel: .default)
    /// In it, and nothing said about reading.
    static let unread = Membership(status: .joined, lastReadMessageIndex: nil, notificationLevel: .default)

    func reasons(since former: Membership) -> Set<ConversationUpdate.Reason> {
        var reasons: Set<ConversationUpdate.Reason> = []
        if status != former.status { reasons.insert(.status) }
        if lastReadMessageIndex != former.lastReadMessageIndex { reasons.insert(.lastReadMessageIndex) }
        if notificationLevel != former.notificationLevel { reasons.insert(.notificationLevel) }
        return reasons
    }

    /// What a change of one's own participant can change.
    static let updatable: Set<ConversationUpdate.Reason> = [.lastReadMessageIndex, .notificationLevel]
}

/// A conversation with one's own part in it, as the gateway answers.
struct ConversationView: Sendable, Equatable {
    var sid: String
    var details: ConversationDetails
    var membership: Membership
    var last: Conversation.LastMessage?
    var messagesCount = 0
    var participantsCount = 0
    var unreadMessagesCount: Int?
}
