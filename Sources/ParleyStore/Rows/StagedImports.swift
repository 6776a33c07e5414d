import GRDB
import ParleyCore

/// Imports. What is staged is hidden as if it were deleted, whatever asks; one update shows the whole.
extension SQLiteTransaction {
    func stage(_ conversation: Conversation, at: Instant) throws {
        try insert(conversation)
        try execute("UPDATE conversation SET deleted = ?2 WHERE sid = ?1", [conversation.sid.text, at.milliseconds])
        try execute(
            "INSERT INTO conversation_import (conversation, begun, abandoned) VALUES (?1, ?2, 0)",
            [conversation.sid.text, at.milliseconds])
    }

    func stage(_ participants: [Participant], _ messages: [Message], in conversation: SID) throws {
        let nonChat = participants.count { $0.binding != nil }
        let isOpen = try exists("SELECT 1 FROM conversation_import WHERE conversation = ?1 AND abandoned = 0", [conversation.text])
        guard isOpen else { throw UnexpectedRow.missing("conversation_import") }
        for participant in participants { try insertRow(participant) }
        for message in messages { try insert(message) }
        try execute(
            """
            UPDATE conversation SET participant_count = participant_count + ?2, non_chat_count = non_chat_count + ?3,
                message_count = message_count + ?4, next_index = max(next_index, ?5),
                last_message_at = CASE WHEN ?6 IS NULL THEN last_message_at ELSE max(coalesce(last_message_at, ?6), ?6) END
            WHERE sid = ?1
            """,
            [
                conversation.text, participants.count, nonChat, messages.count, (messages.map(\.index).max() ?? -1) + 1,
                messages.map(\.created.milliseconds).max(),
            ])
    }

    func publish(_ conversation: Conversation, binding: Bool) throws {
        let open = try execute(
            "DELETE FROM conversation_import WHERE conversation = ?1 AND abandoned = 0", [conversation.sid.text])
        guard open == 1 else { throw UnexpectedRow.missing("conversation_import") }
        try execute(
            "UPDATE participant SET standing = 'open' WHERE conversation = ?1 AND removed IS NULL", [conversation.sid.text])
        if binding {
            // What a deleted service holds, and is not cleared away yet, is free.
            try execute(
                """
                UPDATE participant SET bound = 0
                WHERE bound = 1 AND pair_key IN (SELECT pair_key FROM participant AS staged WHERE staged.conversation = ?1)
                    AND NOT \(Self.ofVisible)
                """, [conversation.sid.text])
            let holder = try first(
                """
                SELECT holder.conversation FROM participant AS staged CROSS JOIN participant AS holder
                    ON holder.pair_key = staged.pair_key AND holder.bound = 1
                WHERE staged.conversation = ?1 AND staged.removed IS NULL LIMIT 1
                """, [conversation.sid.text]
            ) { try $0.sid() }
            if let holder { throw Refusal.pairBound(in: holder) }
            try mapping(["participant.pair_key": .pairBound(in: conversation.sid)]) {
                try execute(
                    "UPDATE participant SET bound = 1 WHERE conversation = ?1 AND removed IS NULL AND pair_key IS NOT NULL",
                    [conversation.sid.text])
            }
        }
        // The row is shown and then written in one transaction, so that the rule of unique names judges it like any other.
        try execute("UPDATE conversation SET deleted = NULL WHERE sid = ?1 AND deleted IS NOT NULL", [conversation.sid.text])
        try update(conversation)
    }

    func abandonImports(_ conversation: SID?) throws {
        if let conversation {
            try execute("UPDATE conversation_import SET abandoned = 1 WHERE conversation = ?1", [conversation.text])
        } else {
            try execute("UPDATE conversation_import SET abandoned = 1 WHERE abandoned = 0")
        }
    }

    func hasAbandonedImports() throws -> Bool { try exists("SELECT 1 FROM conversation_import WHERE abandoned = 1 LIMIT 1") }

    func discardAbandoned(limit: Int) throws -> Int {
        let conversation = try first("SELECT conversation FROM conversation_import WHERE abandoned = 1 LIMIT 1") { try $0.text() }
        guard let conversation else { return 0 }
        let messages = try rows(
            "SELECT sid FROM message WHERE conversation = ?1 ORDER BY number LIMIT ?2", [conversation, max(limit, 1)]
        ) { try $0.sid() }
        if !messages.isEmpty {
            try dropMedia(of: messages)
            return try execute(
                "DELETE FROM message WHERE sid IN (SELECT value FROM json_each(?1))", [json(messages.map(\.text))])
        }
        let people = try execute(
            "DELETE FROM participant WHERE id IN (SELECT id FROM participant WHERE conversation = ?1 LIMIT ?2)",
            [conversation, max(limit, 1)])
        if people > 0 { return people }
        try execute("DELETE FROM conversation WHERE sid = ?1 AND deleted IS NOT NULL", [conversation])
        return try execute("DELETE FROM conversation_import WHERE conversation = ?1", [conversation])
    }
}

/// Bytes that no row may need any more.
extension SQLiteTransaction {
    func hasMedia(_ key: MediaKey, in service: SID) throws -> Bool {
        try exists("SELECT 1 FROM media WHERE \"key\" = ?1 AND service = ?2 LIMIT 1", [key.rawValue, service.text])
    }

    func loosen(_ keys: [MediaKey]) throws {
        guard !keys.isEmpty else { return }
        try execute(
            "INSERT INTO loose_media (\"key\") SELECT value FROM json_each(?1) WHERE true ON CONFLICT (\"key\") DO NOTHING",
            [json(keys.map(\.rawValue))])
    }

    func looseMedia(limit: Int) throws -> [LooseMedia] {
        try rows("SELECT \"key\" FROM loose_media ORDER BY \"key\" LIMIT ?1", [max(limit, 0)]) { try $0.text() }.map { text in
            guard let key = MediaKey(rawValue: text) else { throw UnexpectedRow.malformed("a media key") }
            let isUsed =
                try exists("SELECT 1 FROM media WHERE \"key\" = ?1 LIMIT 1", [text])
                || exists("SELECT 1 FROM inbox WHERE raw_key = ?1 LIMIT 1", [text])
                || exists("SELECT 1 FROM inbox_media WHERE \"key\" = ?1 LIMIT 1", [text])
            return LooseMedia(key: key, isUsed: isUsed)
        }
    }

    func forgetLoose(_ keys: [MediaKey]) throws {
        try execute("DELETE FROM loose_media WHERE \"key\" IN (SELECT value FROM json_each(?1))", [json(keys.map(\.rawValue))])
    }

    /// Forgets which media came in with rows of the inbox.
    func dropMedia(ofInbox items: [Int64]) throws {
        guard !items.isEmpty else { return }
        let dropped = try rows(
            "DELETE FROM inbox_media WHERE item IN (SELECT value FROM json_each(?1)) RETURNING \"key\"", [json(items)]
        ) { try MediaKey(rawValue: $0.text()) }
        try loosen(dropped.compactMap(\.self))
    }

    /// Forgets the media of messages. Returns their number.
    @discardableResult
    func dropMedia(of messages: [SID]) throws -> Int {
        let dropped = try rows(
            "DELETE FROM media WHERE message IN (SELECT value FROM json_each(?1)) RETURNING \"key\"", [json(messages.map(\.text))]
        ) { try MediaKey(rawValue: $0.text()) }
        try loosen(dropped.compactMap(\.self))
        return dropped.count
    }
}
