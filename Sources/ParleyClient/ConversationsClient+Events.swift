public import Foundation

/// What happens, as sequences that begin at the access.
extension ConversationsClient {
    /// One has got into a conversation; `conversationJoined` follows.
    public var conversationAdded: EventSequence<Conversation> { core.events.conversationAdded.sequence() }
    public var conversationJoined: EventSequence<Conversation> { core.events.conversationJoined.sequence() }
    /// One is no longer in a conversation; `conversationRemoved` follows.
    public var conversationLeft: EventSequence<Conversation> { core.events.conversationLeft.sequence() }
    public var conversationRemoved: EventSequence<Conversation> { core.events.conversationRemoved.sequence() }
    public var conversationUpdated: EventSequence<ConversationUpdate> { core.events.conversationUpdated.sequence() }

    /// Somebody else has got into a conversation. One's own joining is `conversationJoined`.
    public var participantJoined: EventSequence<Participant> { core.events.participantJoined.sequence() }
    /// Somebody else is no longer in a conversation. One's own leaving is `conversationLeft`.
    public var participantLeft: EventSequence<Participant> { core.events.participantLeft.sequence() }
    public var participantUpdated: EventSequence<ParticipantUpdate> { core.events.participantUpdated.sequence() }

    public var messageAdded: EventSequence<Message> { core.events.messageAdded.sequence() }
    public var messageRemoved: EventSequence<Message> { core.events.messageRemoved.sequence() }
    public var messageUpdated: EventSequence<MessageUpdate> { core.events.messageUpdated.sequence() }

    /// Somebody is typing; told at each of their reports.
    public var typingStarted: EventSequence<Participant> { core.events.typingStarted.sequence() }
    /// Somebody stopped typing, or said what they typed.
    public var typingEnded: EventSequence<Participant> { core.events.typingEnded.sequence() }

    /// A user whom `getUser(_:)` returned has changed.
    public var userUpdated: EventSequence<UserUpdate> { core.events.userUpdated.sequence() }

    /// The token ends soon, at the date told: `updateToken(_:)` is due.
    public var tokenAboutToExpire: EventSequence<Date> { core.events.tokenAboutToExpire.sequence() }
    public var tokenExpired: EventSequence<Date> { core.events.tokenExpired.sequence() }
    public var connectionStateChanged: EventSequence<ConnectionState> { core.events.connectionStateChanged.sequence() }
    public var connectionError: EventSequence<ConnectionFailure> { core.events.connectionError.sequence() }
    /// Events were missed: what is shown must be read again.
    public var resynced: EventSequence<Resynced> { core.events.resynced.sequence() }
}
