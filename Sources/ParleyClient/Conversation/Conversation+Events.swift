/// The client's events, of this conversation only. Each access begins a sequence.
extension Conversation {
    /// Somebody else has got into it. One's own joining is the client's `conversationJoined`.
    public var participantJoined: EventSequence<Participant> {
        core.events.participantJoined.sequence { [sid] in $0.conversation.sid == sid }
    }
    /// Somebody else is no longer in it. One's own leaving is `removed`.
    public var participantLeft: EventSequence<Participant> {
        core.events.participantLeft.sequence { [sid] in $0.conversation.sid == sid }
    }
    /// A participant changed, oneself too: attributes, role or how far they have read.
    public var participantUpdated: EventSequence<ParticipantUpdate> {
        core.events.participantUpdated.sequence { [sid] in $0.participant.conversation.sid == sid }
    }
    /// Something was said, by oneself too.
    public var messageAdded: EventSequence<Message> { core.events.messageAdded.sequence { [sid] in $0.conversation.sid == sid } }
    /// A message was removed; it is told as it last was.
    public var messageRemoved: EventSequence<Message> { core.events.messageRemoved.sequence { [sid] in $0.conversation.sid == sid } }
    /// A message was edited; with the reason `deliveryReceipt`: there is news of its delivery.
    public var messageUpdated: EventSequence<MessageUpdate> {
        core.events.messageUpdated.sequence { [sid] in $0.message.conversation.sid == sid }
    }
    /// Somebody is typing here; told at each of their reports.
    public var typingStarted: EventSequence<Participant> { core.events.typingStarted.sequence { [sid] in $0.conversation.sid == sid } }
    /// Somebody stopped typing here, or said what they typed; told once.
    public var typingEnded: EventSequence<Participant> { core.events.typingEnded.sequence { [sid] in $0.conversation.sid == sid } }
    /// The conversation, one's own part in it or its newest message changed.
    public var updated: EventSequence<ConversationUpdate> {
        core.events.conversationUpdated.sequence { [sid] in $0.conversation.sid == sid }
    }
    /// One is no longer in it, or it is no longer there.
    public var removed: EventSequence<Conversation> { core.events.removed.sequence { [sid] in $0.sid == sid } }
}
