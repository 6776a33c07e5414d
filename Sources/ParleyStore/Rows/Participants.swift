import GRDB
import ParleyCore

/// Participants, and the rule that a pair is held once.
extension SQLiteTransaction {
    static let participantColumns = """
        sid, conversation, identity, proxy, address, adapter, bound, role, attributes, created, updated, last_read_index, last_read_at, \
        notification_level, removed
        """

    /// A participant of a conversation that is not deleted.
    static let ofVisible = """
        EXISTS (SELECT 1 FROM conversation WHERE conversation.sid = participant.conversation AND deleted IS NULL AND \(ofLiveService))
        """

    static func participant(_ fields: inout Fields) throws -> Participant {
        let (sid, conversation, identity) = try (fields.sid(), fields.sid(), fields.optionalText())
        let (proxy, address, adapter) = try (fields.optionalText(), fields.optionalText(), fields.optionalText())
        var binding: Participant.Binding?
        if let proxy, let address, let adapter {
            do {
                binding = try Participant.Binding(pair: Pair(proxy: Address(proxy), address: Address(address)), adapter: adapter)
            } catch {
                throw UnexpectedRow.malformed("an address")
            }
        }
        return try Participant(
            sid: sid, conversation: conversation, identity: identity, binding: binding, isBound: fields.integer() != 0,
            role: fields.optionalSID(), attributes: fields.text(), created: fields.instant(), updated: fields.instant(),
            lastReadIndex: fields.optionalInteger().map { Int($0) }, lastReadAt: fields.optionalInstant(),
            notificationLevel: fields.choice(), removed: fields.optionalInstant()
        )
    }

    /// Finds removed ones, and those of deleted conversations: what is in flight must still be able to end.
    func participant(_ sid: SID) throws -> Participant? {
        try first("SELECT \(Self.participantColumns) FROM participant WHERE sid = ?1", [sid.text], Self.participant)
    }

    func participant(_ sid: SID, in conversation: SID) throws -> Participant? {
        try first(
            """
            SELECT \(Self.participantColumns) FROM participant
            WHERE sid = ?1 AND conversation = ?2 AND removed IS NULL AND \(Self.ofVisible)
            """, [sid.text, conversation.text], Self.participant)
    }

    func participant(identity: String, in conversation: SID) throws -> Participant? {
        try first(
            """
            SELECT \(Self.participantColumns) FROM participant
            WHERE conversation = ?1 AND identity = ?2 AND removed IS NULL AND \(Self.ofVisible)
            """, [conversation.text, identity], Self.participant)
    }

    /// The one added first, when there are several proxies.
    func participant(addressKey: String, in conversation: SID) throws -> Participant? {
        try first(
            """
            SELECT \(Self.participantColumns) FROM participant
            WHERE conversation = ?1 AND address_key = ?2 AND removed IS NULL AND \(Self.ofVisible)
            ORDER BY id LIMIT 1
            """, [conversation.text, addressKey], Self.participant)
    }

    func boundParticipant(_ pair: PairKey) throws -> Participant? {
        try first(
            "SELECT \(Self.participantColumns) FROM participant WHERE pair_key = ?1 AND bound = 1 AND \(Self.ofVisible)", [pair.rawValue],
            Self.participant)
    }

    func participants(in conversation: SID, page: PageRequest) throws -> Page<Participant> {
        var listing = Listing(
            "participants", table: "participant", keys: ["id"], columns: Self.participantColumns, decode: Self.participant)
        listing.filter("conversation = ?", conversation.text)
        listing.filter("removed IS NULL")
        listing.filter(Self.ofVisible)
        return try self.page(listing, page)
    }

    func insert(_ participant: Participant) throws {
        let nonChat = participant.binding == nil ? 0 : 1
        let counted = try execute(
            """
            UPDATE conversation SET participant_count = participant_count + 1, non_chat_count = non_chat_count + ?2
            WHERE sid = ?1 AND deleted IS NULL AND \(Self.ofLiveService)
            """, [participant.conversation.text, nonChat])
        if counted == 0 { throw Refusal.notFound("/Conversations/\(participant.conversation)") }
        try insertRow(participant)
    }

    /// Counts nothing. What is staged in a hidden conversation is counted for nobody either, until it is published.
    func insertRow(_ participant: Participant) throws {
        let pair = participant.binding?.pair
        try keepingRules(participant) {
            try execute(
                """
                INSERT INTO participant (\(Self.participantColumns), address_key, pair_key, key_rules, channel, service, standing)
                SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, service,
                    CASE WHEN ?15 IS NOT NULL OR deleted IS NOT NULL THEN 'gone' WHEN state = 'closed' THEN 'closed' ELSE 'open' END
                FROM conversation WHERE sid = ?2
                """,
                [
                    participant.sid.text, participant.conversation.text, participant.identity, pair?.proxy.text, pair?.address.text,
                    participant.binding?.adapter, participant.isBound && pair != nil, participant.role?.text, participant.attributes,
                    participant.created.milliseconds, participant.updated.milliseconds, participant.lastReadIndex,
                    participant.lastReadAt?.milliseconds, participant.notificationLevel.rawValue, participant.removed?.milliseconds,
                    pair?.address.key, pair?.key.rawValue,
                    pair == nil ? nil : Address.rulesVersion, participant.binding?.channel.rawValue,
                ])
        }
    }

    /// Writes all but what identifies the participant and its removal.
    func update(_ participant: Participant) throws {
        let changed = try keepingRules(participant) {
            try execute(
                """
                UPDATE participant SET identity = ?2, adapter = ?3, bound = ?4, role = ?5, attributes = ?6, updated = ?7, last_read_index = ?8,
                    last_read_at = ?9, created = ?10, notification_level = ?11
                WHERE sid = ?1 AND removed IS NULL
                """,
                [
                    participant.sid.text, participant.identity, participant.binding?.adapter,
                    participant.isBound && participant.binding != nil, participant.role?.text, participant.attributes,
                    participant.updated.milliseconds, participant.lastReadIndex, participant.lastReadAt?.milliseconds,
                    participant.created.milliseconds, participant.notificationLevel.rawValue,
                ])
        }
        if changed == 0 { throw Self.missing(participant) }
    }

    func remove(_ participant: Participant, at: Instant) throws {
        let isNonChat = try first(
            """
            UPDATE participant SET removed = ?2, updated = ?2, bound = 0, standing = 'gone' WHERE sid = ?1 AND removed IS NULL
            RETURNING pair_key IS NOT NULL
            """, [participant.sid.text, at.milliseconds]
        ) { try $0.integer() }
        guard let isNonChat else { throw Self.missing(participant) }
        try execute(
            "UPDATE conversation SET participant_count = participant_count - 1, non_chat_count = non_chat_count - ?2 WHERE sid = ?1",
            [participant.conversation.text, isNonChat])
        try endHiddenMembership(of: participant)
    }

    func unbindParticipants(of conversation: SID) throws { try retire("closed", of: conversation) }

    /// Frees the pairs, and takes the participants out of what people's open conversations are counted by.
    func retire(_ standing: String, of conversation: SID) throws {
        try execute(
            "UPDATE participant SET bound = 0, standing = ?2 WHERE conversation = ?1 AND removed IS NULL AND standing <> 'gone'",
            [conversation.text, standing])
    }

    private static func missing(_ participant: Participant) -> Refusal {
        .notFound("/Conversations/\(participant.conversation)/Participants/\(participant.sid)")
    }

    @discardableResult
    private func keepingRules<Result>(_ participant: Participant, _ run: () throws -> Result) throws -> Result {
        do {
            return try mapping(["participant.conversation, participant.identity": .identityTaken], run)
        } catch let error as StatementRefused {
            guard error.isViolation(of: "participant.pair_key"), let pair = participant.binding?.pair.key else { throw error }
            if let holder = try boundParticipant(pair) { throw Refusal.pairBound(in: holder.conversation) }
            // The holder's service was deleted and is not cleared away yet: the pair is free already.
            try execute("UPDATE participant SET bound = 0 WHERE pair_key = ?1 AND bound = 1", [pair.rawValue])
            return try mapping(["participant.conversation, participant.identity": .identityTaken], run)
        }
    }

    func boundProxies() throws -> [BoundProxy] {
        try rows("SELECT DISTINCT proxy, adapter FROM participant WHERE bound = 1", []) {
            BoundProxy(proxy: try $0.text(), adapter: try $0.text())
        }
    }

    func rehome(_ proxy: BoundProxy, to adapter: String) throws {
        let arguments: [Argument] = [proxy.proxy, proxy.adapter, adapter]
        let lanes = "SELECT pair_key FROM participant WHERE bound = 1 AND proxy = ?1 AND adapter = ?2"
        try execute(
            "UPDATE delivery SET adapter = ?3 WHERE phase <> 'settled' AND lane IN (\(lanes))", arguments)
        try execute("UPDATE lane SET adapter = ?3 WHERE pair_key IN (\(lanes))", arguments)
        try execute("UPDATE participant SET adapter = ?3 WHERE bound = 1 AND proxy = ?1 AND adapter = ?2", arguments)
    }
}
