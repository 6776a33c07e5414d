import ParleyCore

/// The spans in which people see what happens in their conversations. They follow the event log: each begins and ends with an event.
extension SQLiteTransaction {
    /// Takes over what an event changes of who sees the next ones, from the rows as they are now. Messages and receipts cost nothing.
    func keepMemberships(_ event: Event, at position: Int64) throws {
        switch event.kind {
        case .participantAdded:
            try beginMemberships("sid", event.subject, at: position)
        case .participantUpdated:
            let changed = try execute(
                """
                UPDATE membership SET until = ?2
                WHERE participant = ?1 AND until IS NULL AND identity IS NOT (SELECT identity FROM participant WHERE sid = ?1)
                """, [event.subject?.text, position])
            if changed > 0 { try beginMemberships("sid", event.subject, at: position) }
        case .participantRemoved:
            try execute(
                "UPDATE membership SET until = ?2 WHERE participant = ?1 AND until IS NULL", [event.subject?.text, position])
        case .conversationAdded:
            // An import brings its people with this event alone.
            try beginMemberships("conversation", event.conversation, at: position)
        case .conversationRemoved:
            try execute(
                "UPDATE membership SET until = ?2 WHERE conversation = ?1 AND until IS NULL", [event.conversation?.text, position])
        case .conversationUpdated, .conversationStateUpdated, .messageAdded, .messageUpdated, .messageRemoved, .deliveryUpdated: break
        case .userAdded, .userUpdated, .userRemoved, .inboundHeld, .pairPaused, .adapterPaused, .personErased, .consentUpdated: break
        }
    }

    /// Begins a span for the live chat participants found who have none that goes on.
    private func beginMemberships(_ column: String, _ sid: SID?, at position: Int64) throws {
        try execute(
            """
            INSERT INTO membership (service, identity, conversation, participant, since)
            SELECT service, identity, conversation, sid, ?2 FROM participant
            WHERE \(column) = ?1 AND identity IS NOT NULL AND removed IS NULL AND standing <> 'gone'
            ON CONFLICT DO NOTHING
            """, [sid?.text, position])
    }

    /// Whoever is removed from a conversation that is hidden leaves without an event, so that what was told before is what they saw.
    func endHiddenMembership(of participant: Participant) throws {
        guard try !isVisible(participant.conversation) else { return }
        try execute(
            "UPDATE membership SET until = ?2 WHERE participant = ?1 AND until IS NULL", [participant.sid.text, latestPosition()])
    }

    /// Forgets what an identity saw, but for what it sees now. Returns the number; less than `limit` when none is left.
    func eraseMemberships(of identity: String, limit: Int) throws -> Int {
        try execute(
            "DELETE FROM membership WHERE id IN (SELECT id FROM membership WHERE identity = ?1 AND until IS NOT NULL LIMIT ?2)",
            [identity, max(limit, 0)])
    }
}
