import ParleyCore

/// Roles of services.
extension SQLiteTransaction {
    private static let roleColumns = "sid, service, friendly_name, kind, permissions, created, updated"

    private static func role(_ fields: inout Fields) throws -> Role {
        try Role(
            sid: fields.sid(), service: fields.sid(), friendlyName: fields.text(), kind: fields.choice(),
            permissions: fields.orderedWords(), created: fields.instant(), updated: fields.instant())
    }

    func role(_ sid: SID) throws -> Role? {
        try first("SELECT \(Self.roleColumns) FROM role WHERE sid = ?1", [sid.text], Self.role)
    }

    func roles(of service: SID, page: PageRequest) throws -> Page<Role> {
        var listing = Listing("roles", table: "role", keys: ["id"], columns: Self.roleColumns, decode: Self.role)
        listing.filter("service = ?", service.text)
        return try self.page(listing, page)
    }

    func isHeld(role: SID) throws -> Bool {
        try exists(
            "SELECT 1 FROM participant WHERE role = ?1 AND removed IS NULL AND \(Self.ofVisible) LIMIT 1", [role.text])
            || exists("SELECT 1 FROM user WHERE role = ?1 LIMIT 1", [role.text])
    }

    func insert(_ role: Role) throws {
        try mapping([:]) {
            try execute(
                "INSERT INTO role (\(Self.roleColumns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                [
                    role.sid.text, role.service.text, role.friendlyName, role.kind.rawValue, orderedWords(role.permissions),
                    role.created.milliseconds, role.updated.milliseconds,
                ])
        }
    }

    func update(_ role: Role) throws {
        let changed = try execute(
            "UPDATE role SET friendly_name = ?2, permissions = ?3, updated = ?4 WHERE sid = ?1",
            [role.sid.text, role.friendlyName, orderedWords(role.permissions), role.updated.milliseconds])
        if changed == 0 { throw Refusal.notFound("/Roles/\(role.sid)") }
    }

    func delete(role: SID) throws {
        if try execute("DELETE FROM role WHERE sid = ?1", [role.text]) == 0 { throw Refusal.notFound("/Roles/\(role)") }
    }
}
