import ParleyCore

/// The event log.
extension SQLiteTransaction {
    static let eventColumns = "position, kind, conversation, subject, payload, at, service, source, identity, fires_webhooks"

    static func event(_ fields: inout Fields) throws -> Event {
        try Event(
            position: fields.integer(), kind: fields.choice(), conversation: fields.optionalSID(), subject: fields.optionalSID(),
            payload: fields.text(), at: fields.instant(), service: fields.optionalSID(),
            origin: Origin(source: fields.choice(), identity: fields.optionalText(), firesWebhooks: fields.integer() != 0))
    }

    func append(_ event: Event) throws -> Int64 {
        let position = try first(
            """
            INSERT INTO event (kind, conversation, subject, payload, at, service, source, identity, fires_webhooks)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING position
            """,
            [
                event.kind.rawValue, event.conversation?.text, event.subject?.text, event.payload, event.at.milliseconds,
                event.service?.text, event.origin.source.rawValue, event.origin.identity, event.origin.firesWebhooks,
            ]
        ) { try $0.integer() }
        guard let position else { throw UnexpectedRow.missing("event") }
        try keepMemberships(event, at: position)
        return position
    }

    func events(after position: Int64, limit: Int) throws -> [Event] {
        try rows(
            """
            SELECT \(Self.eventColumns)
            FROM event WHERE position > ?1 ORDER BY position LIMIT ?2
            """,
            [position, max(limit, 0)], Self.event)
    }

    /// Every step that changes something that a reader could compare appends an event, so the last one is the latest.
    func latestTime() throws -> Instant? {
        try first("SELECT at FROM event ORDER BY position DESC LIMIT 1") { try $0.instant() }
    }
}
