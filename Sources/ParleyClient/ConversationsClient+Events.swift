public import Foundation

/// What happens, as sequences that begin at the access.
extension ConversationsClient {
    /// One has got into a conversation; `conversationJoined` follows.
    public var conversationAdded: EventSequence<Conversation> { core.events.conversationAdded.sequence() }
    /// One has got into a conversation; told after `conversationAdded`.
    public var conversationJoined: EventSequence<Conversation> { core.events.conversationJoined.sequence() }
    /// One is no longer in a conversation; `conversationRemoved` follows.
    public var conversationLeft: EventSequence<Conversation> { core.events.conversationLeft.sequence() }
    /// One is no longer in a conversation, or it was deleted; told after `conversationLeft`, before the conversation's `removed`.
    public var conversationRemoved: EventSequence<Conversation> { core.events.conversationRemoved.sequence() }
    /// A conversation, one's own part in it or its newest message changed.
    public var conversationUpdated: EventSequence<ConversationUpdate> { core.events.conversationUpdated.sequence() }

    /// Somebody else has got into a conversation. One's own joining is `conversationJoined`.
    public var participantJoined: EventSequence<Participant> { core.events.participantJoined.sequence() }
    /// Somebody else is no longer in a conversation. One's own leaving is `conversationLeft`.
    public var participantLeft: EventSequence<Participant> { core.events.participantLeft.sequence() }
    /// A participant changed, oneself too: attributes, role or how far they have read.
    public var participantUpdated: EventSequence<ParticipantUpdate> { core.events.participantUpdated.sequence() }

    /// Something was said, by oneself too.
    public var messageAdded: EventSequence<Message> { core.events.messageAdded.sequence() }
    /// A message was removed; it is told as it last was.
    public var messageRemoved: EventSequence<Message> { core.events.messageRemoved.sequence() }
    /// A message was edited; with the reason `deliveryReceipt`: there is news of its delivery.
    public var messageUpdated: EventSequence<MessageUpdate> { core.events.messageUpdated.sequence() }

    /// Somebody is typing; told at each of their reports.
    public var typingStarted: EventSequence<Participant> { core.events.typingStarted.sequence() }
    /// Somebody stopped typing, or said what they typed.
    public var typingEnded: EventSequence<Participant> { core.events.typingEnded.sequence() }

    /// A user whom `getUser(_:)` returned has changed.
    public var userUpdated: EventSequence<UserUpdate> { core.events.userUpdated.sequence() }

    /// The token ends soon, at the date told: `updateToken(_:)` is due.
    public var tokenAboutToExpire: EventSequence<Date> { core.events.tokenAboutToExpire.sequence() }
    /// The token has ended, at the date told, and the connection with it: the client waits for `updateToken(_:)`.
    public var tokenExpired: EventSequence<Date> { core.events.tokenExpired.sequence() }
    /// The state that `connectionState` has come to; never the same twice in a row.
    public var connectionStateChanged: EventSequence<ConnectionState> { core.events.connectionStateChanged.sequence() }
    /// An attempt to connect failed, the connection broke, or the gateway told of an error. The client goes on unless `isTerminal`.
    public var connectionError: EventSequence<ConnectionFailure> { core.events.connectionError.sequence() }
    /// Events were missed: what is shown must be read again.
    public var resynced: EventSequence<Resynced> { core.events.resynced.sequence() }
}
