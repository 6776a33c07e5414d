import ParleyCore

/// What pre-hooks have to say of what people outside say (contract: semantics §4, §8). Nothing is asked within a transaction: the row
/// waits in the inbox, and the answer settles it.
extension Arrival {
    /// The verdict on what pre-hooks are asked about first.
    static let waitsForPrehook = InboundVerdict.held(reason: "pre_webhook")

    /// True when the account's webhook or the service's is asked about it.
    func isAsked(_ hook: Hook, of service: SID, _ transaction: any ReadTransaction) throws -> Bool {
        try transaction.webhookConfiguration(of: nil)?.url(for: hook) != nil
            || transaction.webhookConfiguration(of: service)?.url(for: hook) != nil
    }

    /// Nil when one of the two addresses cannot be read, or the one is not served here.
    func pair(_ route: ProxyRoute) -> Pair? {
        guard let proxy = route.proxy, let sender = try? Address(fact.sender) else { return nil }
        return Pair(proxy: proxy, address: sender)
    }

    /// The conversation to be made for it, with what was changed so far.
    var newConversation: ConversationChanges {
        var conversation = ConversationChanges()
        conversation.friendlyName = changes.friendlyName
        return conversation
    }

    /// What is to be asked as things stand: about the message where somebody holds the pair, about the conversation where one would be
    /// made. The message and the participant of a new conversation are not asked about.
    func prehook(_ transaction: any ReadTransaction, by origin: Origin, now: Instant) throws -> Prehook? {
        let route = ProxyRoute(fact.proxy, rules: rules)
        guard case .served(_, let proxy, let token) = route, let pair = pair(route) else { return nil }
        if let (participant, conversation, _) = try match(pair, token, transaction) {
            return prehook(participant, conversation, by: origin)
        }
        guard case .create(let creation) = try StrangerRule(proxy, adapter: adapter, transaction, rules) else { return nil }
        var prehook = try CreateConversation(newConversation, in: creation.service ?? rules.installation.service)
            .prehook(transaction, rules, by: origin, now: now)
        prehook?.parameters += [
            HookParameter("MessagingBinding.ProxyAddress", pair.proxy.text), HookParameter("MessagingBinding.Address", pair.address.text),
        ]
        if let text = fact.text, !text.isEmpty { prehook?.parameters.append(HookParameter("MessageBody", text)) }
        if let media = HookParameters.media(item.media) { prehook?.parameters.append(HookParameter("Media", media)) }
        return prehook
    }

    private func prehook(_ participant: Participant, _ conversation: Conversation, by origin: Origin) -> Prehook {
        var form = HookParameters(.onMessageAdd, by: origin, account: rules.webhooks.account)
        form.put("ChatServiceSid", conversation.service)
        form.put("ConversationSid", conversation.sid)
        form.put("Body", (changes.body ?? fact.text).flatMap { $0.isEmpty ? nil : $0 })
        form.put("Author", changedAuthor ?? author)
        form.put("ParticipantSid", participant.sid)
        form.put("Attributes", changes.attributes ?? "{}")
        form.put("Media", HookParameters.media(item.media))
        return Prehook(hook: .onMessageAdd, service: conversation.service, parameters: form.list)
    }

    /// Nil also for an empty one: somebody said it.
    private var changedAuthor: String? { changes.author.flatMap { $0.isEmpty ? nil : $0 } }

    /// Takes over what hooks changed of the message. Whoever is named as its author, it stays the sender's, who does not get it back.
    ///
    /// - Throws: ``Refusal`` when a change is not within what a message may have.
    func take(_ changes: HookChanges, into draft: inout MessageDraft) throws {
        if let author = changedAuthor { draft.author = try rules.limits.author(author) }
        if let attributes = changes.attributes {
            draft.attributes = try rules.limits.attributes(attributes, bytes: rules.limits.attributesBytes)
        }
        if let body = changes.body {
            guard !body.isEmpty || !item.media.isEmpty || fact.subject != nil else { throw Refusal.bodyMissing }
            draft.body = body.isEmpty ? nil : try rules.limits.body(body)
        }
    }
}
