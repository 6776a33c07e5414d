import Synchronization

/// Events about participants. One's own joining and leaving are told as those of the conversation.
extension ClientCore {
    func takeParticipant(_ event: FeedEvent, _ conversation: Conversation) async {
        guard let said = await participantFacts(event, conversation), !isPast(event, in: conversation) else { return }
        let taken = model.withLock { model in
            model.participants.take(eventAt: event.position, of: said.sid, whole: said) { _ in said }
        }
        guard let taken else { return }
        let participant = Participant(conversation: conversation, facts: taken.now)
        switch event.kind {
        case "participantAdded": events.participantJoined.tell(participant)
        case "participantRemoved":
            model.withLock { $0.participants.forget(said.sid) }
            events.participantLeft.tell(participant)
        default:
            let reasons = taken.former.map(taken.said.reasons(since:)) ?? ParticipantFacts.updatable
            if !reasons.isEmpty { events.participantUpdated.tell(ParticipantUpdate(participant: participant, updateReasons: reasons)) }
            if said.identity?.isSame(as: identity) ?? false { takeOwnPart(event, conversation) }
        }
    }

    /// One's own horizon and notification level are properties of the conversation.
    private func takeOwnPart(_ event: FeedEvent, _ conversation: Conversation) {
        guard !event.resource.isErased else { return }
        let said = event.resource.membership
        let taken = conversation.record.withLock { $0.membership.take(eventAt: event.position) { _ in said } }
        tell(conversation, taken.former.map(taken.said.reasons(since:)) ?? Membership.updatable)
    }

    /// What the event says. Content that was erased is not in it: what is there now is read instead.
    private func participantFacts(_ event: FeedEvent, _ conversation: Conversation) async -> ParticipantFacts? {
        if var resource = event.resource.objectValue, !event.resource.isErased {
            resource["conversation_sid"] = .string(conversation.sid)
            return JSONValue.object(resource).participantFacts
        }
        guard let sid = event.subject else { return nil }
        if event.kind == "participantRemoved" { return model.withLock { $0.participants[sid]?.value } }
        return await read { try await conversation.getParticipantBySid(sid).facts }
    }
}
