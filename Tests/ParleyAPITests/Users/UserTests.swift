import Foundation
import HTTPTypes
import ParleyAPI
import ParleyBroker
import ParleyCore
import Testing

@Suite struct UserTests {
    static let fields: Set<String> = [
        "sid", "account_sid", "chat_service_sid", "role_sid", "identity", "friendly_name", "attributes", "is_online", "is_notifiable",
        "date_created", "date_updated", "url", "links",
    ]

    @Test(arguments: ["/v1", "/v1/Services/{service}"])
    func lifeOfAUser(under prefix: String) async throws {
        let installation = try await Installation()
        let prefix = prefix.replacingOccurrences(of: "{service}", with: installation.service.text)
        try await installation.api { caller in
            let made = try await caller.post(
                "\(prefix)/Users", ["Identity": "ada/ä", "FriendlyName": "Ada", "Attributes": "{ \"duty\": \"tech\" }"])
            #expect(made.status == 201)
            #expect(Set(made.json.keys) == UserTests.fields)
            let sid = try #require(made.string("sid"))
            #expect(SID(sid, .user) != nil)
            #expect(made.string("identity") == "ada/ä" && made.string("friendly_name") == "Ada")
            #expect(made.string("attributes") == "{ \"duty\": \"tech\" }")
            #expect(made.json["is_online"] as? Bool == false && made.isNull("is_notifiable"))
            #expect(made.string("chat_service_sid") == installation.service.text)
            #expect(made.string("url") == "\(Installation.apiURL)\(prefix)/Users/\(sid)")
            #expect(made.string("links", "user_conversations") == "\(Installation.apiURL)\(prefix)/Users/\(sid)/Conversations")

            #expect(try await caller.get("\(prefix)/Users/\(sid)").body == made.body)
            #expect(try await caller.get("\(prefix)/Users/ada%2F%C3%A4").body == made.body)
            try await caller.post("\(prefix)/Users", ["Identity": "ada/ä"]).expectError(409, 50201, "User already exists")
            let changed = try await caller.post("\(prefix)/Users/ada%2F%C3%A4", ["FriendlyName": "A", "Attributes": "[1]"])
            #expect(changed.status == 200)
            #expect(changed.string("friendly_name") == "A" && changed.string("attributes") == "[1]" && changed.string("sid") == sid)
            #expect(try await caller.get("\(prefix)/Users").strings("users", "identity") == ["ada/ä"])
            #expect(try await caller.delete("\(prefix)/Users/ada%2F%C3%A4").status == 204)
            try await caller.get("\(prefix)/Users/\(sid)").expectError(404, 20404, "/Users/\(sid) was not found")
            #expect(try await caller.get("\(prefix)/Users").list("users").isEmpty)
        }
        let events = try await installation.broker.read { try $0.events(after: 0, limit: 100) }.filter { $0.subject?.kind == .user }
        #expect(events.map(\.kind) == [.userAdded, .userUpdated, .userRemoved])
        #expect(events.allSatisfy { $0.service == installation.service && $0.payload.contains("\"identity\":\"ada/ä\"") })
    }

    @Test func pagesHoldFifty() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            for number in 0..<3 { _ = try await caller.post("/v1/Users", ["Identity": "u\(number)"]) }
            for list in ["Users", "Users/u1/Conversations", "ParticipantConversations?Identity=u1"] {
                let mark = list.contains("?") ? "&" : "?"
                try await caller.get("/v1/\(list)\(mark)PageSize=51").expectError(400, 20007, "PageSize")
            }
            let first = try await caller.get("/v1/Users?PageSize=2")
            #expect(first.strings("users", "identity") == ["u0", "u1"])
            let next = try #require(first.string("meta", "next_page_url"))
            #expect(try await caller.get(next).strings("users", "identity") == ["u2"])
        }
    }

    @Test func aPersonOfTheChatIsAUser() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let room = try await caller.conversation()
            let path = "/v1/Conversations/\(room)/Participants"
            #expect(try await caller.post(path, ["Identity": "ada"]).status == 201)
            let user = try await caller.get("/v1/Users/ada")
            #expect(user.status == 200)
            // Who is a user already stays the same one.
            let other = try await caller.conversation()
            _ = try await caller.post("/v1/Conversations/\(other)/Participants", ["Identity": "ada"])
            #expect(try await caller.get("/v1/Users/ada").body == user.body)
            // An identity that is given to a participant later is one as well.
            _ = try await caller.post("\(path)/ada", ["Identity": "eve"])
            #expect(try await caller.get("/v1/Users/eve").status == 200)
        }
        let kinds = try await installation.broker.read { try $0.events(after: 0, limit: 100) }.map(\.kind)
        #expect(kinds.filter { $0 == .userAdded }.count == 2)
    }

    @Test func anIdentityIsInSoManyConversations() async throws {
        var limits = Limits()
        limits.conversationsPerUser = 2
        let installation = try await Installation(limits: limits)
        try await installation.api { caller in
            func join(_ room: String) async throws -> Reply {
                try await caller.post("/v1/Conversations/\(room)/Participants", ["Identity": "ada"])
            }
            let rooms = [try await caller.conversation(), try await caller.conversation(), try await caller.conversation()]
            #expect(try await join(rooms[0]).status == 201)
            #expect(try await join(rooms[1]).status == 201)
            try await join(rooms[2]).expectError(403, 50214)
            // A closed conversation does not count.
            _ = try await caller.post("/v1/Conversations/\(rooms[0])", ["State": "closed"])
            #expect(try await join(rooms[2]).status == 201)
            let last = try await caller.conversation()
            try await join(last).expectError(403, 50214)
            _ = try await caller.delete("/v1/Conversations/\(rooms[1])")
            #expect(try await join(last).status == 201)
        }
    }

    @Test func whoIsDeletedLeavesAllConversations() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            for number in 0..<205 {
                let room = try await caller.conversation(["UniqueName": "r\(number)"])
                _ = try await caller.post("/v1/Conversations/\(room)/Participants", ["Identity": "ada"])
                if number < 2 { _ = try await caller.post("/v1/Conversations/\(room)/Participants", ["Identity": "bob"]) }
            }
            #expect(try await caller.delete("/v1/Users/ada").status == 204)
            let path = "/v1/ParticipantConversations?Identity=ada"
            #expect(try await caller.get(path).list("conversations").count == 5)
            // Whoever takes the identity meanwhile is somebody else.
            _ = try await caller.conversation(["UniqueName": "later"])
            _ = try await caller.post("/v1/Conversations/later/Participants", ["Identity": "ada"])
            while try await installation.broker.perform(PassTime()) == installation.clock.now {}
            #expect(try await caller.get(path).strings("conversations", "conversation_unique_name") == ["later"])
            #expect(try await caller.get("/v1/Conversations/r0/Participants").strings("participants", "identity") == ["bob"])
        }
    }

    @Test(arguments: [
        ("Users", "", 400, 20001, "Identity"), ("Users", "Identity=", 400, 20001, "Identity"),
        ("Users", "Identity=a%0Ab", 400, 20001, "Identity"),
        ("Users", "Identity=" + String(repeating: "x", count: 257), 400, 20001, "Identity"),
        ("Users", "Identity=a&Identity=b", 400, 20001, "Identity"), ("Users", "Identity=a&Attributes=%7B", 400, 50304, "Attributes"),
        ("Users", "Identity=a&RoleSid=RL1", 400, 20001, "RoleSid"), ("Users/none", "FriendlyName=a", 404, 20404, "/Users/none"),
        ("Users/ada", "FriendlyName=" + String(repeating: "x", count: 257), 400, 20001, "FriendlyName"),
        ("Users/ada/Conversations/room", "NotificationLevel=loud", 400, 20001, "NotificationLevel"),
        ("Users/ada/Conversations/room", "LastReadMessageIndex=-1", 400, 20001, "LastReadMessageIndex"),
        ("Users/ada/Conversations/room", "LastReadMessageIndex=1", 400, 20001, "LastReadMessageIndex"),
        ("Users/ada/Conversations/room", "LastReadTimestamp=now", 400, 20001, "LastReadTimestamp"),
        ("Users/ada/Conversations/other", "", 404, 20404, "/Users/ada/Conversations/other"),
        ("Users/bob/Conversations/room", "", 404, 20404, "/Users/bob/Conversations/room"),
    ])
    func badInputIsNamed(_ path: String, _ form: String, _ status: Int, _ code: Int, _ fragment: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            _ = try await caller.conversation(["UniqueName": "room"])
            _ = try await caller.post("/v1/Conversations/room/Participants", ["Identity": "ada"])
            _ = try await caller.post("/v1/Conversations/room/Messages", ["Body": "one"])
            _ = try await caller.post("/v1/Users", ["Identity": "bob"])
            let events = try await installation.eventCount()
            try await caller.post("/v1/\(path)", text: form).expectError(status, code, fragment)
            #expect(try await installation.eventCount() == events)
        }
    }

    @Test(arguments: BadInputTests.never + BadInputTests.strange)
    func noValueIsA500(_ value: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            _ = try await caller.conversation(["UniqueName": "room"])
            _ = try await caller.post("/v1/Conversations/room/Participants", ["Identity": "ada"])
            if !value.isEmpty, value.utf8.count < 10_000 {
                #expect(try await caller.get("/v1/Users/\(value)").status == 404)
                #expect(try await caller.get("/v1/Users/\(value)/Conversations").status == 404)
                #expect(try await caller.get("/v1/Users/ada/Conversations/\(value)").status == 404)
            }
            for (path, names) in [
                ("/v1/Users", ["Identity"]), ("/v1/Users/ada", ["FriendlyName", "Attributes", "RoleSid"]),
                ("/v1/Users/ada/Conversations/room", ["NotificationLevel", "LastReadMessageIndex", "LastReadTimestamp"]),
            ] {
                for name in names {
                    let reply = try await caller.post(path, text: "\(name)=\(value)")
                    #expect(reply.status < 500, "\(path) \(name)=\(value.prefix(40))")
                }
            }
            guard value.utf8.count < 10_000 else { return }
            for name in ["Identity", "Address", "PageSize", "PageToken"] {
                let path = "/v1/ParticipantConversations?\(name)=\(value)" + (name.hasPrefix("Page") ? "&Identity=ada" : "")
                #expect(try await caller.get(path).status < 500, "\(path)")
            }
        }
    }
}
