import Foundation
import ParleyClient
import Testing

/// The client itself: what it finds, its token, its end.
extension ClientDialogueTests {
    @Test func conversationsAreFound() async throws {
        try await TwoUsers.talk { users in
            let name = ChatUser.identity("unique")
            try await users.conversation.updateUniqueName(name)
            #expect(try await users.alice.client.getConversationBySid(users.conversation.sid) === users.conversation)
            #expect(try await users.bob.client.getConversationByUniqueName(name) === users.bobs)
            for (call, message) in [
                (users.bob.client.getConversationBySid, "Conversation with SID X was not found."),
                (users.bob.client.getConversationByUniqueName, "Conversation with unique name X was not found."),
            ] as [(@Sendable (String) async throws -> Conversation, String)] {
                for text in ["CH00000000000000000000000000000000", "no/such name?"] {
                    do {
                        _ = try await call(text)
                        Issue.record("\(text) was found")
                    } catch let error as ConversationsError {
                        #expect(error.message == message.replacing("X", with: text), "\(error)")
                    }
                }
                await expectRejection(0, 20001) { try await call("") }
            }
        }
    }

    @Test func conversationsOfOthersArePrivate() async throws {
        try await TwoUsers.talk { users in
            let carol = try await users.stranger()
            let name = ChatUser.identity("unique")
            try await users.conversation.updateUniqueName(name)
            await expectRejection(403, 50430) { _ = try await carol.client.getConversationBySid(users.conversation.sid) }
            await expectRejection(403, 50430) { _ = try await carol.client.getConversationByUniqueName(name) }
            #expect(try await carol.client.getSubscribedConversations().items.isEmpty)
            let messages = Heard(carol.client.messageAdded)
            try await users.say(1)
            _ = try await carol.client.createConversation().sendMessage("own")
            #expect(try await messages.next().body == "own")
            await carol.client.shutdown()
        }
    }

    @Test func subscribedConversationsPageByPage() async throws {
        let daemon = try SharedDaemon.daemon
        let alice = try await ChatUser.connected("alice", to: daemon)
        let joined = Heard(alice.client.conversationJoined)
        var sids: [String] = []
        for number in 0..<103 {
            let answer = try await daemon.post("/v1/Conversations", [("FriendlyName", "\(number)")])
            sids.append(try #require(answer.json["sid"]?.string))
            try await daemon.addChat(alice.identity, to: sids[number])
        }
        for sid in sids { #expect(try await joined.next().sid == sid) }
        let first = try await alice.client.getSubscribedConversations()
        await expectRejection(0, 0, "No previous page") { try await first.prevPage() }
        var (page, found) = (first, first.items)
        while page.hasNextPage {
            page = try await page.nextPage()
            found += page.items
        }
        #expect(found.map(\.sid) == sids && found.count > first.items.count && found.allSatisfy { $0.status == .joined })
        #expect(try await !page.prevPage().items.isEmpty)
        await expectRejection(0, 0, "No next page") { try await page.nextPage() }
        // One object per conversation.
        #expect(try await alice.client.getConversationBySid(sids[0]) === found[0])
        await alice.client.shutdown()
    }

    @Test func usersAreWatched() async throws {
        try await TwoUsers.talk { users in
            let updates = Heard(users.bob.client.userUpdated)
            let alice = try await users.bob.client.getUser(users.alice.identity)
            #expect(alice.identity == users.alice.identity)
            let own = try await users.alice.client.getUser(users.alice.identity)
            try await own.updateFriendlyName("Alice")
            try await own.updateAttributes(["at": "home"])
            _ = try await updates.next { $0.updateReasons.contains(.friendlyName) }
            _ = try await updates.next { $0.updateReasons.contains(.attributes) }
            #expect(alice.friendlyName == "Alice" && alice.attributes == ["at": "home"])
            await expectRejection(403, 50107, "editAnyUserInfo") { try await alice.updateFriendlyName("Bob's") }
            await #expect(throws: ConversationsError.self) { try await users.bob.client.getUser(ChatUser.identity("nobody")) }
        }
    }

    // MARK: Token

    @Test func tokenIsReplaced() async throws {
        try await TwoUsers.talk { users in
            let ending = Heard(users.bob.client.tokenAboutToExpire)
            let messages = Heard(users.bobs.messageAdded)
            let next = try await users.daemon.token(for: users.bob.identity, seconds: 100)
            try await users.bob.client.updateToken(next)
            try await users.bob.client.updateToken(next)
            // Less than three minutes are left of it.
            _ = try await ending.next()
            try await users.bob.client.updateToken(users.daemon.token(for: users.bob.identity))
            #expect(try await users.bobs.sendMessage("still here") == 0)
            #expect(try await messages.next().author == users.bob.identity)
            #expect(users.bob.client.connectionState == .connected)
        }
    }

    @Test func tokenOfAnotherIsRefused() async throws {
        try await TwoUsers.talk { users in
            let foreign = try await users.daemon.token(for: users.alice.identity)
            for token in [foreign, "nonsense", ""] {
                await #expect(throws: ConversationsError.self, "\(token)") { try await users.bob.client.updateToken(token) }
            }
            // The former goes on.
            #expect(try await users.bobs.sendMessage("still Bob") == 0)
            let message = try #require(try await users.conversation.getMessages().items.first)
            #expect(message.author == users.bob.identity && users.bob.client.identity == users.bob.identity)
        }
    }

    @Test func tokenExpires() async throws {
        let daemon = try SharedDaemon.daemon
        let identity = ChatUser.identity("alice")
        let token = try await daemon.token(for: identity, seconds: 5)
        let client = ConversationsClient(url: try #require(URL(string: daemon.api)), token: token)
        let (expired, states) = (Heard(client.tokenExpired), Heard(client.connectionStateChanged))
        _ = try await expired.next()
        _ = try await states.next { $0 == .disconnected || $0 == .denied }
        try await client.updateToken(daemon.token(for: identity))
        _ = try await states.next { $0 == .connected }
        _ = try await client.createConversation().sendMessage("back")
        await client.shutdown()
    }

    @Test func tokenThatIsNoneIsDenied() async throws {
        let daemon = try SharedDaemon.daemon
        let client = ConversationsClient(url: try #require(URL(string: daemon.api)), token: "nonsense")
        do {
            _ = try await client.createConversation()
            Issue.record("it was created")
        } catch let error as ConversationsError {
            #expect(error.status == 401 && error.code == 20101, "\(error)")
        }
        #expect(client.connectionState == .denied && client.identity == nil)
        await client.shutdown()
    }

    // MARK: Connection

    /// What is said while the connection is cut is told once, in order, and what is sent over cut connections is sent once.
    @Test func nothingIsLostOrDoubledWhenConnectionsBreak() async throws {
        let (daemon, tap) = (try SharedDaemon.daemon, WireTap())
        try await tap.relaying(to: daemon.ports.api) { url in
            try await TwoUsers.talk(through: url) { users in
                let (alices, bobs) = (Heard(users.conversation.messageAdded), Heard(users.bobs.messageAdded))
                let states = Heard(users.alice.client.connectionStateChanged)
                try await withThrowingTaskGroup(of: Void.self) { speaking in
                    speaking.addTask { for number in 0..<30 { try await users.conversation.sendMessage("alice \(number)") } }
                    speaking.addTask {
                        for number in 0..<30 {
                            try await users.bobs.sendMessage("bob \(number)")
                            if number % 10 == 5 { tap.cut() }
                        }
                    }
                    try await speaking.waitForAll()
                }
                for index in 0..<60 {
                    let (first, second) = (try await alices.next(), try await bobs.next())
                    #expect(first.index == index && second.index == index && first.sid == second.sid)
                }
                for user in ["alice", "bob"] {
                    let bodies = alices.all.compactMap(\.body).filter { $0.hasPrefix(user) }
                    #expect(bodies == (0..<30).map { "\(user) \($0)" })
                }
                _ = try await states.next { $0 == .connected }
            }
        }
    }

    // MARK: shutdown

    @Test func shutdownEndsWhatListens() async throws {
        let daemon = try SharedDaemon.daemon
        let alice = try await ChatUser.connected("alice", to: daemon)
        let conversation = try await alice.client.createConversation()
        let client = alice.client
        let states = Heard(client.connectionStateChanged)
        let (messages, own, removed) = (Heard(client.messageAdded), Heard(conversation.messageAdded), Heard(conversation.removed))
        try await conversation.sendMessage("last words")
        #expect(try await messages.next().body == "last words")
        await client.shutdown()
        try await messages.ended()
        try await own.ended()
        try await removed.ended()
        try await states.ended()
        #expect(removed.all.isEmpty && client.connectionState == .disconnected && states.all.last == .disconnected)
        try await Heard(client.messageAdded).ended()
        await #expect(throws: ConversationsError.self) { try await conversation.sendMessage("afterwards") }
        await #expect(throws: ConversationsError.self) { try await client.createConversation() }
        await client.shutdown()
        #expect(try await daemon.messages(of: conversation.sid).count == 1)
    }
}
