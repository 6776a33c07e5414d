import ParleyCore

/// Message-IDs, for threading.
extension SQLiteTransaction {
    func recordMailID(_ id: String, conversation: SID, participant: SID, message: SID, ours: Bool, at: Instant) throws {
        try execute(
            """
            INSERT INTO mail_id (conversation, participant, mail, message, ours, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (participant, conversation, mail) DO NOTHING
            """, [conversation.text, participant.text, id, message.text, ours, at.milliseconds])
    }

    func mailReferences(conversation: SID, participant: SID, limit: Int) throws -> [String] {
        guard limit > 0 else { return [] }
        let mails = "SELECT id, mail FROM mail_id WHERE participant = ?1 AND conversation = ?2"
        let of: [Argument] = [participant.text, conversation.text]
        let entry = { (fields: inout Fields) throws in (id: try fields.integer(), mail: try fields.text()) }
        guard let start = try first("\(mails) ORDER BY id LIMIT 1", of, entry) else { return [] }
        let latest = try rows("\(mails) ORDER BY id DESC LIMIT ?3", of + [limit - 1], entry)
        return [start.mail] + latest.reversed().filter { $0.id != start.id }.map(\.mail)
    }
}
