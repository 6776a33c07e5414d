import Hummingbird
import ParleyBroker
import ParleyCore

/// Credentials with push networks: create, list, fetch, update, delete. Their secrets go in and never come out.
struct CredentialRoutes: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, "Credentials", list), Route(.post, "Credentials", create), Route(.get, "Credentials/{credential}", fetch),
            Route(.post, "Credentials/{credential}", update), Route(.delete, "Credentials/{credential}", delete),
        ]
    }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let page = try PageQuery(exchange.query())
        let rows = try await desk.read(exchange) { try $0.credentials(page: page.request) }
        let presentation = desk.presentation(exchange)
        return .json(page.envelope("credentials", rows, url: presentation.url("/Credentials"), presentation.credential))
    }

    private func create(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        _ = try form.required("Type")
        let changes = try changes(form)
        guard let kind = changes.kind else { throw Refusal.missing("Type") }
        let presentation = desk.presentation(exchange)
        return try await desk.post(CreateCredential(kind, changes), exchange, body: body, status: 201) { credential, _ in
            presentation.credential(credential)
        }
    }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let sid = try exchange.sid("credential", .credential)
        guard let found = try await desk.read(exchange, { try $0.credential(sid) }) else {
            throw Refusal.notFound(exchange.path.withoutVersion)
        }
        return .json(desk.presentation(exchange).credential(found))
    }

    private func update(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        let fact = UpdateCredential(try exchange.sid("credential", .credential), try changes(form))
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: 200) { credential, _ in presentation.credential(credential) }
    }

    private func delete(_ exchange: Exchange) async throws -> Answer {
        try await desk.delete(DeleteCredential(exchange.sid("credential", .credential)), exchange)
    }

    private func changes(_ form: Parameters) throws -> CredentialChanges {
        var changes = CredentialChanges()
        changes.kind = try form.word("Type", PushCredential.Kind.self)
        changes.friendlyName = try form.text("FriendlyName")
        changes.isSandbox = try form.boolean("Sandbox")
        changes.secrets = PushSecrets(
            certificate: try form.text("Certificate"), privateKey: try form.text("PrivateKey"), apiKey: try form.text("ApiKey"),
            secret: try form.text("Secret"))
        return changes
    }
}

extension Presentation {
    /// `sandbox` is a text in the contract (contract: REST §4).
    func credential(_ row: PushCredential) -> JSON {
        [
            "sid": JSON(row.sid), "account_sid": JSON(configuration.account), "friendly_name": JSON(row.friendlyName),
            "type": .string(row.kind.rawValue), "sandbox": row.isSandbox ? "True" : "False", "date_created": date(row.created),
            "date_updated": date(row.updated), "url": .string(url("/Credentials/\(row.sid)")),
        ]
    }
}
