import ParleyCore

/// Credentials with push networks, and devices of users.
extension SQLiteTransaction {
    private static let credentialColumns = "sid, kind, friendly_name, sandbox, created, updated"

    private static func credential(_ fields: inout Fields) throws -> PushCredential {
        try PushCredential(
            sid: fields.sid(), kind: fields.choice(), friendlyName: fields.optionalText(), isSandbox: fields.integer() != 0,
            created: fields.instant(), updated: fields.instant())
    }

    func credential(_ sid: SID) throws -> PushCredential? {
        try first("SELECT \(Self.credentialColumns) FROM push_credential WHERE sid = ?1", [sid.text], Self.credential)
    }

    func credentials(page: PageRequest) throws -> Page<PushCredential> {
        let listing = Listing(
            "credentials", table: "push_credential", keys: ["id"], columns: Self.credentialColumns, decode: Self.credential)
        return try self.page(listing, page)
    }

    func insert(_ credential: PushCredential, secrets: PushSecrets) throws {
        try mapping([:]) {
            try execute(
                """
                INSERT INTO push_credential (\(Self.credentialColumns), certificate, private_key, api_key, secret)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                """,
                [
                    credential.sid.text, credential.kind.rawValue, credential.friendlyName, credential.isSandbox,
                    credential.created.milliseconds, credential.updated.milliseconds, secrets.certificate, secrets.privateKey,
                    secrets.apiKey, secrets.secret,
                ])
        }
    }

    func update(_ credential: PushCredential, secrets: PushSecrets) throws {
        let changed = try execute(
            """
            UPDATE push_credential SET kind = ?2, friendly_name = ?3, sandbox = ?4, updated = ?5, certificate = coalesce(?6, certificate),
                private_key = coalesce(?7, private_key), api_key = coalesce(?8, api_key), secret = coalesce(?9, secret)
            WHERE sid = ?1
            """,
            [
                credential.sid.text, credential.kind.rawValue, credential.friendlyName, credential.isSandbox,
                credential.updated.milliseconds, secrets.certificate, secrets.privateKey, secrets.apiKey, secrets.secret,
            ])
        if changed == 0 { throw Refusal.notFound("/Credentials/\(credential.sid)") }
    }

    func delete(credential: SID) throws {
        if try execute("DELETE FROM push_credential WHERE sid = ?1", [credential.text]) == 0 {
            throw Refusal.notFound("/Credentials/\(credential)")
        }
    }

    private static let bindingColumns = "sid, service, identity, network, endpoint, credential, message_types, created, updated"

    private static func binding(_ fields: inout Fields) throws -> PushBinding {
        try PushBinding(
            sid: fields.sid(), service: fields.sid(), identity: fields.text(), network: fields.choice(), endpoint: fields.text(),
            credential: fields.optionalSID(), messageTypes: fields.orderedWords(), created: fields.instant(), updated: fields.instant())
    }

    func pushBinding(_ sid: SID, of service: SID) throws -> PushBinding? {
        try first(
            "SELECT \(Self.bindingColumns) FROM push_binding WHERE sid = ?1 AND service = ?2", [sid.text, service.text], Self.binding)
    }

    func pushBinding(of identity: String, on network: PushNetwork, endpoint: String, in service: SID) throws -> PushBinding? {
        try first(
            """
            SELECT \(Self.bindingColumns) FROM push_binding
            WHERE service = ?1 AND identity = ?2 AND network = ?3 AND endpoint = ?4
            """, [service.text, identity, network.rawValue, endpoint], Self.binding)
    }

    func pushBindings(_ filter: PushBindingFilter, page: PageRequest) throws -> Page<PushBinding> {
        var whole = Listing("bindings", table: "push_binding", keys: ["id"], columns: Self.bindingColumns, decode: Self.binding)
        whole.filter("service = ?", filter.service.text)
        let networks = filter.networks.isEmpty ? [nil] : filter.networks.map(\.rawValue).sorted().map(Optional.some)
        let identities = filter.identities.isEmpty ? [nil] : filter.identities.sorted().map(Optional.some)
        // A list for each combination, each on its own index, merged by the order in which the bindings were made.
        let listings = identities.flatMap { identity in
            networks.map { network in
                var listing = whole
                if let identity { listing.filter("identity = ?", identity) }
                if let network { listing.filter("network = ?", network) }
                return listing
            }
        }
        return try self.page(merging: listings, like: whole, page)
    }

    func insert(_ binding: PushBinding) throws {
        try mapping([:]) {
            try execute(
                "INSERT INTO push_binding (\(Self.bindingColumns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                [
                    binding.sid.text, binding.service.text, binding.identity, binding.network.rawValue, binding.endpoint,
                    binding.credential?.text, orderedWords(binding.messageTypes), binding.created.milliseconds,
                    binding.updated.milliseconds,
                ])
        }
    }

    func update(_ binding: PushBinding) throws {
        let changed = try execute(
            "UPDATE push_binding SET credential = ?2, message_types = ?3, updated = ?4 WHERE sid = ?1",
            [binding.sid.text, binding.credential?.text, orderedWords(binding.messageTypes), binding.updated.milliseconds])
        if changed == 0 { throw Refusal.notFound("/Bindings/\(binding.sid)") }
    }

    func delete(pushBinding: SID) throws {
        if try execute("DELETE FROM push_binding WHERE sid = ?1", [pushBinding.text]) == 0 {
            throw Refusal.notFound("/Bindings/\(pushBinding)")
        }
    }
}
