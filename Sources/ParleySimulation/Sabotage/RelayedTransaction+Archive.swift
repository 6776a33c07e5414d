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
    func erasure(_ id: Int64) throws -> Erasure? { try base.erasure(id) }
    func erasures(page: PageRequest) throws -> Page<Erasure> { try base.erasures(page: page) }
    func dueErasure(at now: Instant) throws -> Erasure? { try base.dueErasure(at: now) }
    func openErasure(digest: String) throws -> Erasure? { try base.openErasure(digest: digest) }
    func extent(of person: ErasedPerson, max: Int) throws -> ErasureCounts { try base.extent(of: person, max: max) }
    func participations(of person: ErasedPerson, limit: Int) throws -> [ErasedRow] { try base.participations(of: person, limit: limit) }
    func nextParticipant(of person: ErasedPerson, after row: Int64) throws -> ErasedRow? {
        try base.nextParticipant(of: person, after: row)
    }
    func messages(by person: ErasedPerson, after row: Int64, limit: Int) throws -> [ErasedRow] {
        try base.messages(by: person, after: row, limit: limit)
    }
    func messages(by participant: SID, after row: Int64, limit: Int) throws -> [ErasedRow] {
        try base.messages(by: participant, after: row, limit: limit)
    }
    func unsettled(to participant: SID, under lane: PairKey, limit: Int) throws -> [Delivery] {
        try base.unsettled(to: participant, under: lane, limit: limit)
    }
    func unsettled(of message: SID, limit: Int) throws -> [Delivery] { try base.unsettled(of: message, limit: limit) }
    func insert(_ erasure: Erasure) throws -> Erasure { try base.insert(erasure) }
    func update(_ erasure: Erasure) throws { try base.update(erasure) }
    func eraseAnswers(of person: ErasedPerson, after row: Int64, limit: Int) throws -> Int64? {
        try base.eraseAnswers(of: person, after: row, limit: limit)
    }
    func eraseEvents(about subjects: [SID], pseudonym: String, limit: Int) throws -> Int {
        try base.eraseEvents(about: subjects, pseudonym: pseudonym, limit: limit)
    }
    func erase(_ messages: [SID], pseudonym: String) throws -> ErasureCounts { try base.erase(messages, pseudonym: pseudonym) }
    func eraseDeliveries(to participant: SID, under lane: PairKey, pseudonym: String, limit: Int) throws -> Int {
        try base.eraseDeliveries(to: participant, under: lane, pseudonym: pseudonym, limit: limit)
    }
    func eraseMailIDs(of participant: SID, limit: Int) throws -> Int { try base.eraseMailIDs(of: participant, limit: limit) }
    func erase(participant: SID, pseudonym: String) throws { try base.erase(participant: participant, pseudonym: pseudonym) }
    func eraseInbox(of person: ErasedPerson, limit: Int) throws -> Int { try base.eraseInbox(of: person, limit: limit) }
    func eraseLanes(of person: ErasedPerson, limit: Int) throws -> Bool { try base.eraseLanes(of: person, limit: limit) }
    func eraseTraces(of person: ErasedPerson, pseudonym: String, limit: Int) throws -> Int {
        try base.eraseTraces(of: person, pseudonym: pseudonym, limit: limit)
    }
    func users(identity: String, limit: Int) throws -> [User] { try base.users(identity: identity, limit: limit) }
    func toldUsers(identity: String, limit: Int) throws -> [SID] { try base.toldUsers(identity: identity, limit: limit) }
    func hasWebhookUnderWay(about subject: SID) throws -> Bool { try base.hasWebhookUnderWay(about: subject) }
    func hasWebhookUnderWay(by identity: String) throws -> Bool { try base.hasWebhookUnderWay(by: identity) }
    func erase(user: SID) throws { try base.erase(user: user) }
    func eraseDevices(of identity: String, limit: Int) throws -> Int { try base.eraseDevices(of: identity, limit: limit) }
    func eraseMedia(by person: ErasedPerson, pseudonym: String, limit: Int) throws -> Int {
        try base.eraseMedia(by: person, pseudonym: pseudonym, limit: limit)
    }
    func eraseWebhooks(about subjects: [SID], pseudonym: String, limit: Int) throws -> Int {
        try base.eraseWebhooks(about: subjects, pseudonym: pseudonym, limit: limit)
    }
    func eraseWebhooks(by identity: String, pseudonym: String, limit: Int) throws -> Int {
        try base.eraseWebhooks(by: identity, pseudonym: pseudonym, limit: limit)
    }
    func mergeSearchIndex(starts: Bool) throws -> Bool { try base.mergeSearchIndex(starts: starts) }
    func hasAbandonedImports() throws -> Bool { try base.hasAbandonedImports() }
}
