public import ParleyCore

/// What pre-hooks are told of conversations, participants, messages and users: as these would be afterwards.
extension CreateConversation: Prehooked {
    public func prehook(_ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin, now: Instant) throws -> Prehook? {
        let service = service ?? rules.installation.service
        var row = Conversation(sid: service, service: service, created: now, updated: now)
        row.preview(changes)
        var form = HookParameters(.onConversationAdd, by: origin, account: rules.webhooks.account)
        form.put("ChatServiceSid", service)
        form.put(conversation: EventPayload.details(row), messagingService: rules.messagingService(of: service))
        return Prehook(hook: .onConversationAdd, service: service, parameters: form.list)
    }

    public mutating func take(_ changes: HookChanges) {
        if let name = changes.friendlyName { self.changes.friendlyName = name }
    }
}

extension CreateConversationWithParticipants: Prehooked {
    public func prehook(_ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin, now: Instant) throws -> Prehook? {
        try CreateConversation(changes, in: service).prehook(transaction, rules, by: origin, now: now)
    }

    public mutating func take(_ changes: HookChanges) {
        if let name = changes.friendlyName { self.changes.friendlyName = name }
    }
}

extension UpdateConversation: Prehooked {
    public func prehook(_ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin, now: Instant) throws -> Prehook? {
        var row = try name.find(in: transaction, default: rules.installation.service)
        row.preview(changes)
        return row.prehook(.onConversationUpdate, rules, by: origin)
    }

    public mutating func take(_ changes: HookChanges) {
        if let name = changes.friendlyName { self.changes.friendlyName = name }
    }
}

extension DeleteConversation: Prehooked {
    public func prehook(_ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin, now: Instant) throws -> Prehook? {
        try name.find(in: transaction, default: rules.installation.service).prehook(.onConversationRemove, rules, by: origin)
    }

    public mutating func take(_ changes: HookChanges) {}
}

extension Conversation {
    /// Takes over what hooks are told of. The fact's rule checks it later.
    fileprivate mutating func preview(_ changes: ConversationChanges) {
        if let name = changes.friendlyName { friendlyName = name }
        if let name = changes.uniqueName { uniqueName = name.isEmpty ? nil : name }
        if let text = changes.attributes { attributes = text.isEmpty ? "{}" : text }
        if let state = changes.state { self.state = state }
        if let service = changes.messagingService { messagingService = service }
    }

    fileprivate func prehook(_ hook: Hook, _ rules: Rules, by origin: Origin) -> Prehook {
        var form = HookParameters(hook, by: origin, account: rules.webhooks.account)
        form.put("ChatServiceSid", service)
        form.put("ConversationSid", sid)
        form.put(conversation: EventPayload.details(self), messagingService: rules.messagingService(of: service))
        form.put("DateCreated", created)
        form.put("DateUpdated", updated)
        return Prehook(hook: hook, service: service, parameters: form.list)
    }

    /// The beginning of what hooks are told of something within the conversation.
    fileprivate func form(_ hook: Hook, _ rules: Rules, by origin: Origin) -> HookParameters {
        var form = HookParameters(hook, by: origin, account: rules.webhooks.account)
        form.put("ChatServiceSid", service)
        form.put("ConversationSid", sid)
        return form
    }
}

extension AddParticipant: Prehooked {
    public func prehook(_ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin, now: Instant) throws -> Prehook? {
        let conversation = try conversation.find(in: transaction, default: rules.installation.service)
        try Permissions.mayAdd(self, to: conversation, transaction, origin)
        guard conversation.state != .closed else { throw Refusal.conversationClosed }
        var form = conversation.form(.onParticipantAdd, rules, by: origin)
        form.put(
            participant: EventPayload.ParticipantDetails(
                identity: identity, address: address, proxyAddress: proxyAddress,
                channel: address.flatMap { try? Address($0) }?.channel.rawValue, role: role?.text, attributes: attributes ?? "{}",
                created: now, updated: now, lastReadMessageIndex: nil))
        return Prehook(hook: .onParticipantAdd, service: conversation.service, parameters: form.list)
    }

    public mutating func take(_ changes: HookChanges) {}
}

extension UpdateParticipant: Prehooked {
    public func prehook(_ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin, now: Instant) throws -> Prehook? {
        let conversation = try conversation.find(in: transaction, default: rules.installation.service)
        try Permissions.mayRead(conversation, transaction, origin)
        var row = try participant.find(in: conversation, transaction)
        try Permissions.mayUpdate(row, by: self, in: conversation, transaction, origin)
        guard conversation.state != .closed else { throw Refusal.conversationClosed }
        if let attributes { row.attributes = attributes }
        if let role { row.role = role }
        if let identity { row.identity = identity }
        return row.prehook(.onParticipantUpdate, conversation, rules, by: origin)
    }

    public mutating func take(_ changes: HookChanges) {}
}

extension RemoveParticipant: Prehooked {
    public func prehook(_ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin, now: Instant) throws -> Prehook? {
        let conversation = try conversation.find(in: transaction, default: rules.installation.service)
        try Permissions.mayRead(conversation, transaction, origin)
        let row = try participant.find(in: conversation, transaction)
        try Permissions.mayRemove(row, from: conversation, transaction, origin)
        return row.prehook(.onParticipantRemove, conversation, rules, by: origin)
    }

    public mutating func take(_ changes: HookChanges) {}
}

extension UpdateUserConversation: Prehooked {
    public func prehook(_ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin, now: Instant) throws -> Prehook? {
        try name.admit(origin, transaction, default: rules.installation.service)
        let membership = try name.find(in: transaction, default: rules.installation.service).1
        try Permissions.mayUpdate(membership, by: self, transaction, origin)
        return membership.participant.prehook(.onParticipantUpdate, membership.conversation, rules, by: origin)
    }

    public mutating func take(_ changes: HookChanges) {}
}

extension UpdateOwnConversation: Prehooked {
    public func prehook(_ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin, now: Instant) throws -> Prehook? {
        let (before, after) = try carriedOut(transaction, rules, by: origin, now: now)
        // Nobody is asked about what changes nothing.
        guard after.participant != before else { return nil }
        return before.prehook(.onParticipantUpdate, after.conversation, rules, by: origin)
    }

    public mutating func take(_ changes: HookChanges) {}
}

extension LeaveConversation: Prehooked {
    public func prehook(_ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin, now: Instant) throws -> Prehook? {
        try name.admit(origin, transaction, default: rules.installation.service)
        let membership = try name.find(in: transaction, default: rules.installation.service).1
        try Permissions.mayRemove(membership.participant, from: membership.conversation, transaction, origin)
        return membership.participant.prehook(.onParticipantRemove, membership.conversation, rules, by: origin)
    }

    public mutating func take(_ changes: HookChanges) {}
}

extension Participant {
    fileprivate func prehook(_ hook: Hook, _ conversation: Conversation, _ rules: Rules, by origin: Origin) -> Prehook {
        var form = conversation.form(hook, rules, by: origin)
        form.put("ParticipantSid", sid)
        form.put(participant: EventPayload.details(self))
        form.put("DateCreated", created)
        form.put("DateUpdated", updated)
        return Prehook(hook: hook, service: conversation.service, parameters: form.list)
    }
}

extension CreateMessage: Prehooked {
    public func prehook(_ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin, now: Instant) throws -> Prehook? {
        let conversation = try conversation.find(in: transaction, default: rules.installation.service)
        // Nobody is asked about what is not going to happen.
        _ = try Permissions.maySend(self, in: conversation, transaction, origin)
        guard conversation.state != .closed else { throw Refusal.conversationClosed }
        let author = changed.author ?? origin.identity ?? author
        let (body, attributes) = (changed.body ?? body, changed.attributes ?? attributes)
        let row = Message(
            sid: conversation.sid, conversation: conversation.sid, index: 0, author: author,
            participant: try Author.participant(author, in: conversation.sid, transaction)?.sid, body: body,
            attributes: attributes ?? "{}", created: now, updated: now)
        var form = conversation.form(.onMessageAdd, rules, by: origin)
        form.put(message: EventPayload.details(row, media: try media.prefix(10).compactMap { try transaction.media($0) }))
        return Prehook(hook: .onMessageAdd, service: conversation.service, parameters: form.list)
    }

    public mutating func take(_ changes: HookChanges) {
        changed.take(changes)
    }
}

extension UpdateMessage: Prehooked {
    public func prehook(_ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin, now: Instant) throws -> Prehook? {
        let conversation = try conversation.find(in: transaction, default: rules.installation.service)
        var row = try conversation.message(message, transaction)
        try Permissions.mayUpdate(row, by: self, in: conversation, transaction, origin)
        guard conversation.state != .closed else { throw Refusal.conversationClosed }
        let (author, body, attributes) = (changed.author ?? author, changed.body ?? body, changed.attributes ?? attributes)
        if let body { row.body = body }
        if let author {
            row.author = author.isEmpty ? "system" : author
            row.participant = try Author.participant(author, in: conversation.sid, transaction)?.sid
        }
        if let attributes { row.attributes = attributes.isEmpty ? "{}" : attributes }
        return try row.prehook(.onMessageUpdate, conversation, transaction, rules, by: origin)
    }

    public mutating func take(_ changes: HookChanges) {
        changed.take(changes)
    }
}

extension DeleteMessage: Prehooked {
    public func prehook(_ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin, now: Instant) throws -> Prehook? {
        let conversation = try conversation.find(in: transaction, default: rules.installation.service)
        let row = try conversation.message(message, transaction)
        try Permissions.mayDelete(row, in: conversation, transaction, origin)
        return try row.prehook(.onMessageRemove, conversation, transaction, rules, by: origin)
    }

    public mutating func take(_ changes: HookChanges) {}
}

extension Conversation {
    fileprivate func message(_ message: SID, _ transaction: any ReadTransaction) throws -> Message {
        guard let row = try transaction.message(message, in: sid) else {
            throw Refusal.notFound("/Conversations/\(sid)/Messages/\(message)")
        }
        return row
    }
}

extension Message {
    fileprivate func prehook(
        _ hook: Hook, _ conversation: Conversation, _ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin
    ) throws -> Prehook {
        var form = conversation.form(hook, rules, by: origin)
        form.put("MessageSid", sid)
        form.put("Index", String(index))
        form.put("DateCreated", created)
        form.put("DateUpdated", updated)
        form.put(message: EventPayload.details(self, media: try transaction.media(of: [sid])[sid] ?? []))
        return Prehook(hook: hook, service: conversation.service, parameters: form.list)
    }
}

extension UpdateUser: Prehooked {
    public func prehook(_ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin, now: Instant) throws -> Prehook? {
        let user = try name.find(in: transaction, default: rules.installation.service)
        var form = HookParameters(.onUserUpdate, by: origin, account: rules.webhooks.account)
        form.put("ChatServiceSid", user.service)
        form.put("UserSid", user.sid)
        form.put("DateCreated", user.created)
        form.put("DateUpdated", user.updated)
        form.put("Identity", user.identity)
        form.put("RoleSid", changes.role ?? user.role)
        form.put("Attributes", changes.attributes ?? user.attributes)
        form.put("FriendlyName", changes.friendlyName ?? user.friendlyName)
        return Prehook(hook: .onUserUpdate, service: user.service, parameters: form.list)
    }

    public mutating func take(_ changes: HookChanges) {}
}
