import Foundation
import HTTPTypes
import ParleyBroker
import ParleyCore
import Testing

/// What the account and a service configure.
@Suite struct ConfigurationTests {
    @Test func theAccountsConfiguration() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let fetched = try await caller.get("/v1/Configuration")
            #expect(fetched.status == 200)
            #expect(
                Set(fetched.json.keys) == [
                    "account_sid", "default_chat_service_sid", "default_messaging_service_sid", "default_inactive_timer",
                    "default_closed_timer", "url", "links",
                ])
            #expect(fetched.string("default_chat_service_sid") == installation.service.text)
            let derived = try await caller.get("/v1/Conversations/\(caller.conversation())").string("messaging_service_sid")
            #expect(fetched.string("default_messaging_service_sid") == derived)
            #expect(fetched.isNull("default_inactive_timer") && fetched.isNull("default_closed_timer"))
            let api = Installation.apiURL + "/v1"
            #expect(fetched.string("url") == "\(api)/Configuration")
            #expect(fetched.string("links", "service") == "\(api)/Services/\(installation.service)/Configuration")
            #expect(fetched.string("links", "webhooks") == "\(api)/Configuration/Webhooks")

            let messaging = "MG" + String(repeating: "a", count: 32)
            let updated = try await caller.post(
                "/v1/Configuration",
                ["DefaultInactiveTimer": "PT1M", "DefaultClosedTimer": "PT10M", "DefaultMessagingServiceSid": messaging])
            #expect(updated.status == 200)
            #expect(updated.string("default_inactive_timer") == "PT1M" && updated.string("default_closed_timer") == "PT10M")
            #expect(updated.string("default_messaging_service_sid") == messaging)
            #expect(try await caller.get("/v1/Configuration").body == updated.body)
        }
    }

    @Test func newConversationsTakeTheAccountsTimers() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let service = try await caller.service()
            let messaging = "MG" + String(repeating: "b", count: 32)
            _ = try await caller.post(
                "/v1/Configuration",
                ["DefaultInactiveTimer": "PT1H", "DefaultClosedTimer": "P1D", "DefaultMessagingServiceSid": messaging])
            for path in ["/v1/Conversations", "/v1/Services/\(service)/Conversations"] {
                let created = try await caller.post(path, ["DateCreated": "2020-01-01T00:00:00Z"])
                #expect(created.string("timers", "date_inactive") != nil && created.string("timers", "date_closed") != nil)
                #expect(created.string("messaging_service_sid") == messaging)
                let own = try await caller.post(path, ["Timers.Inactive": "", "Timers.Closed": "PT10M"])
                #expect(own.string("timers", "date_inactive") == nil && own.string("timers", "date_closed") != nil)
            }
            _ = try await caller.post("/v1/Configuration", ["DefaultInactiveTimer": "", "DefaultMessagingServiceSid": ""])
            let created = try await caller.post("/v1/Conversations")
            #expect(created.string("timers", "date_inactive") == nil && created.string("timers", "date_closed") != nil)
            #expect(created.string("messaging_service_sid") != messaging)
        }
    }

    @Test func anotherDefaultServiceChangesWhatShortPathsMean() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let (before, service) = (installation.service.text, try await caller.service())
            let old = try await caller.conversation(["UniqueName": "room"])
            let updated = try await caller.post("/v1/Configuration", ["DefaultChatServiceSid": service])
            #expect(updated.string("default_chat_service_sid") == service)
            #expect(updated.string("links", "service") == "\(Installation.apiURL)/v1/Services/\(service)/Configuration")
            #expect(installation.service.text == service)
            try await caller.get("/v1/Conversations/room").expectError(404, 20404)
            let new = try await caller.post("/v1/Conversations", ["UniqueName": "room"])
            #expect(new.status == 201 && new.string("chat_service_sid") == service)
            #expect(try await caller.get("/v1/Services/\(before)/Conversations/room").string("sid") == old)
            try await caller.delete("/v1/Services/\(service)").expectError(409, 20409)
            #expect(try await caller.delete("/v1/Services/\(before)").status == 204)
        }
    }

    @Test(arguments: [
        ("DefaultChatServiceSid=ISffffffffffffffffffffffffffffffff", 20001, "DefaultChatServiceSid"),
        ("DefaultChatServiceSid=", 20001, "DefaultChatServiceSid"), ("DefaultChatServiceSid=x", 20001, "DefaultChatServiceSid"),
        ("DefaultMessagingServiceSid=x", 20001, "DefaultMessagingServiceSid"),
        ("DefaultInactiveTimer=PT59S", 50375, "DefaultInactiveTimer"),
        ("DefaultClosedTimer=PT9M", 50376, "DefaultClosedTimer"), ("DefaultInactiveTimer=soon", 50379, "DefaultInactiveTimer"),
        ("DefaultClosedTimer=P1Y", 50379, "DefaultClosedTimer"),
        ("DefaultClosedTimer=PT10M&DefaultInactiveTimer=x", 50379, "DefaultInactiveTimer"),
    ])
    func whatTheAccountCannotConfigure(_ body: String, _ code: Int, _ parameter: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let before = try await caller.get("/v1/Configuration").body
            try await caller.post("/v1/Configuration", text: body).expectError(400, code, parameter)
            #expect(try await caller.get("/v1/Configuration").body == before)
        }
    }

    @Test func aDeletedServiceCannotBecomeTheDefault() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let service = try await caller.service()
            _ = try await caller.delete("/v1/Services/\(service)")
            try await caller.post("/v1/Configuration", ["DefaultChatServiceSid": service]).expectError(
                400, 20001, "DefaultChatServiceSid")
        }
    }

    @Test func aServicesConfiguration() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let service = try await caller.service()
            let path = "/v1/Services/\(service)/Configuration"
            let fetched = try await caller.get(path)
            #expect(fetched.status == 200)
            #expect(
                Set(fetched.json.keys) == [
                    "chat_service_sid", "default_conversation_creator_role_sid", "default_conversation_role_sid",
                    "default_chat_service_role_sid", "reachability_enabled", "url", "links",
                ])
            #expect(fetched.json["reachability_enabled"] as? Bool == false)
            #expect(fetched.string("links", "notifications") == Installation.apiURL + path + "/Notifications")
            #expect(fetched.string("links", "webhooks") == Installation.apiURL + path + "/Webhooks")
            let roles = try await caller.get("/v1/Services/\(service)/Roles").strings("roles", "sid")
            let creator = fetched.string("default_conversation_creator_role_sid")
            #expect(roles.contains(creator ?? "") && Set(roles).count == 3)

            let role = try #require(
                try await caller.post(
                    "/v1/Services/\(service)/Roles", ["FriendlyName": "r", "Type": "conversation", "Permission": "sendMessage"]
                ).string("sid"))
            let updated = try await caller.post(path, ["DefaultConversationRoleSid": role, "ReachabilityEnabled": "True"])
            #expect(updated.string("default_conversation_role_sid") == role)
            #expect(updated.json["reachability_enabled"] as? Bool == true)
            #expect(updated.string("default_conversation_creator_role_sid") == creator)
            #expect(try await caller.get(path).body == updated.body)

            let alien = try await caller.get("/v1/Services/\(installation.service)/Configuration").string("default_chat_service_role_sid")
            let serviceRole = try #require(fetched.string("default_chat_service_role_sid"))
            for (parameter, value) in [
                ("DefaultConversationCreatorRoleSid", serviceRole), ("DefaultConversationRoleSid", serviceRole),
                ("DefaultChatServiceRoleSid", role), ("DefaultChatServiceRoleSid", alien ?? ""),
                ("DefaultConversationRoleSid", "RLffffffffffffffffffffffffffffffff"), ("DefaultConversationRoleSid", ""),
                ("ReachabilityEnabled", "yes"), ("ReachabilityEnabled", ""),
            ] {
                try await caller.post(path, text: "\(parameter)=\(value)").expectError(400, 20001, parameter)
            }
            #expect(try await caller.get(path).body == updated.body)
        }
    }

    @Test func whatIsToBePushed() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let path = "/v1/Services/\(installation.service)/Configuration/Notifications"
            let fetched = try await caller.get(path)
            #expect(
                Set(fetched.json.keys) == [
                    "account_sid", "chat_service_sid", "log_enabled", "added_to_conversation", "new_message", "removed_from_conversation",
                    "url",
                ])
            #expect(fetched.json["log_enabled"] as? Bool == false)
            let template = "You have a new message in ${CONVERSATION}:\n${MESSAGE}"
            let updated = try await caller.post(
                path,
                [
                    "LogEnabled": "true", "NewMessage.Enabled": "TRUE", "NewMessage.Template": template, "NewMessage.Sound": "ring",
                    "NewMessage.BadgeCountEnabled": "true", "NewMessage.WithMedia.Enabled": "true",
                    "NewMessage.WithMedia.Template": "media", "AddedToConversation.Enabled": "true", "AddedToConversation.Template": "in",
                    "AddedToConversation.Sound": "a", "RemovedFromConversation.Enabled": "false",
                    "RemovedFromConversation.Template": "out", "RemovedFromConversation.Sound": "b",
                ])
            #expect(updated.status == 200)
            let message = try #require(updated.json["new_message"] as? [String: Any])
            #expect(Set(message.keys) == ["enabled", "template", "sound", "badge_count_enabled", "with_media"])
            #expect(message["enabled"] as? Bool == true && message["badge_count_enabled"] as? Bool == true)
            #expect(message["template"] as? String == template)
            #expect(updated.string("new_message", "with_media", "template") == "media")
            #expect(updated.string("added_to_conversation", "sound") == "a")
            #expect(updated.string("removed_from_conversation", "template") == "out")
            let again = try await caller.post(path, ["NewMessage.Sound": ""])
            #expect(again.string("new_message", "sound") == "" && again.string("new_message", "template") == template)
            #expect(try await caller.get(path).body == again.body)
            for (body, parameter) in [
                ("NewMessage.Template=" + String(repeating: "x", count: 1025), "NewMessage.Template"),
                ("AddedToConversation.Sound=" + String(repeating: "x", count: 257), "AddedToConversation.Sound"),
                ("LogEnabled=1", "LogEnabled"), ("RemovedFromConversation.Enabled=", "RemovedFromConversation.Enabled"),
                ("NewMessage.WithMedia.Template=a&NewMessage.WithMedia.Template=b", "NewMessage.WithMedia.Template"),
            ] {
                try await caller.post(path, text: body).expectError(400, 20001, parameter)
            }
            #expect(try await caller.get(path).body == again.body)
        }
    }
}
