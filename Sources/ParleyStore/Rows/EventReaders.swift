import ParleyCore

/// How far readers of the event log are, and what they look up.
extension SQLiteTransaction {
    func readerPosition(_ reader: String) throws -> Int64 {
        try first("SELECT position FROM event_reader WHERE reader = ?1", [reader]) { try $0.integer() } ?? 0
    }

    func setReaderPosition(_ reader: String, to position: Int64) throws {
        try execute(
            """
            INSERT INTO event_reader (reader, position) VALUES (?1, ?2) ON CONFLICT (reader) DO UPDATE SET position = excluded.position
            """, [reader, position])
    }

    func service(of conversation: SID) throws -> SID? {
        try first("SELECT service FROM conversation WHERE sid = ?1", [conversation.text]) { try $0.sid() }
    }
}
