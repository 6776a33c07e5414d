/// Who is in the conversation.
extension Conversation {
    /// Adds a chat user.
    ///
    /// - Throws: 409/50433 when they are in it already.
    @discardableResult
    public func add(identity: String, attributes: JSONValue = [:]) async throws -> Participant {
        try Check.notEmpty(identity, "identity")
        return try await core.add(to: self, [("Identity", identity), ("Attributes", try Check.attributes(attributes))])
    }

    /// Adds somebody outside.
    ///
    /// - Parameters:
    ///   - proxyAddress: ours, which they see.
    ///   - address: theirs.
    /// - Throws: 409/50416 when a conversation holds that pair already.
    @discardableResult
    public func addNonChatParticipant(proxyAddress: String, address: String, attributes: JSONValue = [:]) async throws -> Participant {
        try Check.notEmpty(proxyAddress, "proxyAddress")
        try Check.notEmpty(address, "address")
        let form = [("MessagingBinding.ProxyAddress", proxyAddress), ("MessagingBinding.Address", address)]
        return try await core.add(to: self, form + [("Attributes", try Check.attributes(attributes))])
    }

    /// - Throws: "Participant with identity X was not found".
    public func getParticipantByIdentity(_ identity: String) async throws -> Participant {
        try Check.notEmpty(identity, "identity")
        return try await core.participant(identity, in: self, otherwise: "Participant with identity \(identity) was not found") {
            $0.identity == identity
        }
    }

    /// - Throws: "Participant with SID X was not found".
    public func getParticipantBySid(_ sid: String) async throws -> Participant {
        try Check.notEmpty(sid, "sid")
        return try await core.participant(sid, in: self, otherwise: "Participant with SID \(sid) was not found") { $0.sid == sid }
    }

    /// Everybody, people outside too.
    public func getParticipants() async throws -> [Participant] { try await core.participants(of: self) }

    /// How many take part, people outside too; asked of the gateway each time.
    public func getParticipantsCount() async throws -> Int { try await core.refresh(self).participantsCount }

    /// Takes somebody out of the conversation. Taking oneself out is leaving.
    ///
    /// - Throws: 404/20404 when they are not in it.
    public func removeParticipant(_ participant: Participant) async throws { try await core.remove(participant.sid, from: self) }

    /// - Parameter identity: of a chat user, or a participant's SID.
    public func removeParticipant(_ identity: String) async throws {
        try Check.notEmpty(identity, "participant")
        try await core.remove(identity, from: self)
    }
}
