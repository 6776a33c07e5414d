import Hummingbird
import ParleyBroker
import ParleyCore

/// Devices of a service's users that want push notifications: list, fetch, delete, and make, which the contract leaves to its client
/// libraries.
struct BindingRoutes: Sendable {
    let desk: Desk

    /// The most identities, and repeats of types, that one request may name.
    private static let countMax = 25

    var routes: [Route] {
        [
            Route(.get, "Bindings", list), Route(.post, "Bindings", bind), Route(.get, "Bindings/{binding}", fetch),
            Route(.delete, "Bindings/{binding}", delete),
        ]
    }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let query = try exchange.query()
        let page = try PageQuery(query)
        let networks = try query.words("BindingType", PushNetwork.self, countMax: Self.countMax) ?? []
        let identities =
            try query.names("Identity", charactersMax: desk.broker.rules.limits.nameCharacters, countMax: Self.countMax) ?? []
        let filter = PushBindingFilter(service: desk.service(exchange), networks: Set(networks), identities: Set(identities))
        let rows = try await desk.read(exchange) { try $0.pushBindings(filter, page: page.request) }
        let presentation = desk.presentation(exchange)
        let filters = networks.map { ("BindingType", $0.rawValue as String?) } + identities.map { ("Identity", $0 as String?) }
        return .json(page.envelope("bindings", rows, url: presentation.url("/Bindings"), filters: filters, presentation.pushBinding))
    }

    private func bind(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        let identity = try form.required("Identity")
        _ = try form.required("BindingType")
        guard let network = try form.word("BindingType", PushNetwork.self) else { throw Refusal.missing("BindingType") }
        let types = try form.words("MessageTypes", PushBinding.MessageType.self, countMax: Self.countMax)
        let fact = BindDevice(
            in: desk.service(exchange), identity: identity, network: network, endpoint: try form.required("Endpoint"),
            credential: try form.sid("CredentialSid", .credential), messageTypes: types ?? PushBinding.MessageType.allCases)
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: 201) { binding, _ in presentation.pushBinding(binding) }
    }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let (sid, service) = (try exchange.sid("binding", .binding), desk.service(exchange))
        guard let found = try await desk.read(exchange, { try $0.pushBinding(sid, of: service) }) else {
            throw Refusal.notFound(exchange.path.withoutVersion)
        }
        return .json(desk.presentation(exchange).pushBinding(found))
    }

    private func delete(_ exchange: Exchange) async throws -> Answer {
        try await desk.delete(DeleteBinding(exchange.sid("binding", .binding), of: desk.service(exchange)), exchange)
    }
}

extension Presentation {
    func pushBinding(_ row: PushBinding) -> JSON {
        [
            "sid": JSON(row.sid), "account_sid": JSON(configuration.account), "chat_service_sid": JSON(row.service),
            "date_created": date(row.created), "date_updated": date(row.updated), "endpoint": .string(row.endpoint),
            "identity": .string(row.identity), "binding_type": .string(row.network.rawValue), "credential_sid": JSON(row.credential),
            "message_types": .array(row.messageTypes.map { .string($0.rawValue) }), "url": .string(url("/Bindings/\(row.sid)")),
        ]
    }
}
