import ParleyCore

/// Lanes: what is next for a pair, who works on it, and when it wants attention.
extension SQLiteTransaction {
    func lane(_ pair: PairKey) throws -> Lane? {
        try first(
            "SELECT adapter, head, due, leased_until, paused_until, pause_reason FROM lane WHERE pair_key = ?1", [pair.rawValue]
        ) { fields in
            try Lane(
                pair: pair, adapter: fields.text(), head: fields.optionalSID(), due: fields.optionalInstant(),
                leasedUntil: fields.optionalInstant(), pausedUntil: fields.optionalInstant(), pauseReason: fields.optionalText())
        }
    }

    func nextLaneDue(adapter: String) throws -> Instant? {
        try first("SELECT wake FROM lane WHERE adapter = ?1 AND wake IS NOT NULL ORDER BY wake LIMIT 1", [adapter]) { try $0.instant() }
    }

    /// A lease ends with ``advance(_:order:)`` and not by itself: whoever holds it may still have something under way.
    func leaseLanes(adapter: String, now: Instant, until: Instant, limit: Int, owed: Bool) throws -> [Delivery] {
        let due = try rows(
            "SELECT pair_key, head FROM lane WHERE adapter = ?1 AND wake <= ?2\(owed ? " AND owed = 1" : "") ORDER BY wake LIMIT ?3",
            [adapter, now.milliseconds, max(limit, 0)]
        ) { try (PairKey(rawValue: $0.text()), $0.optionalSID()) }
        var heads: [Delivery] = []
        for (pair, head) in due {
            // The pause, if there was one, has ended.
            try execute(
                "UPDATE lane SET leased_until = ?2, due = NULL, paused_until = NULL, pause_reason = NULL, owed = 0 WHERE pair_key = ?1",
                [pair.rawValue, until.milliseconds])
            guard let head = try head.flatMap({ try delivery($0) }) else {
                try setHead(of: pair, nil, due: nil)
                continue
            }
            if head.phase == .queued || head.phase == .deferred {
                heads.append(head)
            } else {
                // The head changed and nobody advanced the lane. It must not go out a second time, nor block the lane.
                try advance(pair, order: AdapterProfile.laneOrder(head.channel))
            }
        }
        return heads
    }

    func advance(_ lane: PairKey, order: LaneOrder) throws {
        // What is under way keeps its lane, and its lease.
        if try firstInLane(lane, .sending, by: "ordinal") != nil { return }
        switch order {
        case .strict:
            // Asked by phase, so that each answer is one step in the index however long the lane is.
            let next = try [.queued, .deferred, .awaiting].compactMap { try firstInLane(lane, $0, by: "ordinal") }.min {
                $0.ordinal < $1.ordinal
            }
            // What is awaited ends by its own time: the lane waits and is not due.
            try setHead(of: lane, next, due: next?.phase == .awaiting ? nil : next?.due)
        case .firstAttempts:
            let next =
                try firstInLane(lane, .queued, by: "ordinal") ?? firstInLane(lane, .deferred, by: "due, ordinal")
            try setHead(of: lane, next, due: next?.due)
        }
    }

    func owe(_ lane: PairKey, adapter: String) throws {
        try execute(
            "INSERT INTO lane (pair_key, adapter, owed) VALUES (?1, ?2, 1) ON CONFLICT (pair_key) DO UPDATE SET owed = 1",
            [lane.rawValue, adapter])
    }

    func pause(_ lane: PairKey, adapter: String, until: Instant?, reason: String?) throws {
        guard let until else {
            try execute("UPDATE lane SET paused_until = NULL, pause_reason = NULL WHERE pair_key = ?1", [lane.rawValue])
            return
        }
        try execute(
            """
            INSERT INTO lane (pair_key, adapter, paused_until, pause_reason) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (pair_key) DO UPDATE SET paused_until = excluded.paused_until, pause_reason = excluded.pause_reason
            """, [lane.rawValue, adapter, until.milliseconds, reason])
    }

    private func setHead(of lane: PairKey, _ head: Delivery?, due: Instant?) throws {
        try execute(
            "UPDATE lane SET head = ?2, due = ?3, leased_until = NULL, adapter = coalesce(?4, adapter) WHERE pair_key = ?1",
            [lane.rawValue, head?.sid.text, due?.milliseconds, head?.adapter])
    }

    private func firstInLane(_ lane: PairKey, _ phase: Delivery.Phase, by order: String) throws -> Delivery? {
        try first(
            """
            SELECT \(Self.deliveryColumns) FROM delivery WHERE lane = ?1 AND phase = ?2 AND phase <> 'settled' ORDER BY \(order) LIMIT 1
            """, [lane.rawValue, phase.rawValue], Self.delivery)
    }
}
