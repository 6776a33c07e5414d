import Hummingbird
import ParleyBroker
import ParleyCore

/// The conversations of a person, whoever they are: of a chat identity, or of an address under any proxy. In any state.
struct ParticipantConversationRoutes: Sendable {
    let desk: Desk

    var routes: [Route] { [Route(.get, "ParticipantConversations", list)] }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let query = try exchange.query()
        let page = try PageQuery(query, sizeMax: 50)
        let identity = try query.name("Identity", charactersMax: desk.broker.rules.limits.nameCharacters)
        let address = try query.text("Address")
        let person = try person(identity, address)
        let service = desk.service(exchange)
        try Permissions.mayListConversations(of: identity, exchange.origin())
        let (user, rows) = try await desk.read(exchange) { transaction in
            (
                try identity.flatMap { try transaction.user(identity: $0, service: service) },
                try transaction.memberships(MembershipFilter(person, service: service), page: page.request)
            )
        }
        let presentation = desk.presentation(exchange)
        return .json(
            page.envelope(
                "conversations", rows, url: presentation.url("/ParticipantConversations"),
                filters: [("Identity", identity), ("Address", address)]
            ) { presentation.participantConversation($0, of: user) })
    }

    private func person(_ identity: String?, _ address: String?) throws -> MembershipFilter.Person {
        switch (identity, address) {
        case (let identity?, nil):
            guard !identity.isEmpty else { throw Refusal.identityOrAddress }
            return .identity(identity)
        case (nil, let address?):
            guard !address.isEmpty else { throw Refusal.identityOrAddress }
            do { return .address(key: try Address(address).key) } catch { throw Refusal.invalid("Address", "\(error)") }
        default: throw Refusal.identityOrAddress
        }
    }
}

extension Refusal {
    fileprivate static let identityOrAddress = Refusal(
        code: 50451, status: 400, message: "Invalid parameters: expected exactly one of Identity and Address")
}

extension Presentation {
    /// - Parameter user: the one whose identity the participant has; nil for people outside.
    func participantConversation(_ row: Membership, of user: User?) -> JSON {
        let (conversation, participant) = (row.conversation, row.participant)
        return [
            "account_sid": JSON(configuration.account), "chat_service_sid": JSON(conversation.service),
            "participant_sid": JSON(participant.sid), "participant_user_sid": JSON(user?.sid),
            "participant_identity": JSON(participant.identity),
            "participant_messaging_binding": participant.binding.map(wholeBinding) ?? .null, "conversation_sid": JSON(conversation.sid),
            "conversation_unique_name": JSON(conversation.uniqueName), "conversation_friendly_name": JSON(conversation.friendlyName),
            "conversation_attributes": .string(conversation.attributes), "conversation_date_created": date(conversation.created),
            "conversation_date_updated": date(conversation.updated), "conversation_created_by": .string(conversation.createdBy),
            "conversation_state": settledState(conversation), "conversation_timers": timers(conversation), "links": links(row),
        ]
    }

    /// All six keys, where the participant's own resource has only those that say something.
    private func wholeBinding(_ binding: Participant.Binding) -> JSON {
        [
            "address": .string(binding.pair.address.text), "proxy_address": .string(binding.pair.proxy.text),
            "type": .string(binding.channel.rawValue), "level": nil, "name": nil, "projected_address": nil,
        ]
    }
}
