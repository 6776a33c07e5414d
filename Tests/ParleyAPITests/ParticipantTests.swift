import Foundation
import HTTPTypes
import ParleyAPI
import ParleyBroker
import ParleyCore
import Testing

@Suite struct ParticipantTests {
    @Test(arguments: Transport.allCases)
    func lifeOfAParticipant(over transport: Transport) async throws {
        let installation = try await Installation()
        try await installation.api(over: transport) { caller in
            let conversation = try await caller.conversation(["UniqueName": "room"])
            let path = "/v1/Conversations/\(conversation)/Participants"
            let phone = try await caller.post(
                path, ["MessagingBinding.Address": "+1 555 765-4321", "MessagingBinding.ProxyAddress": "+15550100000"])
            #expect(phone.status == 201)
            #expect(Set(phone.json.keys) == ParticipantTests.fields)
            #expect(
                phone.json["messaging_binding"] as? [String: String] == [
                    "type": "sms", "address": "+1 555 765-4321", "proxy_address": "+15550100000",
                ])
            #expect(phone.isNull("identity") && phone.isNull("role_sid") && phone.isNull("last_read_message_index"))
            let mail = try await caller.post(
                "/v1/Conversations/room/Participants",
                ["MessagingBinding.Address": "bob@there.example", "MessagingBinding.ProxyAddress": "team@in.example"])
            #expect(mail.string("messaging_binding", "type") == "email")
            let unknown = "RL" + String(repeating: "a", count: 32)
            try await caller.post(path, ["Identity": "alice/ä", "RoleSid": unknown]).expectError(400, 20001, "RoleSid")
            let chat = try await caller.post(path, ["Identity": "alice/ä", "Attributes": "{}"])
            #expect(chat.isNull("messaging_binding"))
            let role = try await installation.broker.read { try $0.service(installation.service)?.defaultConversationRole }
            #expect(role != nil && chat.string("role_sid") == role?.text)

            let sid = try #require(chat.string("sid"))
            #expect(chat.string("url") == "\(Installation.apiURL)\(path)/\(sid)")
            #expect(try await caller.get("\(path)/\(sid)").body == chat.body)
            #expect(try await caller.get("/v1/Conversations/room/Participants/alice%2F%C3%A4").body == chat.body)
            #expect(try await caller.get(path).list("participants").count == 3)

            _ = try await caller.post("/v1/Conversations/room/Messages", ["Body": "one"])
            let read = try await caller.post(
                "\(path)/alice%2F%C3%A4", ["LastReadMessageIndex": "0", "LastReadTimestamp": "2026-05-01T00:00:00Z", "Attributes": "[1]"])
            #expect(read.status == 200)
            #expect(read.integer("last_read_message_index") == 0)
            #expect(read.string("last_read_timestamp") == "2026-05-01T00:00:00Z")
            #expect(read.string("attributes") == "[1]")

            #expect(try await caller.delete("\(path)/\(sid)").status == 204)
            try await caller.get("\(path)/\(sid)").expectError(404, 20404, "/Conversations/\(conversation)/Participants/\(sid)")
        }
    }

    static let fields: Set<String> = [
        "account_sid", "conversation_sid", "sid", "identity", "attributes", "messaging_binding", "role_sid", "date_created", "date_updated",
        "url",
        "last_read_message_index", "last_read_timestamp",
    ]
}
