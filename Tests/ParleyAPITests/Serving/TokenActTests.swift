import Foundation
import HTTPTypes
import ParleyBroker
import ParleyCore
import Testing

@testable import ParleyAPI

/// What chat users may do over REST: Alice made the conversation, Bob was added to it, Carol is not in it.
@Suite struct TokenActTests {
    struct Act: Sendable, CustomTestStringConvertible {
        var method: HTTPRequest.Method
        /// Under `/v1`, or under the service's path when it begins with `Media`.
        var path: String
        var form: KeyValuePairs<String, String>
        /// What Alice, Bob and Carol are answered.
        var statuses: [Int]

        init(_ method: HTTPRequest.Method, _ path: String, _ form: KeyValuePairs<String, String>, _ statuses: Int...) {
            (self.method, self.path, self.form, self.statuses) = (method, path, form, statuses)
        }

        init(_ method: HTTPRequest.Method, _ path: String, _ statuses: Int...) {
            (self.method, self.path, form, self.statuses) = (method, path, [:], statuses)
        }

        var testDescription: String { "\(method) \(path) \(form.map(\.key))" }
    }

    static let outside: KeyValuePairs = ["MessagingBinding.Address": "+15557770009", "MessagingBinding.ProxyAddress": "+15550100000"]

    static let acts: [Act] = [
        Act(.get, "Conversations", 200, 200, 200), Act(.post, "Conversations", 201, 201, 201),
        Act(.post, "Conversations", ["DateCreated": "2020-01-01T00:00:00Z"], 403, 403, 403),
        Act(.get, "Conversations/{c}", 200, 200, 403), Act(.head, "Conversations/{c}", 200, 200, 403),
        Act(.post, "Conversations/{c}", ["FriendlyName": "x"], 200, 403, 403),
        Act(.post, "Conversations/{c}", ["Attributes": "[]"], 200, 403, 403),
        Act(.post, "Conversations/{c}", ["State": "closed"], 200, 403, 403),
        Act(.post, "Conversations/{c}", ["Bindings.Email.Name": "x"], 403, 403, 403),
        Act(.post, "Conversations/{c}", ["MessagingServiceSid": "MG" + String(repeating: "0", count: 32)], 403, 403, 403),
        Act(.delete, "Conversations/{c}", 204, 403, 403),

        Act(.get, "Conversations/{c}/Participants", 200, 200, 403),
        Act(.post, "Conversations/{c}/Participants", ["Identity": "dave"], 201, 403, 403),
        // To add oneself is to join, which only a role that was given the permission may.
        Act(.post, "Conversations/{c}/Participants", ["Identity": "carol"], 201, 403, 403),
        Act(.post, "Conversations/{c}/Participants", outside, 201, 403, 403),
        Act(
            .post, "Conversations/{c}/Participants", ["Identity": "carol", "RoleSid": "RL" + String(repeating: "0", count: 32)], 403, 403,
            403),
        Act(.get, "Conversations/{c}/Participants/bob", 200, 200, 403),
        Act(.post, "Conversations/{c}/Participants/bob", ["Attributes": "[]"], 200, 200, 403),
        Act(.post, "Conversations/{c}/Participants/alice", ["Attributes": "[]"], 200, 403, 403),
        Act(.post, "Conversations/{c}/Participants/bob", ["LastReadMessageIndex": "0"], 403, 200, 403),
        Act(.post, "Conversations/{c}/Participants/bob", ["RoleSid": "RL" + String(repeating: "0", count: 32)], 403, 403, 403),
        // Who is not in the conversation is not told who is.
        Act(.post, "Conversations/{c}/Participants/nobody", ["Attributes": "[]"], 404, 404, 403),
        Act(.delete, "Conversations/{c}/Participants/nobody", 404, 404, 403),
        Act(.delete, "Conversations/{c}/Participants/bob", 204, 204, 403),
        Act(.delete, "Conversations/{c}/Participants/alice", 204, 403, 403),

        Act(.get, "Conversations/{c}/Messages", 200, 200, 403),
        Act(.post, "Conversations/{c}/Messages", ["Body": "x"], 201, 201, 403),
        Act(.post, "Conversations/{c}/Messages", ["Body": "x", "Author": "mallory"], 403, 403, 403),
        Act(.post, "Conversations/{c}/Messages", ["Body": "x", "Author": "alice"], 201, 403, 403),
        Act(.post, "Conversations/{c}/Messages", ["Body": "x", "DateCreated": "2020-01-01T00:00:00Z"], 403, 403, 403),
        Act(.get, "Conversations/{c}/Messages/{alices}", 200, 200, 403),
        Act(.post, "Conversations/{c}/Messages/{alices}", ["Body": "y"], 200, 403, 403),
        Act(.post, "Conversations/{c}/Messages/{bobs}", ["Body": "y"], 200, 200, 403),
        Act(.post, "Conversations/{c}/Messages/{bobs}", ["Author": "alice"], 403, 403, 403),
        Act(.delete, "Conversations/{c}/Messages/{alices}", 204, 403, 403),
        Act(.delete, "Conversations/{c}/Messages/{bobs}", 204, 204, 403),
        Act(.get, "Conversations/{c}/Messages/{alices}/ChannelMetadata", 404, 404, 403),
        Act(.get, "Conversations/{c}/Messages/{alices}/Receipts", 200, 200, 403),
        Act(.get, "Conversations/{c}/Messages/{alices}/Receipts/{receipt}", 200, 200, 403),

        Act(.get, "Users", 403, 403, 403), Act(.post, "Users", ["Identity": "dave"], 403, 403, 403), Act(.get, "Users/bob", 200, 200, 200),
        Act(.post, "Users/bob", ["FriendlyName": "B"], 403, 200, 403),
        Act(.post, "Users/bob", ["RoleSid": "RL" + String(repeating: "0", count: 32)], 403, 403, 403),
        Act(.delete, "Users/bob", 403, 403, 403), Act(.get, "Users/bob/Conversations", 403, 200, 403),
        Act(.get, "Users/bob/Conversations/{c}", 403, 200, 403),
        // Whether another is in a conversation is not told.
        Act(.get, "Users/bob/Conversations/{other}", 403, 404, 403),
        Act(.post, "Users/bob/Conversations/{other}", ["NotificationLevel": "muted"], 403, 403, 403),
        Act(.delete, "Users/bob/Conversations/{other}", 403, 403, 403),
        Act(.post, "Users/bob/Conversations/{c}", ["NotificationLevel": "muted"], 403, 200, 403),
        Act(.delete, "Users/bob/Conversations/{c}", 204, 204, 403),
        Act(.get, "ParticipantConversations?Identity=bob", 403, 200, 403),
        Act(.get, "ParticipantConversations?Address=%2B15557770001", 403, 403, 403),

        Act(.get, "MyConversations", 200, 200, 200), Act(.get, "MyConversations/{c}", 200, 200, 403),
        Act(.get, "MyConversations/{c}/Messages", 200, 200, 403),
        Act(.post, "MyConversations/{c}", ["LastReadMessageIndex": "0"], 200, 200, 403),
        Act(.post, "MyConversations/{c}", ["NotificationLevel": "muted"], 200, 200, 403),
        Act(.post, "MyConversations/{other}", ["NotificationLevel": "muted"], 403, 403, 403),

        Act(.post, "Media", 201, 201, 201), Act(.get, "Media/{loose}", 403, 200, 403), Act(.get, "Media/{loose}/Content", 403, 200, 403),
        Act(.get, "Media/{said}", 200, 200, 403), Act(.get, "Media/{said}/Content", 200, 200, 403),
    ]

    static let people = ["alice", "bob", "carol"]

    static func bearer(_ identity: String, _ installation: Installation) async throws -> String {
        let now = installation.clock.now
        let token = AccessToken(identity: identity, expires: now + .seconds(3600))
        return "Bearer " + (try await token.signed(by: HandMint.key, of: Installation.account, from: now))
    }

    /// The names of what there is, by their places in paths.
    static func furnish(_ account: Caller, _ installation: Installation) async throws -> [String: String] {
        let alice = Caller(client: account.client, authorization: try await bearer("alice", installation))
        let bob = Caller(client: account.client, authorization: try await bearer("bob", installation))
        let conversation = try await alice.conversation()
        let path = "/v1/Conversations/\(conversation)"
        _ = try await account.post(path + "/Participants", ["Identity": "bob"])
        _ = try await account.post(
            path + "/Participants", ["MessagingBinding.Address": "+15557770001", "MessagingBinding.ProxyAddress": "+15550100000"])
        let media = "/v1/Services/\(installation.service)/Media"
        let said = try #require(try await alice.send(.post, media, [.contentType: "image/png"], Array("a".utf8)).string("sid"))
        let loose = try #require(try await bob.send(.post, media, [.contentType: "image/png"], Array("b".utf8)).string("sid"))
        let alices = try #require(try await alice.post(path + "/Messages", ["Body": "x", "MediaSid": said]).string("sid"))
        let bobs = try #require(try await bob.post(path + "/Messages", ["Body": "x"]).string("sid"))
        try await installation.dispatch { _ in .accepted(["carrier-1"]) }
        let receipts = try await account.get(path + "/Messages/\(alices)/Receipts")
        return [
            "c": conversation, "other": try await account.conversation(), "alices": alices, "bobs": bobs, "said": said, "loose": loose,
            "receipt": try #require(receipts.strings("delivery_receipts", "sid").first),
        ]
    }

    @Test(arguments: acts) func whatAnActIsAnswered(_ act: Act) async throws {
        for (identity, status) in zip(Self.people, act.statuses) {
            let installation = try await Installation(keys: [HandMint.key])
            try await installation.api { account in
                let names = try await Self.furnish(account, installation)
                let before = try await installation.eventCount()
                let caller = Caller(client: account.client, authorization: try await Self.bearer(identity, installation))
                var path = (act.path.hasPrefix("Media") ? "/v1/Services/\(installation.service)/" : "/v1/") + act.path
                for (name, value) in names { path = path.replacing("{\(name)}", with: value) }
                let reply =
                    act.method == .post ? try await caller.post(path, act.form) : try await caller.send(act.method, path)
                #expect(reply.status == status, "\(identity): \(reply.text)")
                guard status == 403 else { return }
                #expect(try await installation.eventCount() == before)
                let code = reply.integer("code")
                #expect(act.method == .head || code == 50107 || code == 50430, "\(identity): \(reply.text)")
                if identity == "carol", act.path.hasPrefix("Conversations/{c}"), act.method == .get { #expect(code == 50430) }
            }
        }
    }

    @Test func theListHasOnesOwnAndTheAuthorIsOneself() async throws {
        let installation = try await Installation(keys: [HandMint.key])
        try await installation.api { account in
            let names = try await Self.furnish(account, installation)
            for (identity, own) in [("alice", ["c"]), ("bob", ["c"]), ("carol", [])] {
                let caller = Caller(client: account.client, authorization: try await Self.bearer(identity, installation))
                for query in ["", "?State=active", "?StartDate=2020-01-01"] {
                    let listed = try await caller.get("/v1/Conversations" + query).strings("conversations", "sid")
                    #expect(listed == own.compactMap { names[$0] }, "\(identity) \(query)")
                }
            }
            let messages = try await account.get("/v1/Conversations/\(names["c"] ?? "")/Messages")
            #expect(messages.strings("messages", "author") == ["alice", "bob"])
            let bob = Caller(client: account.client, authorization: try await Self.bearer("bob", installation))
            let path = "/v1/Services/\(installation.service)/Media?Filename=x"
            #expect(try await bob.send(.post, path, [.contentType: "image/png"], Array("c".utf8)).string("author") == "bob")
            // What another uploaded is not theirs to say, and they are not told whether it is there.
            let alice = Caller(client: account.client, authorization: try await Self.bearer("alice", installation))
            let messagesPath = "/v1/Conversations/\(names["c"] ?? "")/Messages"
            let another = try await alice.post(messagesPath, ["MediaSid": names["loose"] ?? ""])
            let nobodys = try await alice.post(messagesPath, ["MediaSid": "ME" + String(repeating: "0", count: 32)])
            #expect(another.status >= 400 && another.body == nobodys.body)
        }
    }

    /// An origin with an identity is asked for permissions there too, should the route ever be opened.
    @Test func aConversationWithParticipantsAsksForPermissions() async throws {
        let installation = try await Installation()
        let participants = [CreateConversationWithParticipants.NewParticipant(identity: "eve", role: SID(.role, high: 1, low: 1))]
        let fact = CreateConversationWithParticipants(ConversationChanges(), participants: participants)
        let refusal = await #expect(throws: Refusal.self) { try await installation.broker.perform(fact, by: .sdk("alice")) }
        #expect(refusal?.code == 50107)
    }
}
