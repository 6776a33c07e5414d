import Hummingbird
import ParleyBroker
import ParleyCore

/// Participants of a conversation: add, list, fetch, update, remove.
struct ParticipantRoutes: Sendable {
    let desk: Desk

    var routes: [Route] {
        let all = "Conversations/{conversation}/Participants"
        let one = all + "/{participant}"
        return [
            Route(.get, all, list), Route(.post, all, add), Route(.get, one, fetch), Route(.post, one, update), Route(.delete, one, remove),
        ].map(\.openedToTokens)
    }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let page = try PageQuery(exchange.query())
        let (name, service) = (conversation(exchange), desk.service(exchange))
        let origin = try exchange.origin()
        let (found, rows) = try await desk.read(exchange) { transaction in
            let found = try name.find(in: transaction, default: service)
            try Permissions.mayRead(found, transaction, origin)
            return (found, try transaction.participants(in: found.sid, page: page.request))
        }
        let presentation = desk.presentation(exchange)
        return .json(
            page.envelope("participants", rows, url: presentation.url(found.sid) + "/Participants", presentation.participant))
    }

    private func add(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        guard try (form.text("MessagingBinding.ProjectedAddress") ?? "").isEmpty else { throw Refusal.groupMessaging }
        let fact = AddParticipant(
            to: conversation(exchange), identity: try form.text("Identity"), address: try form.text("MessagingBinding.Address"),
            proxyAddress: try form.text("MessagingBinding.ProxyAddress"), attributes: try form.text("Attributes"),
            role: try form.sid("RoleSid", .role), created: try form.instant("DateCreated"), updated: try form.instant("DateUpdated"))
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: 201) { participant, _ in presentation.participant(participant) }
    }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let (name, person, service) = (conversation(exchange), participant(exchange), desk.service(exchange))
        let origin = try exchange.origin()
        let found = try await desk.read(exchange) { transaction in
            let conversation = try name.find(in: transaction, default: service)
            try Permissions.mayRead(conversation, transaction, origin)
            return try person.find(in: conversation, transaction)
        }
        return .json(desk.presentation(exchange).participant(found))
    }

    private func update(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        var fact = UpdateParticipant(participant(exchange), in: conversation(exchange))
        fact.attributes = try form.text("Attributes")
        fact.role = try form.sid("RoleSid", .role)
        fact.identity = try form.text("Identity")
        fact.proxyAddress = try address(form, "MessagingBinding.ProxyAddress")
        fact.projectedAddress = try address(form, "MessagingBinding.ProjectedAddress")
        fact.lastReadIndex = try form.integer("LastReadMessageIndex", 0...Int.max)
        fact.lastReadAt = try form.instant("LastReadTimestamp")
        fact.updated = try form.instant("DateUpdated")
        fact.created = try form.instant("DateCreated")
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: 200) { participant, _ in presentation.participant(participant) }
    }

    /// The word `null` asks for the removal of an address (contract: REST §5); a participant that has none is left as it is.
    private func address(_ form: Parameters, _ name: String) throws -> String? {
        let text = try form.text(name)
        return text == "null" ? "" : text
    }

    private func remove(_ exchange: Exchange) async throws -> Answer {
        return try await desk.delete(RemoveParticipant(participant(exchange), from: conversation(exchange)), exchange)
    }

    private func conversation(_ exchange: Exchange) -> ConversationName { exchange.conversationName }

    private func participant(_ exchange: Exchange) -> ParticipantName { ParticipantName(exchange.variable("participant")) }
}

extension Refusal {
    static let groupMessaging = Refusal(
        code: 50452, status: 403, message: "Invalid parameter MessagingBinding.ProjectedAddress: group messaging is not enabled")
}
