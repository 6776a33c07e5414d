import Hummingbird
import ParleyBroker
import ParleyCore

/// Users: create, list, fetch, update, delete. A path names a user by SID or identity.
struct UserResourceRoutes: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, "Users", list), Route(.post, "Users", create), Route(.get, "Users/{user}", fetch),
            Route(.post, "Users/{user}", update), Route(.delete, "Users/{user}", delete),
        ]
    }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let page = try PageQuery(exchange.query(), sizeMax: 50)
        let service = desk.service(exchange)
        try Permissions.mayListUsers(exchange.origin())
        let rows = try await desk.read(exchange) { try $0.users(service: service, page: page.request) }
        let presentation = desk.presentation(exchange)
        return .json(page.envelope("users", rows, url: presentation.url("/Users"), presentation.user))
    }

    private func create(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        guard let identity = try form.text("Identity") else { throw Refusal.invalid("Identity", "is missing") }
        let fact = CreateUser(identity, try changes(form), in: exchange.mount.service)
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: 201) { user, _ in presentation.user(user) }
    }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let (name, service) = (exchange.userName, desk.service(exchange))
        let user = try await desk.read(exchange) { try name.find(in: $0, default: service) }
        return .json(desk.presentation(exchange).user(user))
    }

    private func update(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        let presentation = desk.presentation(exchange)
        let fact = UpdateUser(exchange.userName, try changes(form))
        return try await desk.post(fact, exchange, body: body, status: 200) { user, _ in presentation.user(user) }
    }

    private func delete(_ exchange: Exchange) async throws -> Answer {
        try await desk.delete(DeleteUser(exchange.userName), exchange)
    }

    private func changes(_ form: Parameters) throws -> UserChanges {
        UserChanges(
            friendlyName: try form.text("FriendlyName"), attributes: try form.text("Attributes"), role: try form.sid("RoleSid", .role))
    }
}

extension Exchange {
    /// The user that the path names, by identifier or identity, in the service that the path names.
    var userName: UserName { UserName(variable("user"), in: mount.service) }
}

extension Presentation {
    func user(_ row: User) -> JSON {
        let url = url("/Users/\(row.sid)")
        return [
            "sid": JSON(row.sid), "account_sid": JSON(configuration.account), "chat_service_sid": JSON(row.service),
            "role_sid": JSON(row.role), "identity": .string(row.identity), "friendly_name": JSON(row.friendlyName),
            "attributes": .string(row.attributes),
            // A user of whom nothing is known counts as away; whether a device could be reached stays open (contract: examples of `User`).
            "is_online": .bool(row.isOnline ?? false), "is_notifiable": row.isNotifiable.map(JSON.bool) ?? .null,
            "date_created": date(row.created), "date_updated": date(row.updated), "url": .string(url),
            "links": ["user_conversations": .string(url + "/Conversations")],
        ]
    }
}
