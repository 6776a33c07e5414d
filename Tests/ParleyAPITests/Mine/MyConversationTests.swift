import Foundation
import HTTPTypes
import ParleyAPI
import ParleyBroker
import ParleyCore
import Testing

/// The conversations of the one who asks, as they have them.
@Suite struct MyConversationTests {
    @Test(arguments: [false, true]) func theListIsInTheOrderOfJoiningAndHasPages(namesService: Bool) async throws {
        try await People.meet { people in
            let prefix = namesService ? "/v1/Services/\(people.installation.service)" : "/v1"
            for name in ["a", "b", "c", "others"] { _ = try await people.account.conversation(["UniqueName": name]) }
            for name in ["c", "a", "b"] {
                _ = try await people.account.post("/v1/Conversations/\(name)/Participants", ["Identity": "alice"])
            }
            _ = try await people.account.post("/v1/Conversations/a", ["State": "closed"])
            let all = try await people.alice.get(prefix + "/MyConversations")
            #expect(all.strings("conversations", "unique_name") == ["room", "c", "a", "b"])
            #expect(all.string("meta", "key") == "conversations")
            #expect(all.string("meta", "first_page_url")?.hasPrefix("\(Installation.apiURL)\(prefix)/MyConversations?") == true)

            var pages: [[String]] = []
            var next: String? = prefix + "/MyConversations?PageSize=3"
            while let path = next {
                let page = try await people.alice.get(path)
                pages.append(page.strings("conversations", "unique_name"))
                next = page.string("meta", "next_page_url")
            }
            #expect(pages == [["room", "c", "a"], ["b"]])
            #expect(try await people.bob.get(prefix + "/MyConversations").strings("conversations", "unique_name") == ["room"])
            #expect(try await people.carol.get(prefix + "/MyConversations").list("conversations").isEmpty)
        }
    }

    @Test(arguments: [false, true]) func aViewIsTheConversationWithWhatItIsToTheUser(namesService: Bool) async throws {
        try await People.meet { people in
            let prefix = namesService ? "/v1/Services/\(people.installation.service)" : "/v1"
            try await people.say(2)
            let view = try await people.alice.get("\(prefix)/MyConversations/room")
            #expect(view.status == 200)
            #expect(try await people.alice.get("\(prefix)/MyConversations/\(people.room)").body == view.body)
            let listed = try #require(try await people.alice.get("\(prefix)/MyConversations").list("conversations").first)
            #expect(NSDictionary(dictionary: listed) == NSDictionary(dictionary: view.json))

            let own: Set = [
                "created_by", "messages_count", "participants_count", "last_message", "participant", "notification_level",
                "last_read_message_index", "unread_messages_count",
            ]
            let conversation = try await people.account.get("\(prefix)/Conversations/room").json
            #expect(NSDictionary(dictionary: view.json.filter { !own.contains($0.key) }) == NSDictionary(dictionary: conversation))
            #expect(own.isSubset(of: view.json.keys))
            let participant = try await people.account.get("\(prefix)/Conversations/room/Participants/alice").json
            let shown = try #require(view.json["participant"] as? [String: Any])
            #expect(NSDictionary(dictionary: shown) == NSDictionary(dictionary: participant))
            #expect(view.string("created_by") == "system" && view.string("notification_level") == "default")
            let said = try await people.account.get("/v1/Conversations/room/Messages?Order=desc&PageSize=1").list("messages").first
            #expect(view.string("last_message", "date_created") == said?["date_created"] as? String)
        }
    }

    static let requests: [(HTTPRequest.Method, String)] = [
        (.get, "/MyConversations/{c}"), (.post, "/MyConversations/{c}"), (.get, "/MyConversations/{c}/Messages"),
    ]

    @Test(arguments: requests) func onlyWhoIsInItHasIt(_ method: HTTPRequest.Method, _ path: String) async throws {
        try await People.meet { people in
            let before = try await people.installation.eventCount()
            for prefix in ["/v1", "/v1/Services/\(people.installation.service)"] {
                func ask(_ caller: Caller, _ conversation: String) async throws -> Reply {
                    try await caller.send(method, prefix + path.replacing("{c}", with: conversation), [:], method == .post ? [] : nil)
                }
                for name in ["room", people.room] { try await ask(people.carol, name).expectError(403, 50430) }
                for name in ["nothing", "CH" + String(repeating: "e", count: 32)] {
                    try await ask(people.alice, name).expectError(404, 20404)
                }
            }
            #expect(try await people.installation.eventCount() == before)
            #expect(try await people.account.delete("/v1/Conversations/room/Participants/alice").status == 204)
            try await people.alice.send(method, "/v1" + path.replacing("{c}", with: "room"), [:], method == .post ? [] : nil)
                .expectError(403, 50430)
        }
    }

    @Test(arguments: requests + [(.get, "/MyConversations")])
    func theAccountAndItsKeysAreNobodysUser(_ method: HTTPRequest.Method, _ path: String) async throws {
        try await People.meet { people in
            let key = Caller(
                client: people.account.client, authorization: Caller.basic(Installation.key.sid.text, Installation.key.secret))
            for caller in [people.account, key] {
                for prefix in ["/v1", "/v1/Services/\(people.installation.service)"] {
                    let target = prefix + path.replacing("{c}", with: "room")
                    let reply = try await caller.send(method, target, [:], method == .post ? [] : nil)
                    reply.expectError(403, 50107, "expected an access token")
                }
            }
        }
    }

    @Test func countsAndTheNewestMessageFollowWhatHappens() async throws {
        try await People.meet { people in
            func expect(_ messages: Int, _ newest: Int?, _ participants: Int) async throws {
                let view = try await people.alice.get(People.path)
                #expect(view.integer("messages_count") == messages)
                #expect(view.integer("last_message", "index") == newest)
                #expect(view.isNull("last_message") == (newest == nil))
                #expect(view.integer("participants_count") == participants)
            }
            try await expect(0, nil, 2)
            let said = try await people.say(3)
            try await expect(3, 2, 2)
            try await people.delete(said[1])
            try await expect(2, 2, 2)
            try await people.delete(said[2])
            try await expect(1, 0, 2)
            try await people.say(1)
            try await expect(2, 3, 2)
            _ = try await people.account.post("/v1/Conversations/room/Participants", ["Identity": "dave"])
            try await expect(2, 3, 3)
            _ = try await people.account.delete("/v1/Conversations/room/Participants/dave")
            _ = try await people.account.delete("/v1/Conversations/room/Participants/bob")
            try await expect(2, 3, 1)
        }
    }

    @Test func unreadIsNullWithoutHorizonAndCountedToAThousand() async throws {
        try await People.meet { people in
            let name = ConversationName("room")
            for number in 0..<1005 { _ = try await people.installation.broker.perform(CreateMessage(in: name, body: "\(number)")) }
            #expect(try await people.alice.get(People.path).isNull("unread_messages_count"))
            for (index, unread) in [(0, 1000), (4, 1000), (5, 999), (1004, 0)] {
                let moved = try await people.alice.post(People.path, ["LastReadMessageIndex": "\(index)"])
                #expect(moved.integer("unread_messages_count") == unread)
                #expect(try await people.alice.get(People.path).body == moved.body)
            }
            #expect(try await people.bob.get(People.path).isNull("unread_messages_count"))
        }
    }

    @Test func notificationsAreTheUsersOwn() async throws {
        try await People.meet { people in
            let before = try await people.installation.eventCount()
            #expect(try await people.alice.post(People.path, ["NotificationLevel": "default"]).status == 200)
            #expect(try await people.installation.eventCount() == before, "nothing has changed")
            let muted = try await people.alice.post(People.path, ["NotificationLevel": "muted"])
            #expect(muted.string("notification_level") == "muted" && muted.isNull("last_read_message_index"))
            #expect(try await people.installation.eventCount() == before + 1)
            #expect(try await people.bob.get(People.path).string("notification_level") == "default")

            let role = try await people.account.post(
                "/v1/Roles", ["FriendlyName": "guest", "Type": "conversation", "Permission": "sendMessage"])
            _ = try await people.account.post(
                "/v1/Conversations/room/Participants/alice", ["RoleSid": try #require(role.string("sid"))])
            try await people.alice.post(People.path, ["NotificationLevel": "default"]).expectError(403, 50107, "editNotificationLevel")
            #expect(try await people.alice.get(People.path).string("notification_level") == "muted")
        }
    }
}
