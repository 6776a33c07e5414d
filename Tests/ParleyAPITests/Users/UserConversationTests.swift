import Foundation
import HTTPTypes
import ParleyAPI
import ParleyBroker
import ParleyCore
import Testing

@Suite struct UserConversationTests {
    static let fields: Set<String> = [
        "account_sid", "chat_service_sid", "conversation_sid", "unread_messages_count", "last_read_message_index", "participant_sid",
        "user_sid", "friendly_name", "conversation_state", "timers", "attributes", "date_created", "date_updated", "created_by",
        "notification_level", "unique_name", "url", "links",
    ]

    @Test(arguments: ["/v1", "/v1/Services/{service}"])
    func lifeOfAUserConversation(under prefix: String) async throws {
        let installation = try await Installation()
        let prefix = prefix.replacingOccurrences(of: "{service}", with: installation.service.text)
        try await installation.api { caller in
            let room = try await caller.conversation(["UniqueName": "room", "FriendlyName": "Room", "Attributes": "[2]"])
            let participant = try await caller.post("/v1/Conversations/room/Participants", ["Identity": "ada"])
            let user = try #require(try await caller.get("/v1/Users/ada").string("sid"))
            for number in 0..<4 { _ = try await caller.post("/v1/Conversations/room/Messages", ["Body": "\(number)"]) }

            let fresh = try await caller.get("\(prefix)/Users/ada/Conversations/room")
            #expect(fresh.status == 200)
            #expect(Set(fresh.json.keys) == UserConversationTests.fields)
            #expect(fresh.isNull("unread_messages_count") && fresh.isNull("last_read_message_index"))
            #expect(fresh.string("conversation_sid") == room && fresh.string("user_sid") == user)
            #expect(fresh.string("participant_sid") == participant.string("sid"))
            #expect(fresh.string("friendly_name") == "Room" && fresh.string("unique_name") == "room" && fresh.string("attributes") == "[2]")
            #expect(fresh.string("conversation_state") == "active" && fresh.string("notification_level") == "default")
            #expect(fresh.string("created_by") == "system")
            let url = "\(Installation.apiURL)\(prefix)"
            #expect(fresh.string("url") == "\(url)/Users/\(user)/Conversations/\(room)")
            #expect(fresh.string("links", "conversation") == "\(url)/Conversations/\(room)")
            #expect(fresh.string("links", "participant") == "\(url)/Conversations/\(room)/Participants/\(participant.string("sid") ?? "")")
            #expect(try await caller.get("\(prefix)/Users/\(user)/Conversations/\(room)").body == fresh.body)

            let path = "\(prefix)/Users/\(user)/Conversations/\(room)"
            let read = try await caller.post(
                path, ["LastReadMessageIndex": "2", "LastReadTimestamp": "2026-05-01T00:00:00Z", "NotificationLevel": "MUTED"])
            #expect(read.status == 200)
            #expect(read.integer("last_read_message_index") == 2 && read.integer("unread_messages_count") == 1)
            #expect(read.string("notification_level") == "muted")
            // REST moves it backwards as well.
            #expect(try await caller.post(path, ["LastReadMessageIndex": "0"]).integer("unread_messages_count") == 3)
            let message = try await caller.get("/v1/Conversations/room/Messages").strings("messages", "sid")[1]
            _ = try await caller.delete("/v1/Conversations/room/Messages/\(message)")
            #expect(try await caller.get(path).integer("unread_messages_count") == 2)
            #expect(try await caller.get("\(prefix)/Users/ada/Conversations").strings("conversations", "conversation_sid") == [room])

            #expect(try await caller.delete(path).status == 204)
            try await caller.get(path).expectError(404, 20404, "/Users/\(user)/Conversations/\(room)")
            #expect(try await caller.get("\(prefix)/Users/ada/Conversations").list("conversations").isEmpty)
            #expect(try await caller.get("/v1/Conversations/room/Participants").list("participants").isEmpty)
        }
        let kinds = try await installation.broker.read { try $0.events(after: 0, limit: 100) }.map(\.kind)
        #expect(kinds.filter { $0 == .participantUpdated }.count == 2 && kinds.last == .participantRemoved)
    }

    @Test(arguments: [false, true]) func unreadIsCountedToAThousand(afterADeletion: Bool) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let room = try await caller.conversation()
            _ = try await caller.post("/v1/Conversations/\(room)/Participants", ["Identity": "ada"])
            let name = ConversationName(try #require(SID(room)))
            for number in 0..<1005 { _ = try await installation.broker.perform(CreateMessage(in: name, body: "\(number)")) }
            if afterADeletion {
                let last = try await caller.get("/v1/Conversations/\(room)/Messages?Order=desc&PageSize=1").strings("messages", "sid")
                _ = try await caller.delete("/v1/Conversations/\(room)/Messages/\(try #require(last.first))")
            }
            let path = "/v1/Users/ada/Conversations/\(room)"
            #expect(try await caller.post(path, ["LastReadMessageIndex": "0"]).integer("unread_messages_count") == 1000)
            let left = afterADeletion ? 3 : 4
            #expect(try await caller.post(path, ["LastReadMessageIndex": "1000"]).integer("unread_messages_count") == left)
        }
    }

    @Test func aPersonsConversationsAreListedInAnyState() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            for state in ["active", "closed", "inactive"] {
                _ = try await caller.conversation(["UniqueName": state])
                #expect(try await caller.post("/v1/Conversations/\(state)/Participants", ["Identity": "ada"]).status == 201)
                _ = try await caller.post("/v1/Conversations/\(state)", ["State": state])
            }
            let chat = try await caller.get("/v1/ParticipantConversations?Identity=ada")
            #expect(chat.strings("conversations", "conversation_state") == ["active", "closed", "inactive"])
            #expect(chat.string("meta", "key") == "conversations")
            #expect(chat.string("meta", "url")?.contains("ParticipantConversations?Identity=ada&PageSize=50") == true)
            let row = try #require(chat.list("conversations").first)
            #expect(Set(row.keys) == UserConversationTests.participantFields)
            #expect(row["participant_messaging_binding"] is NSNull)
            #expect(row["participant_user_sid"] as? String == (try await caller.get("/v1/Users/ada").string("sid")))
        }
    }

    @Test func anAddressIsFoundHoweverItIsWritten() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            for (name, ending) in [("a", "closed"), ("b", "")] {
                _ = try await caller.conversation(["UniqueName": name])
                let added = try await caller.post(
                    "/v1/Conversations/\(name)/Participants",
                    ["MessagingBinding.Address": "+1 555 765-4321", "MessagingBinding.ProxyAddress": "+15550100000"])
                #expect(added.status == 201)
                if !ending.isEmpty { _ = try await caller.post("/v1/Conversations/\(name)", ["State": ending]) }
            }
            let found = try await caller.get("/v1/ParticipantConversations?Address=%2B15557654321")
            #expect(found.strings("conversations", "conversation_unique_name") == ["a", "b"])
            #expect(found.strings("conversations", "conversation_state") == ["closed", "active"])
            let binding = try #require(found.list("conversations").first?["participant_messaging_binding"] as? [String: Any])
            #expect(Set(binding.keys) == ["address", "proxy_address", "type", "level", "name", "projected_address"])
            #expect(binding["address"] as? String == "+1 555 765-4321" && binding["type"] as? String == "sms" && binding["level"] is NSNull)
            #expect(found.list("conversations").allSatisfy { $0["participant_user_sid"] is NSNull && $0["participant_identity"] is NSNull })
        }
    }

    @Test(arguments: [
        ("", 50451, "Identity"), ("?Identity=a&Address=%2B15557654321", 50451, "Address"), ("?Identity=", 50451, "Identity"),
        ("?Address=", 50451, "Address"), ("?Address=no%40body%40x", 20001, "Address"), ("?Identity=a&Identity=b", 20001, "Identity"),
    ])
    func onePersonIsNamed(_ query: String, _ code: Int, _ fragment: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            try await caller.get("/v1/ParticipantConversations\(query)").expectError(400, code, fragment)
        }
    }

    static let participantFields: Set<String> = [
        "account_sid", "chat_service_sid", "participant_sid", "participant_user_sid", "participant_identity",
        "participant_messaging_binding", "conversation_sid", "conversation_unique_name", "conversation_friendly_name",
        "conversation_attributes", "conversation_date_created", "conversation_date_updated", "conversation_created_by",
        "conversation_state", "conversation_timers", "links",
    ]
}
