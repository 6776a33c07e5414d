import Foundation

/// All that a client tells, one hub for each kind.
final class ClientEvents: Sendable {
    let conversationAdded: EventHub<Conversation>
    let conversationJoined: EventHub<Conversation>
    let conversationLeft: EventHub<Conversation>
    let conversationRemoved: EventHub<Conversation>
    /// The same as `conversationRemoved`, told after it, for those who listen to one conversation.
    let removed: EventHub<Conversation>
    let conversationUpdated: EventHub<ConversationUpdate>
    let participantJoined: EventHub<Participant>
    let participantLeft: EventHub<Participant>
    let participantUpdated: EventHub<ParticipantUpdate>
    let messageAdded: EventHub<Message>
    let messageRemoved: EventHub<Message>
    let messageUpdated: EventHub<MessageUpdate>
    let typingStarted: EventHub<Participant>
    let typingEnded: EventHub<Participant>
    let userUpdated: EventHub<UserUpdate>
    let tokenAboutToExpire: EventHub<Date>
    let tokenExpired: EventHub<Date>
    let connectionStateChanged: EventHub<ConnectionState>
    let connectionError: EventHub<ConnectionFailure>
    let resynced: EventHub<Resynced>

    /// - Parameter eventsMax: how many events a sequence holds for a reader who does not take them.
    init(eventsMax: Int) {
        let eventsMax = max(eventsMax, 1)
        // One is enough here: it says the same each time.
        let resynced = EventHub<Resynced>(eventsMax: 1) {}
        let lost: @Sendable () -> Void = { resynced.tell(Resynced()) }
        self.resynced = resynced
        conversationAdded = EventHub(eventsMax: eventsMax, overflowed: lost)
        conversationJoined = EventHub(eventsMax: eventsMax, overflowed: lost)
        conversationLeft = EventHub(eventsMax: eventsMax, overflowed: lost)
        conversationRemoved = EventHub(eventsMax: eventsMax, overflowed: lost)
        removed = EventHub(eventsMax: eventsMax, overflowed: lost)
        conversationUpdated = EventHub(eventsMax: eventsMax, overflowed: lost)
        participantJoined = EventHub(eventsMax: eventsMax, overflowed: lost)
        participantLeft = EventHub(eventsMax: eventsMax, overflowed: lost)
        participantUpdated = EventHub(eventsMax: eventsMax, overflowed: lost)
        messageAdded = EventHub(eventsMax: eventsMax, overflowed: lost)
        messageRemoved = EventHub(eventsMax: eventsMax, overflowed: lost)
        messageUpdated = EventHub(eventsMax: eventsMax, overflowed: lost)
        typingStarted = EventHub(eventsMax: eventsMax, overflowed: lost)
        typingEnded = EventHub(eventsMax: eventsMax, overflowed: lost)
        userUpdated = EventHub(eventsMax: eventsMax, overflowed: lost)
        tokenAboutToExpire = EventHub(eventsMax: eventsMax, overflowed: lost)
        tokenExpired = EventHub(eventsMax: eventsMax, overflowed: lost)
        connectionStateChanged = EventHub(eventsMax: eventsMax, overflowed: lost)
        connectionError = EventHub(eventsMax: eventsMax, overflowed: lost)
    }

    /// Ends every sequence.
    func finish() {
        conversationAdded.finish()
        conversationJoined.finish()
        conversationLeft.finish()
        conversationRemoved.finish()
        removed.finish()
        conversationUpdated.finish()
        participantJoined.finish()
        participantLeft.finish()
        participantUpdated.finish()
        messageAdded.finish()
        messageRemoved.finish()
        messageUpdated.finish()
        typingStarted.finish()
        typingEnded.finish()
        userUpdated.finish()
        tokenAboutToExpire.finish()
        tokenExpired.finish()
        connectionStateChanged.finish()
        connectionError.finish()
        resynced.finish()
    }
}
