import Hummingbird
import ParleyBroker
import ParleyCore

/// Address configurations: where inbound messages of strangers go.
struct RoutingRoutes: Sendable {
    let desk: Desk

    /// Those of a service, under either prefix.
    var shared: [Route] { [] }

    /// Those that only the account has.
    var accountOnly: [Route] {
        [
            Route(.get, "Configuration/Addresses", list), Route(.post, "Configuration/Addresses", create),
            Route(.get, "Configuration/Addresses/{address}", fetch), Route(.post, "Configuration/Addresses/{address}", update),
            Route(.delete, "Configuration/Addresses/{address}", delete),
        ]
    }

    /// Those that only a path with a service has.
    var serviceOnly: [Route] { [] }

    /// Those of the operator.
    var operatorOnly: [Route] { [] }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let query = try exchange.query()
        let page = try PageQuery(query, sizeMax: 50)
        let kind = try query.word("Type", AddressConfiguration.Kind.self)
        let rows = try await desk.read(exchange) { try $0.addressConfigurations(kind: kind, page: page.request) }
        let presentation = desk.presentation(exchange)
        return .json(
            page.envelope(
                "address_configurations", rows, url: presentation.url("/Configuration/Addresses"), filters: [("Type", kind?.rawValue)],
                presentation.addressConfiguration))
    }

    private func create(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        _ = try form.required("Type")
        guard let kind = try form.word("Type", AddressConfiguration.Kind.self) else { throw Refusal.missing("Type") }
        let fact = CreateAddressConfiguration(
            kind, address: try form.required("Address"), country: try form.text("AddressCountry"), try changes(form))
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: 201) { row, _ in presentation.addressConfiguration(row) }
    }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let name = name(exchange)
        let row = try await desk.read(exchange) { try name.find(in: $0) }
        return .json(desk.presentation(exchange).addressConfiguration(row))
    }

    private func update(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        let presentation = desk.presentation(exchange)
        let fact = UpdateAddressConfiguration(name(exchange), try changes(form))
        return try await desk.post(fact, exchange, body: body, status: 200) { row, _ in presentation.addressConfiguration(row) }
    }

    private func delete(_ exchange: Exchange) async throws -> Answer {
        try await desk.delete(DeleteAddressConfiguration(name(exchange)), exchange)
    }

    private func name(_ exchange: Exchange) -> AddressConfigurationName { AddressConfigurationName(exchange.variable("address")) }

    private func changes(_ form: Parameters) throws -> AddressConfigurationChanges {
        var changes = AddressConfigurationChanges()
        changes.friendlyName = try form.text("FriendlyName")
        changes.isEnabled = try form.boolean("AutoCreation.Enabled")
        changes.kind = try form.word("AutoCreation.Type", AddressConfiguration.AutoCreation.Kind.self)
        // An empty value takes back what was chosen.
        if try form.text("AutoCreation.ConversationServiceSid")?.isEmpty == true {
            changes.service = .some(nil)
        } else if let service = try form.sid("AutoCreation.ConversationServiceSid", .service) {
            changes.service = service
        }
        changes.webhookURL = try form.text("AutoCreation.WebhookUrl")
        changes.webhookMethod = try form.word("AutoCreation.WebhookMethod", HookMethod.self)
        changes.webhookFilters = try form.list("AutoCreation.WebhookFilters", countMax: 100).map(filters)
        changes.flow = try form.sid("AutoCreation.StudioFlowSid", .flow)
        changes.retryCount = try form.integer("AutoCreation.StudioRetryCount", 0...100)
        // An extension of ours: what happens to strangers while auto creation is off.
        if try form.text("UnknownSender")?.isEmpty == true {
            changes.unknownSender = .some(nil)
        } else if let word = try form.word("UnknownSender", AdapterProfile.UnknownSender.self) {
            changes.unknownSender = word
        }
        return changes
    }

    /// Events that a webhook of one conversation can be told of, each once. A single empty value stands for none.
    private func filters(_ given: [String]) throws(Refusal) -> [Hook] {
        var hooks: [Hook] = []
        for text in given where given != [""] {
            let folded = text.lowercased()
            guard let hook = Hook.ofConversations.first(where: { $0.rawValue.lowercased() == folded }) else {
                throw .invalid(
                    "AutoCreation.WebhookFilters", "expected \(Hook.ofConversations.map(\.rawValue).joined(separator: ", "))")
            }
            if !hooks.contains(hook) { hooks.append(hook) }
        }
        return hooks
    }
}

extension Presentation {
    func addressConfiguration(_ row: AddressConfiguration) -> JSON {
        [
            "sid": JSON(row.sid), "account_sid": JSON(configuration.account), "type": .string(row.kind.rawValue),
            "address": .string(row.address), "friendly_name": JSON(row.friendlyName), "address_country": JSON(row.country),
            "auto_creation": autoCreation(row.autoCreation), "unknown_sender": JSON(row.unknownSender?.rawValue),
            "date_created": date(row.created), "date_updated": date(row.updated),
            "url": .string(url("/Configuration/Addresses/\(row.sid)")),
        ]
    }

    /// Shows what its type has, and the service where one was chosen (contract: REST §4 `auto_creation`).
    private func autoCreation(_ creation: AddressConfiguration.AutoCreation) -> JSON {
        var members = [Member("enabled", .bool(creation.isEnabled)), Member("type", .string(creation.kind.rawValue))]
        if let service = creation.service { members.append(Member("conversation_service_sid", JSON(service))) }
        switch creation.kind {
        case .default: break
        case .webhook:
            members += [
                Member("webhook_url", JSON(creation.webhookURL)),
                Member("webhook_method", .string(creation.webhookMethod.rawValue.uppercased())),
                Member("webhook_filters", .array(creation.webhookFilters.map { .string($0.rawValue) })),
            ]
        case .studio:
            members += [Member("studio_flow_sid", JSON(creation.flow)), Member("studio_retry_count", .integer(creation.retryCount))]
        }
        return .object(members)
    }
}
