import Synchronization

/// Events about messages and their deliveries.
extension ClientCore {
    func takeNewMessage(_ event: FeedEvent, _ conversation: Conversation) async {
        guard let said = await messageFacts(event, conversation), !isPast(event, in: conversation) else { return }
        let taken = model.withLock { $0.messages.take(eventAt: event.position, of: said.sid, whole: said) { _ in said } }
        guard let now = taken?.now else { return }
        if let author = now.author { typingBook.ended(by: author, in: conversation.sid) }
        events.messageAdded.tell(Message(conversation: conversation, facts: now))
        let last = Conversation.LastMessage(index: said.index, dateCreated: said.dateCreated)
        let newest = conversation.record.withLock { $0.last.take(eventAt: event.position) { _ in last } }
        // `former` is nil when nothing was known, and holds nil when there was no message.
        if newest.former.map({ $0 != newest.said }) ?? true { tell(conversation, [.lastMessage]) }
    }

    func takeChange(ofMessage event: FeedEvent, _ conversation: Conversation) async {
        let isDelivery = event.kind == "deliveryUpdated"
        let sid = isDelivery ? event.resource["message_sid"]?.stringValue : event.subject
        let delivery = event.resource["delivery"]?.aggregatedDelivery
        let said = isDelivery ? nil : await messageFacts(event, conversation)
        guard let sid = sid ?? said?.sid else { return }
        func change(_ known: MessageFacts) -> MessageFacts {
            var facts = known
            if isDelivery { facts.delivery = delivery }
            return facts
        }
        var taken = model.withLock { $0.messages.take(eventAt: event.position, of: sid, whole: said, change) }
        if taken == nil {
            // The event says only a part of a message that was not known. One that cannot be read was removed.
            guard await read({ try await self.message(sid, in: conversation) }) != nil else { return }
            taken = model.withLock { $0.messages.take(eventAt: event.position, of: sid, whole: nil) { $0 } }
        }
        guard let taken, !isPast(event, in: conversation) else { return }
        let reasons = taken.former.map(taken.said.reasons(since:)) ?? (isDelivery ? [.deliveryReceipt] : MessageFacts.updatable)
        guard !reasons.isEmpty else { return }
        events.messageUpdated.tell(MessageUpdate(message: Message(conversation: conversation, facts: taken.now), updateReasons: reasons))
    }

    func takeRemoval(ofMessage event: FeedEvent, _ conversation: Conversation) async {
        let known = event.subject.flatMap { sid in model.withLock { $0.messages[sid]?.value } }
        // What is gone cannot be read: of an erased one only what is known can be told.
        guard let said = whole(event, conversation) ?? known else { return }
        let taken = model.withLock { $0.messages.take(eventAt: event.position, of: said.sid, whole: said) { _ in said } }
        model.withLock { $0.messages.forget(said.sid) }
        guard let now = taken?.now else { return }
        // Which message is the newest now only the gateway knows.
        let isNewest = conversation.record.withLock { $0.last.value?.index == said.index }
        let view = isNewest ? await read { try await self.refresh(conversation) } : nil
        guard !isPast(event, in: conversation) else { return }
        events.messageRemoved.tell(Message(conversation: conversation, facts: now))
        let last = conversation.record.withLock { record in
            // When it could not be read, what was the newest is the last that is known of it.
            record.last.take(eventAt: event.position) { former in former?.index == said.index ? view.map(\.last) ?? former : former }
        }
        if let former = last.former, former != last.said { tell(conversation, [.lastMessage]) }
    }

    /// What the event says. Content that was erased is not in it: what is there now is read instead.
    private func messageFacts(_ event: FeedEvent, _ conversation: Conversation) async -> MessageFacts? {
        if let whole = whole(event, conversation) { return whole }
        guard let sid = event.subject else { return nil }
        return await read { try await self.message(sid, in: conversation) }
    }

    private func whole(_ event: FeedEvent, _ conversation: Conversation) -> MessageFacts? {
        guard var resource = event.resource.objectValue, !event.resource.isErased else { return nil }
        resource["conversation_sid"] = .string(conversation.sid)
        return JSONValue.object(resource).messageFacts
    }

    private func message(_ sid: String, in conversation: Conversation) async throws -> MessageFacts {
        let answer = try await call(.get(["Conversations", conversation.sid, "Messages", sid]))
        guard let facts = try answer.json().messageFacts else { throw ConversationsError.notUnderstood }
        return remember(facts, at: answer.position, in: conversation).facts
    }
}
