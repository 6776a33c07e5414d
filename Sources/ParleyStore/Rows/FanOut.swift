import ParleyCore

/// The fan-out: one statement for the deliveries of a message and one for their lanes, whatever the number of recipients.
extension SQLiteTransaction {
    /// The longest validity that is kept, in milliseconds: about 300 years.
    private static let validityMax: Int64 = 10_000_000_000_000

    func fanOut(_ message: Message, except: FanOutExclusion, rules: FanOutRules) throws -> Set<String> {
        let byChannel = Dictionary(
            uniqueKeysWithValues: Channel.allCases.map { channel in
                (channel.rawValue, Self.milliseconds(rules.validityByChannel[channel] ?? AdapterProfile.validityDefault(channel)))
            })
        let arguments: [Argument] = try [
            message.conversation.text, message.sid.text, (rules.now ?? message.created).milliseconds,
            json(rules.validity.mapValues(Self.milliseconds)),
            json(byChannel), except.participant?.text ?? "", json(except.addressKeys.sorted()), json(except.identities.sorted()),
            except.only?.text ?? "",
        ]
        let queued = try mapping([:]) {
            try execute(
                """
                INSERT INTO delivery (sid, lane, adapter, channel, conversation, message, participant, phase, attempt, due, valid_until, error_code,
                    flags, created, updated)
                SELECT delivery_sid(?2, participant.sid), pair_key, adapter, channel, conversation, ?2, participant.sid, 'queued', 0, ?3,
                    ?3 + coalesce((SELECT value FROM json_each(?4) WHERE key = adapter), (SELECT value FROM json_each(?5) WHERE key = channel)),
                    0, '', ?3, ?3
                FROM participant
                WHERE conversation = ?1 AND removed IS NULL AND address_key IS NOT NULL AND bound = 1
                    AND participant.sid <> ?6
                    AND address_key NOT IN (SELECT value FROM json_each(?7))
                    AND (identity IS NULL OR identity NOT IN (SELECT value FROM json_each(?8)))
                    AND (?9 = '' OR participant.sid = ?9)
                ORDER BY participant.id
                """, arguments)
        }
        guard queued > 0 else { return [] }
        try execute("UPDATE message SET total = total + ?2 WHERE sid = ?1", [message.sid.text, queued])
        try wakeLanes(message.sid)
        return Set(
            try rows("SELECT DISTINCT adapter FROM delivery WHERE message = ?1 AND phase = 'queued'", [message.sid.text]) { try $0.text() })
    }

    /// An idle lane gets the delivery as its head. So does a lane whose order lets a first attempt overtake the deferred head that it
    /// waits for.
    private func wakeLanes(_ message: SID) throws {
        let overtaking = Channel.allCases.filter { AdapterProfile.laneOrder($0) == .firstAttempts }.map(\.rawValue)
        try execute(
            """
            INSERT INTO lane (pair_key, adapter, head, due)
            SELECT lane, adapter, sid, due FROM delivery WHERE message = ?1 AND phase = 'queued' ORDER BY ordinal
            ON CONFLICT (pair_key) DO UPDATE SET head = excluded.head, due = excluded.due, adapter = excluded.adapter
            WHERE lane.leased_until IS NULL AND (
                lane.head IS NULL
                OR EXISTS (
                    SELECT 1 FROM delivery
                    WHERE sid = lane.head AND phase = 'deferred' AND channel IN (SELECT value FROM json_each(?2))))
            """, [message.text, json(overtaking)])
    }

    private static func milliseconds(_ duration: Duration) -> Int64 { min(max(duration.wholeMilliseconds, 0), validityMax) }
}
