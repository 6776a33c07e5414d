import ParleyCore

/// Messages. A deleted one stays as a tombstone, so that its index is never used again.
extension SQLiteTransaction {
    static let messageColumns = """
        conversation, number, sid, author, participant, body, subject, attributes, created, updated, matched_by, flags, deleted, \
        total, sent, delivered, "read", failed, undelivered
        """

    private static let ofVisibleConversation = """
        EXISTS (SELECT 1 FROM conversation WHERE conversation.sid = message.conversation AND conversation.deleted IS NULL \
        AND \(ofLiveService))
        """

    static func message(_ fields: inout Fields) throws -> Message {
        let (conversation, index, sid) = try (fields.sid(), fields.count(), fields.sid())
        return try Message(
            sid: sid, conversation: conversation, index: index, author: fields.text(), participant: fields.optionalSID(),
            body: fields.optionalText(), subject: fields.optionalText(), attributes: fields.text(), created: fields.instant(),
            updated: fields.instant(), matchedBy: fields.optionalChoice(), flags: fields.words(), deleted: fields.optionalInstant(),
            delivery: DeliveryCounts(
                total: fields.count(), sent: fields.count(), delivered: fields.count(), read: fields.count(), failed: fields.count(),
                undelivered: fields.count()))
    }

    func message(_ sid: SID, in conversation: SID) throws -> Message? {
        guard let message = try message(sid), message.conversation == conversation else { return nil }
        return message
    }

    func message(_ sid: SID) throws -> Message? {
        try first(
            "SELECT \(Self.messageColumns) FROM message WHERE sid = ?1 AND deleted IS NULL AND \(Self.ofVisibleConversation)", [sid.text],
            Self.message)
    }

    func messages(in conversation: SID, newestFirst: Bool, page: PageRequest) throws -> Page<Message> {
        // Asked once and not for each row. What a cursor says is checked all the same.
        let isVisible = try isVisible(conversation)
        var listing = Listing("messages", table: "message", keys: ["number"], columns: Self.messageColumns, decode: Self.message)
        listing.filter("conversation = ?", isVisible ? conversation.text : "")
        listing.filter("deleted IS NULL")
        listing.isDescending = newestFirst
        return try self.page(listing, page)
    }

    func messages(in conversation: SID, indices: Range<Int>, limit: Int) throws -> [Message] {
        guard try isVisible(conversation) else { return [] }
        return try rows(
            """
            SELECT \(Self.messageColumns) FROM message WHERE conversation = ?1 AND number >= ?2 AND number < ?3 AND deleted IS NULL
            ORDER BY number LIMIT ?4
            """, [conversation.text, indices.lowerBound, indices.upperBound, max(limit, 0)], Self.message)
    }

    func insert(_ message: Message) throws {
        try mapping([:]) {
            try execute(
                """
                INSERT INTO message (\(Self.messageColumns), author_key)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
                """,
                [
                    message.conversation.text, message.index, message.sid.text, message.author, message.participant?.text, message.body,
                    message.subject, message.attributes, message.created.milliseconds, message.updated.milliseconds,
                    message.matchedBy?.rawValue, words(message.flags), message.deleted?.milliseconds, message.delivery.total,
                    message.delivery.sent, message.delivery.delivered, message.delivery.read, message.delivery.failed,
                    message.delivery.undelivered, Self.authorKey(message.author),
                ])
        }
    }

    /// Leaves the delivery counts alone, which ``count(_:from:to:)`` keeps.
    func update(_ message: Message) throws {
        let changed = try execute(
            """
            UPDATE message SET author = ?2, participant = ?3, body = ?4, subject = ?5, attributes = ?6, updated = ?7, matched_by = ?8, flags = ?9,
                created = ?10, author_key = ?11
            WHERE sid = ?1 AND deleted IS NULL
            """,
            [
                message.sid.text, message.author, message.participant?.text, message.body, message.subject, message.attributes,
                message.updated.milliseconds, message.matchedBy?.rawValue, words(message.flags), message.created.milliseconds,
                Self.authorKey(message.author),
            ])
        if changed == 0 { throw Self.missing(message) }
    }

    /// What was said is forgotten; what is in flight has its payload.
    func delete(_ message: Message, at: Instant) throws {
        let changed = try execute(
            """
            UPDATE message SET deleted = ?2, updated = ?2, body = NULL, subject = NULL, attributes = '{}'
            WHERE sid = ?1 AND deleted IS NULL
            """, [message.sid.text, at.milliseconds])
        if changed == 0 { throw Self.missing(message) }
        try execute("UPDATE conversation SET message_count = message_count - 1 WHERE sid = ?1", [message.conversation.text])
    }

    func count(_ message: SID, from: Delivery.Status?, to: Delivery.Status?) throws {
        let (old, new) = (Self.reached(from), Self.reached(to))
        guard old != new else { return }
        // A tombstone is counted on as well: it stays until what is in flight has settled.
        try execute(
            """
            UPDATE message SET sent = sent + ?2, delivered = delivered + ?3, "read" = "read" + ?4, failed = failed + ?5,
                undelivered = undelivered + ?6
            WHERE sid = ?1
            """,
            [
                message.text, new.sent - old.sent, new.delivered - old.delivered, new.read - old.read, new.failed - old.failed,
                new.undelivered - old.undelivered,
            ])
    }

    /// The counters that a delivery of a status is counted in: what is undelivered was sent, what failed was not.
    private static func reached(_ status: Delivery.Status?) -> DeliveryCounts {
        switch status {
        case nil: DeliveryCounts()
        case .sent: DeliveryCounts(sent: 1)
        case .delivered: DeliveryCounts(sent: 1, delivered: 1)
        case .read: DeliveryCounts(sent: 1, delivered: 1, read: 1)
        case .undelivered: DeliveryCounts(sent: 1, undelivered: 1)
        case .failed: DeliveryCounts(failed: 1)
        }
    }

    private static func missing(_ message: Message) -> Refusal {
        .notFound("/Conversations/\(message.conversation)/Messages/\(message.sid)")
    }
}
