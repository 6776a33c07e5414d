import Foundation
import HTTPTypes
import ParleyBroker
import ParleyCore
import Testing

/// Roles of the default service by the short path, and of another by the long one.
@Suite struct RoleTests {
    @Test(arguments: [true, false])
    func lifeOfARole(_ short: Bool) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let service = short ? installation.service.text : try await caller.service()
            let prefix = short ? "/v1" : "/v1/Services/\(service)"
            let created = try await caller.post(
                "\(prefix)/Roles",
                text: "FriendlyName=Speaker&Type=Conversation&Permission=leaveConversation&Permission=SENDMESSAGE"
                    + "&Permission=leaveConversation")
            #expect(created.status == 201)
            let sid = try #require(created.string("sid"))
            #expect(
                Set(created.json.keys) == [
                    "sid", "account_sid", "chat_service_sid", "friendly_name", "type", "permissions", "date_created", "date_updated", "url",
                ])
            #expect(created.string("chat_service_sid") == service && created.string("type") == "conversation")
            #expect(created.json["permissions"] as? [String] == ["leaveConversation", "sendMessage"])
            #expect(created.string("url") == "\(Installation.apiURL)\(prefix)/Roles/\(sid)")
            #expect(try await caller.get("\(prefix)/Roles/\(sid)").body == created.body)
            let updated = try await caller.post("\(prefix)/Roles/\(sid)", text: "Permission=editOwnMessage")
            #expect(updated.status == 200 && updated.json["permissions"] as? [String] == ["editOwnMessage"])
            #expect(updated.string("friendly_name") == "Speaker")
            #expect(try await caller.get("\(prefix)/Roles").strings("roles", "sid").last == sid)
            try await caller.get("\(prefix)/Roles?PageSize=51").expectError(400, 20007)
            #expect(try await caller.delete("\(prefix)/Roles/\(sid)").status == 204)
            try await caller.get("\(prefix)/Roles/\(sid)").expectError(404, 20404, "/Roles/\(sid)")
            try await caller.post("\(prefix)/Roles/\(sid)", text: "Permission=sendMessage").expectError(404, 20404)
            try await caller.delete("\(prefix)/Roles/\(sid)").expectError(404, 20404)
        }
    }

    @Test func aRoleOfAnotherServiceIsNotFound() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let service = try await caller.service()
            let role = try #require(try await caller.get("/v1/Services/\(service)/Roles").strings("roles", "sid").first)
            try await caller.get("/v1/Roles/\(role)").expectError(404, 20404)
            try await caller.post("/v1/Roles/\(role)", ["Permission": "joinConversation"]).expectError(404, 20404)
            try await caller.delete("/v1/Roles/\(role)").expectError(404, 20404)
        }
    }

    @Test func aRoleInUseStays() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            for role in try await caller.get("/v1/Roles").strings("roles", "sid") {
                try await caller.delete("/v1/Roles/\(role)").expectError(409, 20409, "default role")
            }
            let role = try #require(
                try await caller.post("/v1/Roles", ["FriendlyName": "r", "Type": "conversation", "Permission": "sendMessage"])
                    .string("sid"))
            let conversation = try await caller.conversation()
            let member = try await caller.post("/v1/Conversations/\(conversation)/Participants", ["Identity": "a", "RoleSid": role])
            #expect(member.status == 201)
            try await caller.delete("/v1/Roles/\(role)").expectError(409, 20409, "held")
            _ = try await caller.delete("/v1/Conversations/\(conversation)/Participants/a")
            #expect(try await caller.delete("/v1/Roles/\(role)").status == 204)
        }
    }

    @Test(arguments: [
        ("Type=service&Permission=joinConversation", "Missing required parameter FriendlyName"),
        ("FriendlyName=a&Permission=sendMessage", "Missing required parameter Type"),
        ("FriendlyName=a&Type=service", "Missing required parameter Permission"),
        ("FriendlyName=a&Type=service&Permission=", "Permission"), ("FriendlyName=a&Type=deployment&Permission=sendMessage", "Type"),
        ("FriendlyName=a&Type=conversation&Permission=sendMessage&Permission=fly", "Permission: for the type conversation expected"),
        ("FriendlyName=a&Type=service&Permission=sendMessage", "Permission: for the type service expected createConversation"),
        ("FriendlyName=a&Type=conversation&Permission=createConversation", "Permission: for the type conversation"),
        ("FriendlyName=" + String(repeating: "x", count: 65) + "&Type=service&Permission=joinConversation", "FriendlyName"),
        ("FriendlyName=a&Type=conversation" + String(repeating: "&Permission=sendMessage", count: 101), "Permission"),
    ])
    func badRoles(_ body: String, _ fragment: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            try await caller.post("/v1/Roles", text: body).expectError(400, 20001, fragment)
            #expect(try await caller.get("/v1/Roles").list("roles").count == 3)
        }
    }
}
