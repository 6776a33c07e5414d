/// A conversation changed.
public struct ConversationUpdate: Sendable {
    /// What changed. `status` is one's own joining; `lastMessage` follows each new message.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Each is the property of that name.
        case attributes, createdBy, dateCreated, dateUpdated, friendlyName, lastMessage, lastReadMessageIndex, notificationLevel, state,
            status
        /// The name that programs find it by.
        case uniqueName
    }

    /// Live, so it may be newer than this update.
    public let conversation: Conversation
    /// What changed; never empty.
    public let updateReasons: Set<Reason>
}

/// A participant changed.
public struct ParticipantUpdate: Sendable {
    /// What changed. Of a participant who was not known before the change: everything that can change.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Each is the property of that name.
        case attributes, dateCreated, dateUpdated, lastReadMessageIndex, lastReadTimestamp, roleSid
    }

    /// As they are after the change, or newer.
    public let participant: Participant
    /// What changed; never empty.
    public let updateReasons: Set<Reason>
}

/// A message changed.
public struct MessageUpdate: Sendable {
    /// What changed. Of a message that was not known before the change: everything that an edit can change, or `deliveryReceipt` alone.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Each is the property of that name; `deliveryReceipt` is `aggregatedDeliveryReceipt`, `media` is `attachedMedia`.
        case attributes, author, body, dateCreated, dateUpdated, deliveryReceipt, media, subject
    }

    /// As it is after the change, or newer.
    public let message: Message
    /// What changed; never empty.
    public let updateReasons: Set<Reason>
}

/// A user who is watched changed.
public struct UserUpdate: Sendable {
    /// What changed. Of a user who was not known before the change: all of these.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Each is the property of that name; `reachabilityNotifiable` is `isNotifiable`, `reachabilityOnline` is `isOnline`.
        case attributes, friendlyName, reachabilityNotifiable, reachabilityOnline
    }

    /// Live, so it may be newer than this update.
    public let user: User
    /// What changed; never empty.
    public let updateReasons: Set<Reason>
}

/// The realtime connection failed.
public struct ConnectionFailure: Sendable, Hashable {
    /// Whether the client has given up: until `updateToken(_:)`, when the token was refused.
    public let isTerminal: Bool
    /// Why; `status` is 0 unless the gateway said so itself.
    public let error: ConversationsError
}

/// Events were missed, because the gateway no longer has them or because nobody read them here: what is shown must be read again.
public struct Resynced: Sendable, Hashable {}
