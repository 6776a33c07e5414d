import ParleyCore

/// Search, import and erasure, passed on.
extension RelayedTransaction {
    func messages(matching search: MessageSearch, page: PageRequest) throws -> Page<Message> {
        try base.messages(matching: search, page: page)
    }
    func hasMedia(_ key: MediaKey, in service: SID) throws -> Bool { try base.hasMedia(key, in: service) }
    func looseMedia(limit: Int) throws -> [LooseMedia] { try base.looseMedia(limit: limit) }
    func stage(_ conversation: Conversation, at: Instant) throws { try base.stage(conversation, at: at) }
    func stage(_ participants: [Participant], _ messages: [Message], in conversation: SID) throws {
        try base.stage(participants, messages, in: conversation)
    }
    func publish(_ conversation: Conversation, binding: Bool) throws { try base.publish(conversation, binding: binding) }
    func abandonImports(_ conversation: SID?) throws { try base.abandonImports(conversation) }
    func discardAbandoned(limit: Int) throws -> Int { try base.discardAbandoned(limit: limit) }
    func loosen(_ keys: [MediaKey]) throws { try base.loosen(keys) }
    func forgetLoose(_ keys: [MediaKey]) throws { try base.forgetLoose(keys) }
}
