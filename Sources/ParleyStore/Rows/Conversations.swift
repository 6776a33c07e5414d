import ParleyCore

/// Conversations and their counters.
extension SQLiteTransaction {
    private static let conversationColumns = """
        sid, service, state, unique_name, friendly_name, attributes, messaging_service, created, updated, inactive_timer, closed_timer, \
        inactive_at, closed_at, email_name, email_address, created_by, next_index, message_count, participant_count, non_chat_count, last_message_at
        """

    private static func conversation(_ fields: inout Fields) throws -> Conversation {
        try Conversation(
            sid: fields.sid(), service: fields.sid(), state: fields.choice(), uniqueName: fields.optionalText(),
            friendlyName: fields.optionalText(), attributes: fields.text(), messagingService: fields.optionalSID(),
            created: fields.instant(),
            updated: fields.instant(), inactiveTimer: fields.optionalText(), closedTimer: fields.optionalText(),
            inactiveAt: fields.optionalInstant(), closedAt: fields.optionalInstant(), emailBindingName: fields.optionalText(),
            emailBindingAddress: fields.optionalText(), createdBy: fields.text(), nextIndex: fields.count(), messageCount: fields.count(),
            participantCount: fields.count(), nonChatCount: fields.count(), lastMessageAt: fields.optionalInstant())
    }

    func conversation(_ sid: SID) throws -> Conversation? {
        try first(
            "SELECT \(Self.conversationColumns) FROM conversation WHERE sid = ?1 AND deleted IS NULL AND \(Self.ofLiveService)", [sid.text],
            Self.conversation)
    }

    func conversation(uniqueName: String, service: SID) throws -> Conversation? {
        try first(
            """
            SELECT \(Self.conversationColumns) FROM conversation
            WHERE service = ?1 AND unique_name = ?2 AND deleted IS NULL AND \(Self.ofLiveService)
            """, [service.text, uniqueName], Self.conversation)
    }

    func conversationsToClear(of service: SID, limit: Int) throws -> [Conversation] {
        try rows(
            "SELECT \(Self.conversationColumns) FROM conversation WHERE service = ?1 AND deleted IS NULL ORDER BY created LIMIT ?2",
            [service.text, max(limit, 0)], Self.conversation)
    }

    func timersDue(at now: Instant, limit: Int) throws -> [Conversation] {
        try rows(
            "SELECT \(Self.conversationColumns) FROM conversation WHERE timer_due IS NOT NULL AND timer_due <= ?1 ORDER BY timer_due LIMIT ?2",
            [now.milliseconds, max(limit, 0)], Self.conversation)
    }

    func nextTimer() throws -> Instant? {
        try first("SELECT timer_due FROM conversation WHERE timer_due IS NOT NULL ORDER BY timer_due LIMIT 1") { try $0.instant() }
    }

    func conversations(_ filter: ConversationFilter, page: PageRequest) throws -> Page<Conversation> {
        // Asked once and not for each row. What a cursor says is checked all the same.
        let isHidden = try isDeleted(service: filter.service)
        var listing = Listing(
            "conversations", table: "conversation", keys: ["created", "id"], columns: Self.conversationColumns, decode: Self.conversation)
        listing.filter("service = ?", isHidden ? "" : filter.service.text)
        listing.filter("deleted IS NULL")
        if let state = filter.state { listing.filter("state = ?", state.rawValue) }
        if let from = filter.from { listing.filter("created >= ?", from.milliseconds) }
        if let until = filter.until { listing.filter("created < ?", until.milliseconds) }
        listing.isDescending = filter.from != nil || filter.until != nil
        return try self.page(listing, page)
    }

    /// True unless the conversation is unknown or deleted, or its service is, which hides all it holds.
    func isVisible(_ conversation: SID) throws -> Bool {
        try exists(
            "SELECT 1 FROM conversation WHERE sid = ?1 AND deleted IS NULL AND \(Self.ofLiveService)", [conversation.text])
    }

    func insert(_ conversation: Conversation) throws {
        try mapping(["conversation.service, conversation.unique_name": Refusal.uniqueNameTaken]) {
            try execute(
                """
                INSERT INTO conversation (\(Self.conversationColumns))
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)
                """,
                [
                    conversation.sid.text, conversation.service.text, conversation.state.rawValue, conversation.uniqueName,
                    conversation.friendlyName, conversation.attributes, conversation.messagingService?.text,
                    conversation.created.milliseconds, conversation.updated.milliseconds, conversation.inactiveTimer,
                    conversation.closedTimer, conversation.inactiveAt?.milliseconds, conversation.closedAt?.milliseconds,
                    conversation.emailBindingName, conversation.emailBindingAddress, conversation.createdBy, conversation.nextIndex,
                    conversation.messageCount, conversation.participantCount, conversation.nonChatCount,
                    conversation.lastMessageAt?.milliseconds,
                ])
        }
    }

    /// Leaves next index, counts and the time of the last message alone.
    func update(_ conversation: Conversation) throws {
        let changed = try mapping(["conversation.service, conversation.unique_name": Refusal.uniqueNameTaken]) {
            try execute(
                """
                UPDATE conversation SET state = ?2, unique_name = ?3, friendly_name = ?4, attributes = ?5, messaging_service = ?6, updated = ?7,
                    inactive_timer = ?8, closed_timer = ?9, inactive_at = ?10, closed_at = ?11, email_name = ?12, email_address = ?13
                WHERE sid = ?1 AND deleted IS NULL
                """,
                [
                    conversation.sid.text, conversation.state.rawValue, conversation.uniqueName, conversation.friendlyName,
                    conversation.attributes, conversation.messagingService?.text, conversation.updated.milliseconds,
                    conversation.inactiveTimer, conversation.closedTimer, conversation.inactiveAt?.milliseconds,
                    conversation.closedAt?.milliseconds, conversation.emailBindingName, conversation.emailBindingAddress,
                ])
        }
        if changed == 0 { throw Refusal.notFound("/Conversations/\(conversation.sid)") }
    }

    func delete(_ conversation: SID, at: Instant) throws {
        let changed = try execute(
            "UPDATE conversation SET deleted = ?2, updated = ?2 WHERE sid = ?1 AND deleted IS NULL", [conversation.text, at.milliseconds])
        if changed == 0 { throw Refusal.notFound("/Conversations/\(conversation)") }
        try retire("gone", of: conversation)
    }

    func allotIndex(in conversation: SID, at: Instant) throws -> Int {
        let index = try first(
            """
            UPDATE conversation
            SET next_index = next_index + 1, message_count = message_count + 1, last_message_at = max(coalesce(last_message_at, ?2), ?2)
            WHERE sid = ?1 AND deleted IS NULL AND \(Self.ofLiveService)
            RETURNING next_index - 1
            """,
            [conversation.text, at.milliseconds]
        ) { try $0.count() }
        guard let index else { throw Refusal.notFound("/Conversations/\(conversation)") }
        return index
    }
}
