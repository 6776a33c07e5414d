import Foundation
import ParleyCore

/// What an erasure changes. Rows stay where others count on them, and say nothing of the person.
extension SQLiteTransaction {
    func eraseAnswers(of person: ErasedPerson, after row: Int64, limit: Int) throws -> Int64? {
        let answers = try rows(
            "SELECT rowid, body FROM idempotent_answer WHERE rowid > ?1 ORDER BY rowid LIMIT ?2", [row, limit]
        ) { (try $0.integer(), try $0.bytes()) }
        let signs = try signs(of: person)
        for (row, body) in answers {
            let text = String(decoding: body, as: UTF8.self)
            if signs.contains(where: text.contains) { try execute("DELETE FROM idempotent_answer WHERE rowid = ?1", [row]) }
        }
        return answers.count < limit ? nil : answers.last?.0
    }

    /// How the person is written in an answer: a string of JSON, or the address in any form that a participant has.
    private func signs(of person: ErasedPerson) throws -> [String] {
        guard case .address(let key) = person else {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .withoutEscapingSlashes
            return [String(decoding: try encoder.encode(person.key), as: UTF8.self)]
        }
        return [key]
            + (try rows(
                "SELECT DISTINCT address FROM participant WHERE address_key = ?1 AND address IS NOT NULL LIMIT 100", [key]
            ) { try $0.text() })
    }

    func eraseEvents(about subjects: [SID], pseudonym: String, limit: Int) throws -> Int {
        try execute(
            """
            UPDATE event SET payload = CASE
                WHEN kind LIKE 'message%' THEN json_object(
                    'attributes', '{}', 'author', ?2, 'created', payload ->> 'created', 'erased', json('true'),
                    'index', payload ->> 'index', 'media', json('[]'), 'participant', payload ->> 'participant', 'updated', payload ->> 'updated')
                WHEN kind LIKE 'participant%' THEN json_object(
                    'attributes', '{}', 'channel', payload ->> 'channel', 'created', payload ->> 'created', 'erased', json('true'),
                    'identity', ?2, 'role', payload ->> 'role', 'updated', payload ->> 'updated')
                WHEN kind LIKE 'conversation%' THEN json_set(payload, '$.createdBy', ?2, '$.erased', json('true'))
                ELSE json_object('erased', json('true')) END
            WHERE position IN (
                SELECT position FROM event
                WHERE subject IN (SELECT value FROM json_each(?1)) AND subject IS NOT NULL AND payload ->> 'erased' IS NULL LIMIT ?3)
            """, [json(subjects.map(\.text)), pseudonym, limit])
    }

    func erase(_ messages: [SID], pseudonym: String) throws -> ErasureCounts {
        var counts = ErasureCounts()
        let named = try json(messages.map(\.text))
        try execute(
            "UPDATE delivery SET payload = NULL WHERE message IN (SELECT value FROM json_each(?1)) AND payload IS NOT NULL", [named])
        counts.media = try dropMedia(of: messages)
        counts.messages = try execute(
            """
            UPDATE message SET body = NULL, subject = NULL, attributes = '{}', author = ?2, author_key = ?2, erased = 1
            WHERE sid IN (SELECT value FROM json_each(?1))
            """, [named, pseudonym])
        return counts
    }

    func eraseDeliveries(to participant: SID, under lane: PairKey, pseudonym: String, limit: Int) throws -> Int {
        let erased = try rows(
            """
            UPDATE delivery SET payload = NULL, error_text = NULL, lane = ?3 WHERE ordinal IN (
                SELECT ordinal FROM delivery WHERE participant = ?1 AND lane = ?2 AND phase = 'settled' LIMIT ?4)
            RETURNING sid
            """, [participant.text, lane.rawValue, pseudonym, limit]
        ) { try $0.text() }
        if !erased.isEmpty {
            try execute(
                """
                DELETE FROM parked_receipt WHERE id IN (
                    SELECT parked_receipt.id FROM delivery_part CROSS JOIN parked_receipt
                        ON parked_receipt.adapter = delivery_part.adapter AND parked_receipt.carrier_id = delivery_part.carrier_id
                    WHERE delivery_part.delivery IN (SELECT value FROM json_each(?1)))
                """, [json(erased)])
        }
        return erased.count
    }

    func erase(participant: SID, pseudonym: String) throws {
        // Found by an address, the person is not looked for by the identity beside it; such a participant never had another.
        try execute(
            """
            DELETE FROM membership WHERE participant = ?1 AND until IS NOT NULL AND identity = (
                SELECT identity FROM participant WHERE sid = ?1 AND removed IS NOT NULL AND address_key IS NOT NULL)
            """, [participant.text])
        try execute(
            """
            UPDATE participant SET identity = ?2, proxy = NULL, address = NULL, address_key = NULL, pair_key = NULL, key_rules = NULL,
                attributes = '{}'
            WHERE sid = ?1 AND removed IS NOT NULL
            """, [participant.text, pseudonym])
    }

    func eraseMailIDs(of participant: SID, limit: Int) throws -> Int {
        try execute(
            "DELETE FROM mail_id WHERE id IN (SELECT id FROM mail_id WHERE participant = ?1 LIMIT ?2)", [participant.text, limit])
    }

    func eraseInbox(of person: ErasedPerson, limit: Int) throws -> Int {
        guard case .address(let key) = person else { return 0 }
        let found = try rows("SELECT id, raw_key FROM inbox WHERE sender_key = ?1 LIMIT ?2", [key, limit]) { fields in
            (try fields.integer(), try fields.optionalText().flatMap(MediaKey.init(rawValue:)))
        }
        try loosen(found.compactMap(\.1))
        try dropMedia(ofInbox: found.map(\.0))
        try execute("DELETE FROM pending_prehook WHERE inbox IN (SELECT value FROM json_each(?1))", [json(found.map(\.0))])
        try execute("DELETE FROM pending_media WHERE inbox IN (SELECT value FROM json_each(?1))", [json(found.map(\.0))])
        try execute("DELETE FROM pending_part WHERE inbox IN (SELECT value FROM json_each(?1))", [json(found.map(\.0))])
        return try execute(
            """
            UPDATE inbox SET raw = NULL, raw_key = NULL, fact = NULL, sender = NULL, sender_key = NULL,
                reason = CASE verdict WHEN 'held' THEN 'erased' ELSE reason END,
                verdict = CASE verdict WHEN 'held' THEN 'ignored' ELSE verdict END
            WHERE id IN (SELECT value FROM json_each(?1))
            """, [json(found.map(\.0))])
    }

    func eraseLanes(of person: ErasedPerson, limit: Int) throws -> Bool {
        guard case .address(let key) = person else { return false }
        // That they are not to be written to stays: forgotten, it would be broken. How they said so goes.
        try execute("UPDATE consent SET detail = NULL, message = NULL WHERE address_key = ?1", [key])
        try execute(
            "DELETE FROM inbound_window WHERE pair_key IN (SELECT pair_key FROM inbound_window WHERE address_key = ?1 LIMIT ?2)",
            [key, limit])
        try execute(
            """
            DELETE FROM lane WHERE pair_key IN (
                SELECT pair_key FROM lane WHERE address_key = ?1 AND NOT EXISTS (
                    SELECT 1 FROM delivery WHERE delivery.lane = lane.pair_key AND delivery.phase <> 'settled') LIMIT ?2)
            """, [key, limit])
        return try exists("SELECT 1 FROM lane WHERE address_key = ?1", [key])
            || exists("SELECT 1 FROM inbound_window WHERE address_key = ?1", [key])
    }

    func eraseTraces(of person: ErasedPerson, pseudonym: String, limit: Int) throws -> Int {
        guard case .identity(let name) = person else { return 0 }
        let made = try rows("SELECT sid FROM conversation WHERE created_by = ?1 AND created_by <> 'system' LIMIT 1", [name]) {
            try $0.sid()
        }
        if !made.isEmpty {
            let events = try eraseEvents(about: made, pseudonym: pseudonym, limit: limit)
            if events >= limit { return events }
            try execute("UPDATE conversation SET created_by = ?2 WHERE sid = ?1", [made[0].text, pseudonym])
            return limit
        }
        let spans = try eraseMemberships(of: name, limit: limit)
        return try spans
            + execute(
                """
                UPDATE event SET identity = ?2 WHERE position IN (
                    SELECT position FROM event WHERE identity = ?1 AND identity IS NOT NULL LIMIT ?3)
                """, [name, pseudonym, limit - spans])
    }

    /// FTS5 keeps a removed word in its older segments until they are merged ("merge", in units of pages; a negative number begins a
    /// merge of all segments).
    func mergeSearchIndex(starts: Bool) throws -> Bool {
        let before = try changes()
        try execute("INSERT INTO message_text (message_text, rank) VALUES ('merge', ?1)", [starts ? -64 : 64])
        return try changes() - before >= 2
    }

    private func changes() throws -> Int64 { try first("SELECT total_changes()") { try $0.integer() } ?? 0 }
}
