import Foundation
import Hummingbird
import ParleyBroker
import ParleyCore

/// A conversation made together with its first participants (contract: REST §2 `ConversationWithParticipants`).
struct ConversationWithParticipantsRoutes: Sendable {
    let desk: Desk

    var routes: [Route] { [Route(.post, "ConversationWithParticipants", create)] }

    /// 202 when participants came along, as the contract has it, though all is done by then.
    private func create(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        let texts = try form.list("Participant", countMax: 1000) ?? []
        guard texts.count <= CreateConversationWithParticipants.participantsMax else {
            throw Refusal(
                code: 50426, status: 400,
                message: "Invalid parameter Participant: given more than \(CreateConversationWithParticipants.participantsMax) times")
        }
        let participants = try texts.map(NewParticipantText.init).map(\.participant)
        let fact = CreateConversationWithParticipants(
            try ConversationChanges(form), participants: participants, in: exchange.mount.service)
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: participants.isEmpty ? 201 : 202) { conversation, _ in
            presentation.conversation(conversation, exportable: false)
        }
    }
}

/// One value of `Participant`: an object of JSON, such as
/// `{"messaging_binding": {"address": "+15558675310", "proxy_address": "+15017122661"}}` or `{"identity": "alice"}`.
private struct NewParticipantText {
    let participant: CreateConversationWithParticipants.NewParticipant

    private static let names = ["identity", "attributes", "role_sid", "messaging_binding"]
    private static let bindingNames = ["address", "proxy_address", "projected_address", "type"]

    init(_ text: String) throws(Refusal) {
        guard let value = try? JSONSerialization.jsonObject(with: Data(text.utf8)), let object = value as? [String: Any] else {
            throw .invalid("Participant", "expected an object of JSON such as {\"identity\": \"alice\"}")
        }
        try Self.known(object, Self.names)
        var participant = CreateConversationWithParticipants.NewParticipant()
        participant.identity = try Self.text(object, "identity")
        participant.attributes = try Self.text(object, "attributes")
        if let role = try Self.text(object, "role_sid") {
            guard let sid = SID(role, .role) else { throw .invalid("Participant", "role_sid: expected RL and 32 hexadecimal digits") }
            participant.role = sid
        }
        if let value = object["messaging_binding"], !(value is NSNull) {
            guard let binding = value as? [String: Any] else { throw .invalid("Participant", "messaging_binding: expected an object") }
            try Self.known(binding, Self.bindingNames)
            guard try (Self.text(binding, "projected_address") ?? "").isEmpty else {
                throw Refusal(
                    code: Refusal.groupMessaging.code, status: Refusal.groupMessaging.status,
                    message: "Invalid parameter Participant: projected_address: group messaging is not enabled")
            }
            participant.address = try Self.text(binding, "address")
            participant.proxyAddress = try Self.text(binding, "proxy_address")
        }
        self.participant = participant
    }

    private static func known(_ object: [String: Any], _ names: [String]) throws(Refusal) {
        guard object.keys.allSatisfy(names.contains) else {
            throw .invalid("Participant", "expected only \(names.joined(separator: ", "))")
        }
    }

    private static func text(_ object: [String: Any], _ name: String) throws(Refusal) -> String? {
        guard let value = object[name], !(value is NSNull) else { return nil }
        guard let text = value as? String, !text.contains("\0") else { throw .invalid("Participant", "\(name): expected a string") }
        return text
    }
}
