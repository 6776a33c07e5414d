/// The client's events, of this conversation only. Each access begins a sequence.
extension Conversation {
    public var participantJoined: EventSequence<Participant> {
        core.events.participantJoined.sequence { [sid] in $0.conversation.sid == sid }
    }
    public var participantLeft: EventSequence<Participant> {
        core.events.participantLeft.sequence { [sid] in $0.conversation.sid == sid }
    }
    public var participantUpdated: EventSequence<ParticipantUpdate> {
        core.events.participantUpdated.sequence { [sid] in $0.participant.conversation.sid == sid }
    }
    public var messageAdded: EventSequence<Message> { core.events.messageAdded.sequence { [sid] in $0.conversation.sid == sid } }
    public var messageRemoved: EventSequence<Message> { core.events.messageRemoved.sequence { [sid] in $0.conversation.sid == sid } }
    public var messageUpdated: EventSequence<MessageUpdate> {
        core.events.messageUpdated.sequence { [sid] in $0.message.conversation.sid == sid }
    }
    public var typingStarted: EventSequence<Participant> { core.events.typingStarted.sequence { [sid] in $0.conversation.sid == sid } }
    public var typingEnded: EventSequence<Participant> { core.events.typingEnded.sequence { [sid] in $0.conversation.sid == sid } }
    public var updated: EventSequence<ConversationUpdate> {
        core.events.conversationUpdated.sequence { [sid] in $0.conversation.sid == sid }
    }
    /// One is no longer in it, or it is no longer there.
    public var removed: EventSequence<Conversation> { core.events.removed.sequence { [sid] in $0.sid == sid } }
}
