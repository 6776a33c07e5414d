import ParleyCore

/// Media and the messages they belong to.
extension SQLiteTransaction {
    private static let mediaColumns = "sid, service, \"key\", content_type, size, filename, category, author, created, message"

    private static func media(_ fields: inout Fields) throws -> Media {
        let (sid, service) = try (fields.sid(), fields.sid())
        guard let key = MediaKey(rawValue: try fields.text()) else { throw UnexpectedRow.malformed("a media key") }
        return try Media(
            sid: sid, service: service, key: key, contentType: fields.text(), size: fields.count(), filename: fields.optionalText(),
            category: fields.choice(),
            author: fields.optionalText(), created: fields.instant(), message: fields.optionalSID())
    }

    func media(_ sid: SID) throws -> Media? {
        try first("SELECT \(Self.mediaColumns) FROM media WHERE sid = ?1", [sid.text], Self.media)
    }

    func media(of messages: [SID]) throws -> [SID: [Media]] {
        guard !messages.isEmpty else { return [:] }
        let rows = try rows(
            """
            SELECT \(Self.mediaColumns) FROM media WHERE message IN (SELECT value FROM json_each(?1)) ORDER BY message, position
            """, [json(messages.map(\.text))], Self.media)
        return Dictionary(grouping: rows.compactMap { medium in medium.message.map { ($0, medium) } }, by: \.0).mapValues { $0.map(\.1) }
    }

    func insert(_ media: Media) throws {
        try mapping([:]) {
            try execute(
                "INSERT INTO media (\(Self.mediaColumns), position) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                [
                    media.sid.text, media.service.text, media.key.rawValue, media.contentType, media.size, media.filename,
                    media.category.rawValue,
                    media.author,
                    media.created.milliseconds, media.message?.text, media.message == nil ? nil : 0,
                ])
        }
    }

    /// False also when one is unknown or named twice.
    func attach(_ media: [SID], to message: SID) throws -> Bool {
        guard !media.isEmpty else { return true }
        let free = try first(
            "SELECT count(*) FROM media WHERE sid IN (SELECT value FROM json_each(?1)) AND message IS NULL", [json(media.map(\.text))]
        ) { try $0.count() }
        guard free == media.count else { return false }
        try execute(
            """
            UPDATE media SET message = ?2, position = listed.position
            FROM (SELECT key AS position, value AS sid FROM json_each(?1)) AS listed WHERE media.sid = listed.sid
            """, [json(media.map(\.text)), message.text])
        return true
    }
}
