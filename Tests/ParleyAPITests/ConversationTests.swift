import Foundation
import HTTPTypes
import ParleyAPI
import ParleyBroker
import ParleyCore
import Testing

@Suite struct ConversationTests {
    @Test(arguments: Transport.allCases)
    func lifeOfAConversation(over transport: Transport) async throws {
        let installation = try await Installation()
        let service = installation.service
        try await installation.api(over: transport) { caller in
            let created = try await caller.post(
                "/v1/Conversations",
                [
                    "FriendlyName": "Ünïcode & more", "UniqueName": "room 1/a", "Attributes": #"{ "topic": "feedback" }"#,
                    "State": "InActive",
                    "Timers.Inactive": "PT1M", "Timers.Closed": "PT10M", "DateCreated": "2015-12-16T22:18:37Z",
                    "Bindings.Email.Name": "example", "Bindings.Email.Address": "example+123@example.com", "Unknown": "ignored",
                ])
            #expect(created.status == 201)
            let sid = try #require(created.string("sid"))
            let url = "\(Installation.apiURL)/v1/Conversations/\(sid)"
            #expect(Set(created.json.keys) == ConversationTests.fields)
            #expect(created.string("account_sid") == Installation.account.text)
            #expect(created.string("chat_service_sid") == service.text)
            #expect(SID(created.string("messaging_service_sid") ?? "", .messagingService) != nil)
            #expect(created.string("friendly_name") == "Ünïcode & more")
            #expect(created.string("unique_name") == "room 1/a")
            #expect(created.string("attributes") == #"{ "topic": "feedback" }"#)
            #expect(created.string("state") == "inactive")
            #expect(created.string("date_created") == "2015-12-16T22:18:37Z")
            #expect(created.string("timers", "date_closed")?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
            #expect(created.string("bindings", "email", "projected_address") == "example+123@example.com")
            #expect(created.string("url") == url)
            for link in ["participants": "Participants", "messages": "Messages", "webhooks": "Webhooks", "export": "Export"] {
                #expect(created.string("links", link.key) == "\(url)/\(link.value)")
            }

            #expect(try await caller.get("/v1/Conversations/\(sid)").body == created.body)
            #expect(try await caller.get("/v1/Conversations/room%201%2Fa").body == created.body)
            let updated = try await caller.post(
                "/v1/Conversations/room%201%2Fa", ["State": "active", "UniqueName": "", "Timers.Closed": ""])
            #expect(updated.status == 200)
            #expect(updated.string("state") == "active")
            #expect(updated.isNull("unique_name"))
            #expect(updated.json["timers"] as? [String: String] != nil && updated.string("timers", "date_closed") == nil)
            #expect(updated.string("friendly_name") == "Ünïcode & more")

            let removed = try await caller.delete("/v1/Conversations/\(sid)")
            #expect(removed.status == 204)
            #expect(removed.body.isEmpty)
            try await caller.get("/v1/Conversations/\(sid)").expectError(
                404, 20404, "The requested resource /Conversations/\(sid) was not found")
        }
    }

    static let fields: Set<String> = [
        "sid", "account_sid", "chat_service_sid", "messaging_service_sid", "friendly_name", "unique_name", "attributes", "date_created",
        "date_updated", "state", "timers", "bindings", "url", "links",
    ]

    @Test func whatWasNotSaidIsNullOrEmpty() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let created = try await caller.send(.post, "/v1/Conversations")
            #expect(created.status == 201)
            #expect(Set(created.json.keys) == ConversationTests.fields)
            #expect(created.isNull("friendly_name") && created.isNull("unique_name"))
            #expect(created.string("attributes") == "{}")
            #expect((created.json["timers"] as? [String: Any])?.isEmpty == true)
            #expect((created.json["bindings"] as? [String: Any])?.isEmpty == true)
            #expect(created.string("date_created") == created.string("date_updated"))
        }
    }

    @Test func theLongPathOfTheDefaultServiceLeadsToTheSameConversations() async throws {
        let installation = try await Installation()
        let service = installation.service
        try await installation.api { caller in
            let sid = try await caller.conversation()
            let prefix = "/v1/Services/\(service)"
            let fetched = try await caller.get("\(prefix)/Conversations/\(sid)")
            #expect(fetched.string("url") == "\(Installation.apiURL)\(prefix)/Conversations/\(sid)")
            let added = try await caller.post("\(prefix)/Conversations/\(sid)/Participants", ["Identity": "alice"])
            #expect(added.status == 201)
            #expect(added.string("chat_service_sid") == service.text)
            #expect(try await caller.get("\(prefix)/Conversations").strings("conversations", "sid") == [sid])
            for other in ["ISffffffffffffffffffffffffffffffff", "nothing", "AC00000000000000000000000000000001"] {
                try await caller.get("/v1/Services/\(other)/Conversations").expectError(404, 20404, "/Services/\(other)/Conversations")
            }
        }
    }

    @Test func filtersOfTheList() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let old = try await caller.conversation(["DateCreated": "2020-05-01T10:00:00Z"])
            let new = try await caller.conversation(["DateCreated": "2020-05-02T23:59:59Z", "State": "inactive"])
            func list(_ query: String) async throws -> [String] {
                let reply = try await caller.get("/v1/Conversations?\(query)")
                #expect(reply.status == 200)
                return reply.strings("conversations", "sid")
            }
            #expect(try await Set(list("")) == [old, new])
            #expect(try await list("State=InActive") == [new])
            #expect(try await list("State=initializing") == [])
            #expect(try await list("StartDate=2020-05-02") == [new])
            #expect(try await list("EndDate=2020-05-01") == [old])
            #expect(try await list("EndDate=2020-05-02") == [new, old])
            #expect(try await list("StartDate=2020-05-02T23:59:59Z&EndDate=2020-05-02T23:59:59Z") == [new])
            let reply = try await caller.get("/v1/Conversations?StartDate=2020-05-01&State=active&PageSize=7")
            #expect(
                reply.string("meta", "first_page_url")
                    == "\(Installation.apiURL)/v1/Conversations?StartDate=2020-05-01&State=active&PageSize=7&Page=0")
        }
    }
}
