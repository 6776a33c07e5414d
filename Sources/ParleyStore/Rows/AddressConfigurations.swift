import Foundation
import ParleyCore

/// Address configurations, and how many conversations strangers make.
extension SQLiteTransaction {
    private static let configurationColumns = """
        sid, type, address, address_key, friendly_name, country, auto_creation, unknown_sender, created, updated
        """

    private static func configuration(_ fields: inout Fields) throws -> AddressConfiguration {
        let (sid, kind): (SID, AddressConfiguration.Kind) = try (fields.sid(), fields.choice())
        let (address, key, name, country) = try (fields.text(), fields.text(), fields.optionalText(), fields.optionalText())
        let text = try fields.text()
        guard let creation = try? JSONDecoder().decode(AddressConfiguration.AutoCreation.self, from: Data(text.utf8)) else {
            throw UnexpectedRow.malformed("an auto creation")
        }
        return try AddressConfiguration(
            sid: sid, kind: kind, address: address, key: key, friendlyName: name, country: country, autoCreation: creation,
            unknownSender: fields.optionalChoice(), created: fields.instant(), updated: fields.instant())
    }

    func addressConfiguration(_ sid: SID) throws -> AddressConfiguration? {
        try first("SELECT \(Self.configurationColumns) FROM address_configuration WHERE sid = ?1", [sid.text], Self.configuration)
    }

    func addressConfiguration(key: String, kind: AddressConfiguration.Kind?) throws -> AddressConfiguration? {
        guard let kind else {
            return try first(
                "SELECT \(Self.configurationColumns) FROM address_configuration WHERE address_key = ?1 ORDER BY id LIMIT 1", [key],
                Self.configuration)
        }
        return try first(
            "SELECT \(Self.configurationColumns) FROM address_configuration WHERE address_key = ?1 AND type = ?2", [key, kind.rawValue],
            Self.configuration)
    }

    func addressConfigurations(kind: AddressConfiguration.Kind?, page: PageRequest) throws -> Page<AddressConfiguration> {
        var listing = Listing(
            "address configurations", table: "address_configuration", keys: ["id"], columns: Self.configurationColumns,
            decode: Self.configuration)
        if let kind { listing.filter("type = ?", kind.rawValue) }
        return try self.page(listing, page)
    }

    func insert(_ row: AddressConfiguration) throws {
        try mapping(["address_configuration.address_key, address_configuration.type": .addressConfigured]) {
            try execute(
                """
                INSERT INTO address_configuration (\(Self.configurationColumns))
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                """,
                [
                    row.sid.text, row.kind.rawValue, row.address, row.key, row.friendlyName, row.country, json(row.autoCreation),
                    row.unknownSender?.rawValue, row.created.milliseconds, row.updated.milliseconds,
                ])
        }
    }

    func update(_ row: AddressConfiguration) throws {
        let changed = try execute(
            "UPDATE address_configuration SET friendly_name = ?2, auto_creation = ?3, unknown_sender = ?4, updated = ?5 WHERE sid = ?1",
            [row.sid.text, row.friendlyName, json(row.autoCreation), row.unknownSender?.rawValue, row.updated.milliseconds])
        if changed == 0 { throw UnexpectedRow.missing("address_configuration") }
    }

    func delete(addressConfiguration sid: SID) throws {
        try execute("DELETE FROM address_configuration WHERE sid = ?1", [sid.text])
    }

    func countAutoCreated(adapter: String, window: Duration, at: Instant) throws -> Int {
        try first(
            """
            INSERT INTO creation_window (adapter, ends, count) VALUES (?1, ?2, 1)
            ON CONFLICT (adapter) DO UPDATE SET
                count = CASE WHEN ends <= ?3 THEN 1 ELSE count + 1 END,
                ends = CASE WHEN ends <= ?3 THEN excluded.ends ELSE ends END
            RETURNING count
            """, [adapter, (at + window).milliseconds, at.milliseconds]
        ) { try $0.count() } ?? 1
    }
}
