import Hummingbird
import ParleyBroker
import ParleyCore

/// Who may be written to, for the operator. People's addresses are masked unless they are asked for.
struct ConsentRoutes: Sendable {
    let desk: Desk

    var routes: [Route] { [Route(.get, "consents", list), Route(.post, "consents", set)] }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let query = try exchange.query()
        let page = try OperatorPage(query)
        let isFull = try query.boolean("full") ?? false
        var filter = ConsentFilter(state: try query.word("state", Consent.State.self))
        if let text = try query.text("address") { filter.address = try Self.address(text, "address").key }
        let wanted = filter
        let rows = try await desk.broker.read { transaction in try page.read { try transaction.consents(wanted, page: $0) } }
        return .json(["consents": .array(rows.rows.map { Self.consent($0, isFull: isFull) }), "next_cursor": JSON(rows.next)])
    }

    private func set(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        let proxy = try Self.address(try form.required("ProxyAddress"), "ProxyAddress")
        let address = try Self.address(try form.required("Address"), "Address")
        guard proxy.channel == address.channel else { throw Refusal.invalid("Address", "is of another channel than ProxyAddress") }
        guard desk.broker.rules.directory.owner(of: proxy) != nil else { throw Refusal.invalid("ProxyAddress", "is served by no adapter") }
        guard let state = try form.word("State", Consent.State.self) else {
            throw Refusal.invalid("State", "is missing: stopped or active")
        }
        let fact = SetConsent(state, pair: Pair(proxy: proxy, address: address), reason: try form.text("Reason"))
        return try await desk.post(fact, exchange, body: body, status: 200) { consent, _ in
            consent.map { Self.consent($0, isFull: true) }
                ?? ["proxy_address": .string(proxy.key), "address": .string(address.key), "state": .string(state.rawValue)]
        }
    }

    private static func address(_ text: String, _ name: String) throws(Refusal) -> Address {
        do { return try Address(text) } catch { throw Refusal.invalid(name, error.description) }
    }

    private static func consent(_ consent: Consent, isFull: Bool) -> JSON {
        let (proxy, address) = consent.addresses
        return [
            "proxy_address": .string(proxy), "address": .string(isFull ? address : (try? Address(address))?.masked ?? "…"),
            "state": .string(consent.state.rawValue), "source": .string(consent.source.rawValue), "adapter": JSON(consent.adapter),
            "detail": JSON(consent.detail), "message_sid": JSON(consent.message), "date_changed": .string(WireDate.text(consent.changed)),
        ]
    }
}
