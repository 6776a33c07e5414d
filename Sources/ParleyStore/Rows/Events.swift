import ParleyCore

/// The event log.
extension SQLiteTransaction {
    func append(_ event: Event) throws -> Int64 {
        let position = try first(
            "INSERT INTO event (kind, conversation, subject, payload, at) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING position",
            [event.kind.rawValue, event.conversation?.text, event.subject?.text, event.payload, event.at.milliseconds]
        ) { try $0.integer() }
        guard let position else { throw UnexpectedRow.missing("event") }
        return position
    }

    func events(after position: Int64, limit: Int) throws -> [Event] {
        try rows(
            "SELECT position, kind, conversation, subject, payload, at FROM event WHERE position > ?1 ORDER BY position LIMIT ?2",
            [position, max(limit, 0)]
        ) { fields in
            try Event(
                position: fields.integer(), kind: fields.choice(), conversation: fields.optionalSID(), subject: fields.optionalSID(),
                payload: fields.text(), at: fields.instant())
        }
    }

    /// Every step that changes something that a reader could compare appends an event, so the last one is the latest.
    func latestTime() throws -> Instant? {
        try first("SELECT at FROM event ORDER BY position DESC LIMIT 1") { try $0.instant() }
    }
}
