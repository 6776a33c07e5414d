import ParleyCore

/// Who may see which event.
extension SQLiteTransaction {
    func latestPosition() throws -> Int64 {
        try first("SELECT position FROM event ORDER BY position DESC LIMIT 1") { try $0.integer() } ?? 0
    }

    func oldestPosition() throws -> Int64? {
        try first("SELECT position FROM event ORDER BY position LIMIT 1") { try $0.integer() }
    }

    /// Two ranges of one index: the spans that go on, and those that ended at the event or after it. What ended before costs nothing.
    func audience(of event: Event) throws -> [String] {
        guard let conversation = event.conversation else { return [] }
        return try rows(
            """
            SELECT identity FROM membership WHERE conversation = ?1 AND until IS NULL AND since <= ?2
            UNION SELECT identity FROM membership WHERE conversation = ?1 AND until >= ?2 AND since <= ?2 ORDER BY identity
            """, [conversation.text, event.position]
        ) { try $0.text() }
    }

    func identities(in conversation: SID) throws -> [String] {
        try rows(
            """
            SELECT identity FROM participant
            WHERE conversation = ?1 AND identity IS NOT NULL AND removed IS NULL AND \(Self.ofVisible) ORDER BY identity
            """, [conversation.text]
        ) { try $0.text() }
    }

    /// The cost: one search for each span that did not end before, whatever is in it; one short range of an index for each user and for
    /// `limit` spans at most; and the rows returned. What happens elsewhere, and what lies beyond the last row returned, is not touched.
    func events(seenBy identity: String, in service: SID, users: [SID], after position: Int64, limit: Int) throws -> [Event] {
        guard limit > 0 else { return [] }
        // Each stretch holds an event at least, so nothing behind the last of `limit` stretches is among the first `limit` events.
        let stretches = try unseen(by: identity, in: service, after: position, limit: limit)
        var found = NearestPositions(limit: limit, horizon: stretches.count == limit ? stretches[limit - 1].first : .max)
        for user in users { found.insert(try changes(of: user, in: service, after: position, through: found.horizon, limit: limit)) }
        for stretch in stretches {
            // They are in the order of their first events.
            guard stretch.first <= found.horizon else { break }
            found.insert(try positions(of: stretch, through: found.horizon, limit: limit))
        }
        return try rows(
            "SELECT \(Self.eventColumns) FROM event WHERE position IN (SELECT value FROM json_each(?1)) ORDER BY position",
            [json(found.nearest)], Self.event)
    }

    /// The first spans that hold an event after a position, by those events. Spans of one identity do not overlap, so no event is in two. Of a span
    /// that has ended, only its last event is left.
    private func unseen(by identity: String, in service: SID, after position: Int64, limit: Int) throws -> [Stretch] {
        let ended = try rows(
            """
            SELECT conversation, until FROM membership
            WHERE service = ?1 AND identity = ?2 AND until > ?3 ORDER BY until LIMIT ?4
            """, [service.text, identity, position, limit]
        ) { fields in
            let (conversation, last) = try (fields.text(), fields.integer())
            return Stretch(conversation: conversation, first: last, last: last)
        }
        let open = try rows(
            """
            SELECT membership.conversation, event.position FROM membership CROSS JOIN event ON event.position = (
                SELECT position FROM event AS near
                WHERE near.conversation = membership.conversation AND near.position > max(since - 1, ?3)
                ORDER BY near.position LIMIT 1)
            WHERE membership.service = ?1 AND membership.identity = ?2 AND until IS NULL ORDER BY event.position LIMIT ?4
            """, [service.text, identity, position, limit]
        ) { Stretch(conversation: try $0.text(), first: try $0.integer(), last: .max) }
        return (ended + open).sorted { $0.first < $1.first }.prefix(limit).map(\.self)
    }

    private func positions(of stretch: Stretch, through horizon: Int64, limit: Int) throws -> [Int64] {
        try rows(
            "SELECT position FROM event WHERE conversation = ?1 AND position >= ?2 AND position <= ?3 ORDER BY position LIMIT ?4",
            [stretch.conversation, stretch.first, min(stretch.last, horizon), limit]
        ) { try $0.integer() }
    }

    private func changes(of user: SID, in service: SID, after position: Int64, through horizon: Int64, limit: Int) throws -> [Int64] {
        try rows(
            """
            SELECT position FROM event
            WHERE subject = ?1 AND subject IS NOT NULL AND kind = 'userUpdated' AND service = ?2 AND position > ?3 AND position <= ?4
            ORDER BY position LIMIT ?5
            """, [user.text, service.text, position, horizon, limit]
        ) { try $0.integer() }
    }

    /// Tombstones between the messages of the window are passed over.
    func messages(in conversation: SID, from anchor: Int?, backwards: Bool, limit: Int) throws -> [Message] {
        guard try isVisible(conversation) else { return [] }
        let range = backwards ? "number <= ?2 AND deleted IS NULL ORDER BY number DESC" : "number >= ?2 AND deleted IS NULL ORDER BY number"
        let found = try rows(
            "SELECT \(Self.messageColumns) FROM message WHERE conversation = ?1 AND \(range) LIMIT ?3",
            [conversation.text, anchor ?? (backwards ? .max : 0), max(limit, 0)], Self.message)
        return backwards ? found.reversed() : found
    }
}

/// What somebody sees of a conversation in one span, after a position.
private struct Stretch {
    var conversation: String
    /// The position of the first event in it.
    var first: Int64
    var last: Int64
}

/// The lowest of the positions put in, up to a number of them.
private struct NearestPositions {
    let limit: Int
    /// Nothing beyond is among them.
    private(set) var horizon: Int64
    private var found: [Int64] = []

    init(limit: Int, horizon: Int64) {
        self.limit = limit
        self.horizon = horizon
    }

    var nearest: [Int64] { Array(found.sorted().prefix(limit)) }

    mutating func insert(_ positions: [Int64]) {
        found += positions
        // Sorted once for each `limit` of them.
        guard found.count / 2 >= limit else { return }
        found = nearest
        if let last = found.last { horizon = min(horizon, last) }
    }
}
