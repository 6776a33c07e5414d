import ParleyCore

/// What an erasure finds of a user of applications beside their participations, and of what webhooks are owed about a person.
extension SQLiteTransaction {
    func users(identity: String, limit: Int) throws -> [User] {
        try rows("SELECT \(Self.userColumns) FROM user WHERE identity = ?1 ORDER BY id LIMIT ?2", [identity, limit], Self.user)
    }

    func toldUsers(identity: String, limit: Int) throws -> [SID] {
        try rows(
            """
            SELECT DISTINCT subject FROM event WHERE kind IN ('userAdded', 'userUpdated', 'userRemoved')
                AND payload ->> 'identity' IS NOT NULL AND payload ->> 'identity' = ?1 AND subject IS NOT NULL LIMIT ?2
            """, [identity, limit]
        ) { try $0.sid() }
    }

    func erase(user: SID) throws { try execute("DELETE FROM user WHERE sid = ?1", [user.text]) }

    func eraseDevices(of identity: String, limit: Int) throws -> Int {
        var erased = 0
        for table in ["push_binding", "departure"] where erased < limit {
            erased += try execute(
                "DELETE FROM \(table) WHERE id IN (SELECT id FROM \(table) WHERE identity = ?1 LIMIT ?2)", [identity, limit - erased])
        }
        return erased
    }

    func eraseMedia(by person: ErasedPerson, pseudonym: String, limit: Int) throws -> Int {
        let found = try rows(
            "SELECT id, \"key\", message FROM media WHERE author = ?1 AND author IS NOT NULL LIMIT ?2", [person.key, limit]
        ) { fields in
            (id: try fields.integer(), key: MediaKey(rawValue: try fields.text()), message: try fields.optionalText())
        }
        let loose = found.filter { $0.message == nil }
        try execute("DELETE FROM media WHERE id IN (SELECT value FROM json_each(?1))", [json(loose.map(\.id))])
        try loosen(loose.compactMap(\.key))
        // What others attached to what they say is theirs.
        let kept = found.filter { $0.message != nil }.map(\.id)
        try execute("UPDATE media SET author = ?2 WHERE id IN (SELECT value FROM json_each(?1))", [json(kept), pseudonym])
        return found.count
    }
}

/// Deliveries to webhooks. One that is under way is left to its end, for its lane waits for it.
extension SQLiteTransaction {
    func hasWebhookUnderWay(about subject: SID) throws -> Bool {
        try exists(
            "SELECT 1 FROM webhook_delivery WHERE subject = ?1 AND subject IS NOT NULL AND phase = 'sending' LIMIT 1", [subject.text])
    }

    func hasWebhookUnderWay(by identity: String) throws -> Bool {
        try exists(
            "SELECT 1 FROM webhook_delivery WHERE identity = ?1 AND identity IS NOT NULL AND phase = 'sending' LIMIT 1", [identity])
    }

    func eraseWebhooks(about subjects: [SID], pseudonym: String, limit: Int) throws -> Int {
        // That somebody left by the pseudonym is what the erasure itself has to tell.
        let found = try rows(
            """
            SELECT id FROM webhook_delivery
            WHERE subject IN (SELECT value FROM json_each(?1)) AND subject IS NOT NULL AND phase <> 'sending'
                AND NOT (hook = 'onParticipantRemoved' AND instr(parameters, ?2)) LIMIT ?3
            """, [json(subjects.map(\.text)), pseudonym, limit]
        ) { try $0.integer() }
        guard !found.isEmpty else { return 0 }
        try deleteWebhooks(found)
        return found.count
    }

    func eraseWebhooks(by identity: String, pseudonym: String, limit: Int) throws -> Int {
        let found = try rows(
            """
            SELECT \(Self.webhookColumns) FROM webhook_delivery
            WHERE identity = ?1 AND identity IS NOT NULL AND phase <> 'sending' LIMIT ?2
            """, [identity, limit], Self.webhook)
        for row in found {
            let content = row.content.caused(by: pseudonym)
            try execute(
                "UPDATE webhook_delivery SET parameters = ?2, identity = ?3 WHERE id = ?1",
                [row.id, json(content.parameters), content.identity])
        }
        return found.count
    }
}
