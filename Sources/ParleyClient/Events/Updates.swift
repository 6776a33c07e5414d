/// A conversation changed.
public struct ConversationUpdate: Sendable {
    /// What changed. `status` is one's own joining; `lastMessage` follows each new message.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        case attributes, createdBy, dateCreated, dateUpdated, friendlyName, lastMessage, lastReadMessageIndex, notificationLevel, state,
            status
        case uniqueName
    }

    public let conversation: Conversation
    public let updateReasons: Set<Reason>
}

/// A participant changed.
public struct ParticipantUpdate: Sendable {
    /// What changed. Of a participant who was not known before the change: everything that can change.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        case attributes, dateCreated, dateUpdated, lastReadMessageIndex, lastReadTimestamp, roleSid
    }

    public let participant: Participant
    public let updateReasons: Set<Reason>
}

/// A message changed.
public struct MessageUpdate: Sendable {
    /// What changed. Of a message that was not known before the change: everything that an edit can change, or `deliveryReceipt` alone.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        case attributes, author, body, dateCreated, dateUpdated, deliveryReceipt, media, subject
    }

    public let message: Message
    public let updateReasons: Set<Reason>
}

/// A user who is watched changed.
public struct UserUpdate: Sendable {
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        case attributes, friendlyName, reachabilityNotifiable, reachabilityOnline
    }

    public let user: User
    public let updateReasons: Set<Reason>
}

/// The realtime connection failed.
public struct ConnectionFailure: Sendable, Hashable {
    /// Whether the client has given up: until `updateToken(_:)`, when the token was refused.
    public let isTerminal: Bool
    public let error: ConversationsError
}

/// Events were missed, because the gateway no longer has them or because nobody read them here: what is shown must be read again.
public struct Resynced: Sendable, Hashable {}
