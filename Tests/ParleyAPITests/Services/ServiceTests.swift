import Foundation
import HTTPTypes
import ParleyBroker
import ParleyCore
import Testing

/// Services: their life, and that what one holds is not found in another.
@Suite struct ServiceTests {
    @Test func lifeOfAService() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let created = try await caller.post("/v1/Services", ["FriendlyName": "Home Sérvice"])
            #expect(created.status == 201)
            let sid = try #require(created.string("sid"))
            let url = "\(Installation.apiURL)/v1/Services/\(sid)"
            #expect(
                Set(created.json.keys) == ["sid", "account_sid", "friendly_name", "date_created", "date_updated", "url", "links"])
            #expect(created.string("account_sid") == Installation.account.text)
            #expect(created.string("friendly_name") == "Home Sérvice")
            #expect(created.string("url") == url)
            let links = [
                "bindings": "Bindings", "configuration": "Configuration", "conversation_with_participants": "ConversationWithParticipants",
                "conversations": "Conversations", "participant_conversations": "ParticipantConversations", "roles": "Roles",
                "users": "Users",
            ]
            #expect(created.json["links"] as? [String: String] == links.mapValues { "\(url)/\($0)" })
            #expect(try await caller.get("/v1/Services/\(sid)").body == created.body)
            #expect(try await caller.get("/v1/Services").strings("services", "sid") == [installation.service.text, sid])
            #expect(try await caller.get("/v1/Services?PageSize=1").list("services").count == 1)
            try await caller.get("/v1/Services?PageSize=101").expectError(400, 20007)

            #expect(try await caller.delete("/v1/Services/\(sid)").status == 204)
            try await caller.get("/v1/Services/\(sid)").expectError(404, 20404, "/Services/\(sid) was not found")
            try await caller.delete("/v1/Services/\(sid)").expectError(404, 20404)
            #expect(try await caller.get("/v1/Services").strings("services", "sid") == [installation.service.text])
        }
    }

    @Test func aDeletedServiceHidesEveryPathUnderItAndFreesItsPairs() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let service = try await caller.service()
            let prefix = "/v1/Services/\(service)"
            let conversation = try #require(
                try await caller.post("\(prefix)/Conversations", ["UniqueName": "room"]).string("sid"))
            let person: KeyValuePairs = ["MessagingBinding.Address": "+15557000001", "MessagingBinding.ProxyAddress": "+15550100000"]
            #expect(try await caller.post("\(prefix)/Conversations/room/Participants", person).status == 201)
            let own = try await caller.conversation()
            try await caller.post("/v1/Conversations/\(own)/Participants", person).expectError(
                409, 50416, "already exists in Conversation \(conversation)")

            #expect(try await caller.delete(prefix).status == 204)
            let below = [
                "Conversations", "Conversations/room", "Conversations/\(conversation)", "Conversations/room/Participants",
                "Conversations/room/Messages", "Roles", "Bindings", "Configuration", "Configuration/Notifications", "Media",
            ]
            for path in below { try await caller.get("\(prefix)/\(path)").expectError(404, 20404, "/Services/\(service)/\(path)") }
            try await caller.post("\(prefix)/Conversations").expectError(404, 20404)
            try await caller.get("/v1/Conversations/\(conversation)").expectError(404, 20404)
            #expect(try await caller.post("/v1/Conversations/\(own)/Participants", person).status == 201)
        }
    }

    @Test func theDefaultServiceStays() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            try await caller.delete("/v1/Services/\(installation.service)").expectError(409, 20409, "DefaultChatServiceSid")
            #expect(try await caller.get("/v1/Services/\(installation.service)").status == 200)
        }
    }

    @Test func whatOneServiceHoldsIsNotFoundInAnother() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let service = try await caller.service()
            let prefix = "/v1/Services/\(service)"
            let other = try #require(try await caller.post("\(prefix)/Conversations", ["UniqueName": "room"]).string("sid"))
            let own = try await caller.conversation(["UniqueName": "room"])
            try await caller.post("\(prefix)/Conversations", ["UniqueName": "room"]).expectError(409, 50353)
            #expect(try await caller.get("/v1/Conversations/room").string("sid") == own)
            let fetched = try await caller.get("\(prefix)/Conversations/room")
            #expect(fetched.string("sid") == other && fetched.string("chat_service_sid") == service)
            #expect(fetched.string("url") == "\(Installation.apiURL)\(prefix)/Conversations/\(other)")
            try await caller.get("/v1/Conversations/\(other)").expectError(404, 20404)
            try await caller.get("\(prefix)/Conversations/\(own)").expectError(404, 20404)
            #expect(try await caller.get("/v1/Conversations").strings("conversations", "sid") == [own])
            #expect(try await caller.get("\(prefix)/Conversations").strings("conversations", "sid") == [other])
        }
    }

    @Test(arguments: [
        ("", "Missing required parameter FriendlyName"), ("FriendlyName=", "Missing required parameter FriendlyName"),
        ("FriendlyName=a&FriendlyName=b", "FriendlyName"), ("FriendlyName=a%0Ab", "FriendlyName"),
        ("FriendlyName=" + String(repeating: "x", count: 257), "FriendlyName"), ("FriendlyName=%FF", "FriendlyName"),
    ])
    func badNames(_ body: String, _ fragment: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            try await caller.post("/v1/Services", text: body).expectError(400, 20001, fragment)
            #expect(try await caller.get("/v1/Services").list("services").count == 1)
        }
    }

    @Test(arguments: ["nothing", "ISffffffffffffffffffffffffffffffff", "CHffffffffffffffffffffffffffffffff", "%00", "IS"])
    func strangeNamesInPaths(_ name: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller async throws in
            for path in ["/v1/Services/\(name)", "/v1/Services/\(name)/Configuration", "/v1/Services/\(name)/Roles"] {
                let reply = try await caller.get(path)
                #expect(reply.status == 404, "\(path)")
            }
            let reply = try await caller.delete("/v1/Services/\(name)")
            #expect(reply.status == 404)
        }
    }
}

extension Caller {
    /// A new service's SID.
    func service(_ name: String = "other") async throws -> String {
        try await #require(post("/v1/Services", ["FriendlyName": name]).string("sid"))
    }
}
