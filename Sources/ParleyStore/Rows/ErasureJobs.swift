import Foundation
import ParleyCore

/// The jobs that erase people, and where a person is found. Nothing here walks a table: each question is a range of an index.
extension SQLiteTransaction {
    private static let erasureColumns =
        "id, digest, person, is_identity, pseudonym, phase, cursor, has_left_over, due, counts, requested, finished"

    private static func erasure(_ fields: inout Fields) throws -> Erasure {
        let (id, digest, person, isIdentity) = try (fields.integer(), fields.text(), fields.optionalText(), fields.integer() != 0)
        let (pseudonym, phase): (String, Erasure.Phase) = try (fields.text(), fields.choice())
        let (cursor, hasLeftOver, due, counts) = try (fields.integer(), fields.integer() != 0, fields.instant(), fields.text())
        guard let counts = try? JSONDecoder().decode(ErasureCounts.self, from: Data(counts.utf8)) else {
            throw UnexpectedRow.malformed("counts")
        }
        return try Erasure(
            id: id, digest: digest, person: person.map { isIdentity ? .identity($0) : .address($0) }, pseudonym: pseudonym, phase: phase,
            cursor: cursor, hasLeftOver: hasLeftOver, due: due, counts: counts, requested: fields.instant(),
            finished: fields.optionalInstant())
    }

    func erasure(_ id: Int64) throws -> Erasure? {
        try first("SELECT \(Self.erasureColumns) FROM erasure WHERE id = ?1", [id], Self.erasure)
    }

    func erasures(page: PageRequest) throws -> Page<Erasure> {
        var listing = Listing("erasures", table: "erasure", keys: ["id"], columns: Self.erasureColumns, decode: Self.erasure)
        listing.isDescending = true
        return try self.page(listing, page)
    }

    func dueErasure(at now: Instant) throws -> Erasure? {
        try first(
            "SELECT \(Self.erasureColumns) FROM erasure WHERE finished IS NULL AND due <= ?1 ORDER BY due LIMIT 1", [now.milliseconds],
            Self.erasure)
    }

    func openErasure(digest: String) throws -> Erasure? {
        try first("SELECT \(Self.erasureColumns) FROM erasure WHERE digest = ?1 AND finished IS NULL", [digest], Self.erasure)
    }

    func insert(_ erasure: Erasure) throws -> Erasure {
        let id = try first(
            """
            INSERT INTO erasure (digest, person, is_identity, pseudonym, phase, cursor, has_left_over, due, counts, requested)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING id
            """,
            [
                erasure.digest, erasure.person?.key, erasure.person?.isIdentity ?? false, erasure.pseudonym, erasure.phase.rawValue,
                erasure.cursor, erasure.hasLeftOver, erasure.due.milliseconds, json(erasure.counts), erasure.requested.milliseconds,
            ]
        ) { try $0.integer() }
        guard let inserted = try id.flatMap({ try self.erasure($0) }) else { throw UnexpectedRow.missing("erasure") }
        return inserted
    }

    func update(_ erasure: Erasure) throws {
        try execute(
            """
            UPDATE erasure SET person = ?2, phase = ?3, cursor = ?4, has_left_over = ?5, due = ?6, counts = ?7, finished = ?8 WHERE id = ?1
            """,
            [
                erasure.id, erasure.person?.key, erasure.phase.rawValue, erasure.cursor, erasure.hasLeftOver, erasure.due.milliseconds,
                json(erasure.counts), erasure.finished?.milliseconds,
            ])
    }

    func extent(of person: ErasedPerson, max: Int) throws -> ErasureCounts {
        func count(_ rows: String, _ key: String? = nil) throws -> Int {
            try first("SELECT count(*) FROM (SELECT 1 FROM \(rows) LIMIT ?2)", [key ?? person.key, max]) { try $0.count() } ?? 0
        }
        let author = Self.authorKey(person.key)
        var counts = ErasureCounts()
        counts.participants = try count("participant WHERE \(person.column) = ?1")
        counts.messages = try count("message WHERE author_key = ?1", author)
        counts.media = try count("message CROSS JOIN media ON media.message = message.sid WHERE author_key = ?1", author)
        counts.deliveries = try count(
            "participant CROSS JOIN delivery ON delivery.participant = participant.sid WHERE participant.\(person.column) = ?1")
        if case .address = person { counts.inbound = try count("inbox WHERE sender_key = ?1") }
        if case .identity = person { counts.users = try count("user WHERE identity = ?1") }
        return counts
    }

    private static func participantRow(_ fields: inout Fields) throws -> ErasedRow {
        try ErasedRow(
            row: fields.integer(), sid: fields.sid(), conversation: fields.sid(), lane: fields.optionalText().map(PairKey.init(rawValue:)),
            isRemoved: fields.optionalInteger() != nil)
    }

    func participations(of person: ErasedPerson, limit: Int) throws -> [ErasedRow] {
        try rows(
            "SELECT id, sid, conversation, pair_key, removed FROM participant WHERE \(person.column) = ?1 AND removed IS NULL LIMIT ?2",
            [person.key, limit], Self.participantRow)
    }

    func nextParticipant(of person: ErasedPerson, after row: Int64) throws -> ErasedRow? {
        try first(
            "SELECT id, sid, conversation, pair_key, removed FROM participant WHERE \(person.column) = ?1 AND id > ?2 ORDER BY id LIMIT 1",
            [person.key, row], Self.participantRow)
    }

    private static func messageRow(_ fields: inout Fields) throws -> ErasedRow {
        try ErasedRow(row: fields.integer(), sid: fields.sid(), conversation: fields.sid())
    }

    func messages(by person: ErasedPerson, after row: Int64, limit: Int) throws -> [ErasedRow] {
        try rows(
            "SELECT id, sid, conversation FROM message WHERE author_key = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
            [Self.authorKey(person.key), row, limit],
            Self.messageRow)
    }

    func messages(by participant: SID, after row: Int64, limit: Int) throws -> [ErasedRow] {
        try rows(
            """
            SELECT id, sid, conversation FROM message
            WHERE participant = ?1 AND erased IS NULL AND participant IS NOT NULL AND id > ?2 ORDER BY id LIMIT ?3
            """, [participant.text, row, limit], Self.messageRow)
    }

    func unsettled(to participant: SID, under lane: PairKey, limit: Int) throws -> [Delivery] {
        try rows(
            """
            SELECT \(Self.deliveryColumns) FROM delivery INDEXED BY delivery_lane
            WHERE lane = ?1 AND phase <> 'settled' AND participant = ?2 LIMIT ?3
            """, [lane.rawValue, participant.text, limit], Self.delivery)
    }

    func unsettled(of message: SID, limit: Int) throws -> [Delivery] {
        try rows(
            "SELECT \(Self.deliveryColumns) FROM delivery WHERE message = ?1 AND phase <> 'settled' ORDER BY ordinal LIMIT ?2",
            [message.text, limit], Self.delivery)
    }
}

extension ErasedPerson {
    var isIdentity: Bool { if case .identity = self { true } else { false } }

    /// The participant's column that the person is found by.
    var column: String { isIdentity ? "identity" : "address_key" }
}
