import Foundation
import ParleyCore

/// Services, and what an account configures for all of them.
extension SQLiteTransaction {
    private static let serviceColumns = """
        sid, friendly_name, created, updated, reachability_enabled, default_service_role, default_conversation_role, default_creator_role
        """

    /// That a conversation's service is not deleted. Conversations of a deleted service are hidden before they are cleared away.
    static let ofLiveService =
        "NOT EXISTS (SELECT 1 FROM service WHERE service.sid = conversation.service AND service.deleted IS NOT NULL)"

    private static func service(_ fields: inout Fields) throws -> ChatService {
        try ChatService(
            sid: fields.sid(), friendlyName: fields.text(), created: fields.instant(), updated: fields.instant(),
            reachabilityEnabled: fields.integer() != 0, defaultServiceRole: fields.sid(), defaultConversationRole: fields.sid(),
            defaultCreatorRole: fields.sid())
    }

    func service(_ sid: SID) throws -> ChatService? {
        try first("SELECT \(Self.serviceColumns) FROM service WHERE sid = ?1 AND deleted IS NULL", [sid.text], Self.service)
    }

    /// True when the service was deleted: lists of what is in it are empty, though it is not cleared away yet.
    func isDeleted(service: SID) throws -> Bool {
        try exists("SELECT 1 FROM service WHERE sid = ?1 AND deleted IS NOT NULL", [service.text])
    }

    func services(page: PageRequest) throws -> Page<ChatService> {
        var listing = Listing(
            "services", table: "service", keys: ["created", "id"], columns: Self.serviceColumns, decode: Self.service)
        listing.filter("deleted IS NULL")
        return try self.page(listing, page)
    }

    func insert(_ service: ChatService) throws {
        try mapping([:]) {
            try execute(
                "INSERT INTO service (\(Self.serviceColumns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                [
                    service.sid.text, service.friendlyName, service.created.milliseconds, service.updated.milliseconds,
                    service.reachabilityEnabled, service.defaultServiceRole.text, service.defaultConversationRole.text,
                    service.defaultCreatorRole.text,
                ])
        }
    }

    func update(_ service: ChatService) throws {
        let changed = try execute(
            """
            UPDATE service SET friendly_name = ?2, updated = ?3, reachability_enabled = ?4, default_service_role = ?5,
                default_conversation_role = ?6, default_creator_role = ?7
            WHERE sid = ?1 AND deleted IS NULL
            """,
            [
                service.sid.text, service.friendlyName, service.updated.milliseconds, service.reachabilityEnabled,
                service.defaultServiceRole.text, service.defaultConversationRole.text, service.defaultCreatorRole.text,
            ])
        if changed == 0 { throw Refusal.notFound("/Services/\(service.sid)") }
    }

    func notifications(of service: SID) throws -> NotificationSettings {
        let text = try first("SELECT notifications FROM service WHERE sid = ?1 AND deleted IS NULL", [service.text]) {
            try $0.optionalText()
        }
        guard let text = text ?? nil else { return NotificationSettings() }
        guard let settings = try? JSONDecoder().decode(NotificationSettings.self, from: Data(text.utf8)) else {
            throw UnexpectedRow.malformed("notification settings")
        }
        return settings
    }

    func put(_ settings: NotificationSettings, of service: SID) throws {
        let changed = try execute(
            "UPDATE service SET notifications = ?2 WHERE sid = ?1 AND deleted IS NULL", [service.text, json(settings)])
        if changed == 0 { throw Refusal.notFound("/Services/\(service)") }
    }

    func delete(service: SID, at: Instant) throws {
        let changed = try execute(
            "UPDATE service SET deleted = ?2, updated = ?2 WHERE sid = ?1 AND deleted IS NULL", [service.text, at.milliseconds])
        if changed == 0 { throw Refusal.notFound("/Services/\(service)") }
    }

    func serviceToClear() throws -> SID? {
        try first("SELECT sid FROM service WHERE deleted IS NOT NULL AND cleared IS NULL ORDER BY deleted LIMIT 1") { try $0.sid() }
    }

    func clearRows(of service: SID, limit: Int) throws -> Int {
        var cleared = 0
        for table in ["role", "push_binding", "user", "membership"] where cleared < limit {
            cleared += try execute(
                "DELETE FROM \(table) WHERE id IN (SELECT id FROM \(table) WHERE service = ?1 LIMIT ?2)", [service.text, limit - cleared])
        }
        return cleared
    }

    func markCleared(_ service: SID, at: Instant) throws {
        try execute("UPDATE service SET cleared = ?2 WHERE sid = ?1 AND deleted IS NOT NULL", [service.text, at.milliseconds])
    }

    func accountConfiguration() throws -> AccountConfiguration? {
        try first(
            "SELECT default_service, messaging_service, inactive_timer, closed_timer, revision FROM account_configuration WHERE id = 1"
        ) { fields in
            try AccountConfiguration(
                defaultService: fields.sid(), messagingService: fields.optionalSID(), inactiveTimer: fields.optionalText(),
                closedTimer: fields.optionalText(), revision: fields.count())
        }
    }

    func put(_ configuration: AccountConfiguration) throws {
        try execute(
            """
            INSERT INTO account_configuration (id, default_service, messaging_service, inactive_timer, closed_timer, revision)
            VALUES (1, ?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (id) DO UPDATE SET default_service = excluded.default_service, messaging_service = excluded.messaging_service,
                inactive_timer = excluded.inactive_timer, closed_timer = excluded.closed_timer, revision = excluded.revision
            """,
            [
                configuration.defaultService.text, configuration.messagingService?.text, configuration.inactiveTimer,
                configuration.closedTimer, configuration.revision,
            ])
    }
}
