import Hummingbird
import ParleyBroker
import ParleyCore

/// Roles of a service: create, list, fetch, update, delete.
struct RoleRoutes: Sendable {
    let desk: Desk

    /// The most permissions that one request may name; repeats count.
    private static let permissionsMax = 100

    var routes: [Route] {
        [
            Route(.get, "Roles", list), Route(.post, "Roles", create), Route(.get, "Roles/{role}", fetch),
            Route(.post, "Roles/{role}", update),
            Route(.delete, "Roles/{role}", delete),
        ]
    }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let page = try PageQuery(exchange.query(), sizeMax: 50)
        let service = desk.service(exchange)
        let rows = try await desk.read(exchange) { try $0.roles(of: service, page: page.request) }
        let presentation = desk.presentation(exchange)
        return .json(page.envelope("roles", rows, url: presentation.url("/Roles"), presentation.role))
    }

    private func create(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        let name = try form.required("FriendlyName")
        _ = try form.required("Type")
        guard let kind = try form.word("Type", Role.Kind.self) else { throw Refusal.missing("Type") }
        let fact = CreateRole(in: exchange.mount.service, friendlyName: name, kind: kind, permissions: try permissions(form))
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: 201) { role, _ in presentation.role(role) }
    }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let (sid, service) = (try exchange.sid("role", .role), desk.service(exchange))
        let found = try await desk.read(exchange) { try $0.role(sid, of: service) }
        return .json(desk.presentation(exchange).role(found))
    }

    private func update(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        let fact = UpdateRole(try exchange.sid("role", .role), of: exchange.mount.service, permissions: try permissions(form))
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: 200) { role, _ in presentation.role(role) }
    }

    private func delete(_ exchange: Exchange) async throws -> Answer {
        try await desk.delete(DeleteRole(exchange.sid("role", .role), of: exchange.mount.service), exchange)
    }

    private func permissions(_ form: Parameters) throws -> [String] {
        guard let words = try form.list("Permission", countMax: Self.permissionsMax) else { throw Refusal.missing("Permission") }
        return words
    }
}

extension Presentation {
    func role(_ row: Role) -> JSON {
        [
            "sid": JSON(row.sid), "account_sid": JSON(configuration.account), "chat_service_sid": JSON(row.service),
            "friendly_name": .string(row.friendlyName), "type": .string(row.kind.rawValue),
            "permissions": .array(row.permissions.map { .string($0.rawValue) }), "date_created": date(row.created),
            "date_updated": date(row.updated), "url": .string(url("/Roles/\(row.sid)")),
        ]
    }
}
