import Synchronization

/// What the realtime connection tells becomes what is known and what is told. One item at a time, so everything is told in the order of
/// positions.
extension ClientCore {
    func deliver(_ item: FeedItem) async {
        switch item {
        case .state(let state):
            set(state)
            if state == .denied || state == .disconnected { firstIsOver() }
        case .subscribed(let start): await subscribed(start)
        case .event(let event):
            await take(event)
            model.withLock { $0.pass(event.position) }
        case .typing(let typing): await take(typing)
        case .tokenAboutToExpire(let date): events.tokenAboutToExpire.tell(date)
        case .tokenExpired(let date): events.tokenExpired.tell(date)
        case .failure(let error, let isTerminal):
            events.connectionError.tell(ConnectionFailure(isTerminal: isTerminal, error: error))
            firstIsOver()
        }
    }

    private func subscribed(_ start: FeedStart) async {
        let isAfterSomething = model.withLock { model in
            model.identity = start.identity
            model.service = start.service
            let former = model.cursor
            if let former, !start.isResumed, start.position < former { model.rewind(to: start.position) }
            model.cursor = start.isResumed ? former ?? start.position : max(model.cursor ?? start.position, start.position)
            return former != nil || model.wasAskedUntold
        }
        firstIsOver()
        if start.isResync || isAfterSomething && !start.isResumed { await readAgain(missedUpTo: start.position) }
    }

    private func take(_ event: FeedEvent) async {
        guard let sid = event.conversation else {
            if event.kind == "userUpdated" { takeUser(event) }
            return
        }
        let isMyName = event.resource["identity"]?.stringValue?.isSame(as: identity) ?? false
        // Erasure tells of one's own leaving under a pseudonym, so the SID says more than the name.
        let isMine = isMyName || isMyParticipant(event.subject, in: sid)
        let isHandedOver = event.kind == "participantUpdated" && event.resource["identity_changed"] == true
        if let left = model.withLock({ $0.departures[sid] }), event.position <= left {
            await takeOfLeft(event, sid, isMine: isMine)
            return
        }
        switch (event.kind, isMine) {
        case ("participantAdded", true): await takeOwnJoining(event, sid)
        // One's own participant became another user's, or another's one's own.
        case (_, true) where isHandedOver && isMyName: await takeOwnJoining(event, sid)
        case (_, true) where isHandedOver: await takeLoss(event, sid)
        case ("participantRemoved", true), ("conversationRemoved", _): await takeLoss(event, sid)
        default: await takeOfMember(event, sid)
        }
    }

    /// Of a participant whose content was erased only the SID is told.
    private func isMyParticipant(_ subject: String?, in sid: String) -> Bool {
        guard let subject, let conversation = known(sid) else { return false }
        return conversation.record.withLock { $0.membership.value.participantSid == subject }
    }

    /// What happened before one left by an own call that has returned: only the leaving is told.
    private func takeOfLeft(_ event: FeedEvent, _ sid: String, isMine: Bool) async {
        switch (event.kind, isMine) {
        case ("participantAdded", true): known(sid)?.record.withLock { $0.lossTold = false }
        case ("participantRemoved", true), ("conversationRemoved", _): await takeLoss(event, sid)
        default: break
        }
    }

    private func takeOfMember(_ event: FeedEvent, _ sid: String) async {
        guard let conversation = await conversation(sid) else { return }
        switch event.kind {
        case "conversationAdded", "conversationUpdated", "conversationStateUpdated": await takeDetails(event, conversation)
        case "participantAdded", "participantUpdated", "participantRemoved": await takeParticipant(event, conversation)
        case "messageAdded": await takeNewMessage(event, conversation)
        case "messageUpdated", "deliveryUpdated": await takeChange(ofMessage: event, conversation)
        case "messageRemoved": await takeRemoval(ofMessage: event, conversation)
        // Kinds that a later gateway may have.
        default: break
        }
    }

    private func take(_ typing: FeedTyping) async {
        guard model.withLock({ $0.departures[typing.conversation] == nil }), let conversation = await conversation(typing.conversation),
            conversation.status == .joined
        else { return }
        let participant: Participant
        if let facts = model.withLock({ $0.participants[typing.participant]?.value }) {
            participant = Participant(conversation: conversation, facts: facts)
        } else {
            // Who cannot be read is no longer there.
            guard let read = await read({ try await conversation.getParticipantBySid(typing.participant) }) else { return }
            participant = read
        }
        typingBook.started(participant, seconds: typing.seconds)
        events.typingStarted.tell(participant)
    }

    private func takeUser(_ event: FeedEvent) {
        guard let facts = event.resource.userFacts else { return }
        guard let user = model.withLock({ $0.user(facts.identity) }) else { return }
        let taken = user.record.withLock { $0.take(eventAt: event.position) { _ in facts } }
        tell(user, taken.former.map(taken.said.reasons(since:)) ?? UserFacts.updatable)
    }

    func tell(_ user: User, _ reasons: Set<UserUpdate.Reason>) {
        if !reasons.isEmpty { events.userUpdated.tell(UserUpdate(user: user, updateReasons: reasons)) }
    }

    /// The object of a conversation if there is one.
    func known(_ sid: String) -> Conversation? { model.withLock { $0.conversations[sid] } }

    /// The object of a conversation of which something is told; it is read when it was not known. Nil when it was left in the meantime.
    func conversation(_ sid: String) async -> Conversation? {
        if let known = known(sid) { return known }
        return await read {
            let answer = try await self.call(.get(["MyConversations", sid]))
            guard let view = try answer.json().conversationView else { throw ConversationsError.notUnderstood }
            return self.adopt(view, at: answer.position)
        }
    }

    /// What an event needs to be told and does not say itself; nil when it is no longer there, or no longer one's own to see.
    ///
    /// What cannot be told because the gateway could not be asked is missed, and applications hear that something is.
    func read<Value>(_ body: () async throws -> Value) async -> Value? {
        do {
            return try await body()
        } catch {
            let status = (error as? ConversationsError)?.status
            if status != 403, status != 404, !model.withLock({ $0.isClosing }) { events.resynced.tell(Resynced()) }
            return nil
        }
    }

    /// Whether one has left by an own call that has returned since the event was looked at: nothing of before is told then.
    func isPast(_ event: FeedEvent, in conversation: Conversation) -> Bool {
        model.withLock { $0.departures[conversation.sid] ?? -1 } >= event.position
    }
}
