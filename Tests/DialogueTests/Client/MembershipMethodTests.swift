import Foundation
import ParleyClient
import Testing

/// One's own part in a conversation: join, leave, how one is notified; and its end.
extension ClientDialogueTests {
    // MARK: join

    @Test func joinOfTheCreatorIsNoCall() async throws {
        let (daemon, tap) = (try SharedDaemon.daemon, WireTap())
        try await tap.relaying(to: daemon.ports.api) { url in
            let alice = try await ChatUser.connected("alice", to: daemon, through: url)
            let conversation = try await alice.client.createConversation()
            let writes = tap.writes
            #expect(writes.count == 1 && writes.first?.hasSuffix("/Conversations") == true, "\(writes)")
            #expect(try await conversation.join() === conversation)
            #expect(conversation.status == .joined && tap.writes == writes)
            await expectRejection(409, 50433, "Participant already exists") { try await conversation.join() }
            #expect(conversation.status == .joined)
            #expect(try await conversation.getParticipantsCount() == 1)
            await alice.client.shutdown()
        }
    }

    @Test func joinOfThoseWhoWereAddedIsRejected() async throws {
        try await TwoUsers.talk { users in
            await expectRejection(409, 50433, "Participant already exists") { try await users.bobs.join() }
            #expect(users.bobs.status == .joined)
        }
    }

    @Test func joinAfterLeaving() async throws {
        let daemon = try SharedDaemon.daemon
        let joiner = try await daemon.makeRole("service", ["joinConversation", "createConversation"])
        let identity = ChatUser.identity("joiner")
        try await daemon.makeUser(identity, role: joiner)
        try await TwoUsers.talk { users in
            let carol = try await ChatUser.connected("", to: daemon, as: identity)
            let (added, joined) = (Heard(carol.client.conversationAdded), Heard(carol.client.conversationJoined))
            try await users.conversation.add(identity: identity)
            let carols = try await joined.next()
            #expect(try await added.next() === carols)
            try await carols.leave()
            let bobs = Heard(users.bobs.participantJoined)
            #expect(try await carols.join() === carols)
            #expect(carols.status == .joined)
            #expect(try await users.rest(participant: identity).status == 200)
            #expect(try await bobs.next().identity == identity)
            #expect(try await joined.next() === carols)
            #expect(try await carols.sendMessage("back again") == 0)
            await expectRejection(409, 50433, "Participant already exists") { try await carols.join() }
            await carol.client.shutdown()
        }
    }

    @Test func joinNeedsThePermission() async throws {
        try await TwoUsers.talk { users in
            try await users.bobs.leave()
            await expectRejection(403, 50107, "joinConversation") { try await users.bobs.join() }
            #expect(users.bobs.status == .notParticipating)
        }
    }

    // MARK: leave

    @Test func leaveTellsEverybody() async throws {
        try await TwoUsers.talk { users in
            let client = users.bob.client
            let lost = (Heard(client.conversationLeft), Heard(client.conversationRemoved), Heard(users.bobs.removed))
            let alices = Heard(users.conversation.participantLeft)
            #expect(try await users.bobs.leave() === users.bobs)
            #expect(users.bobs.status == .notParticipating)
            #expect(try await users.rest(participant: users.bob.identity).status == 404)
            #expect(try await alices.next().identity == users.bob.identity)
            for heard in [lost.0, lost.1, lost.2] { #expect(try await heard.next() === users.bobs) }
            #expect(try await client.getSubscribedConversations().items.isEmpty)
            // What others say afterwards is not theirs any more.
            let (messages, others) = (Heard(client.messageAdded), Heard(client.conversationAdded))
            try await users.conversation.sendMessage("alone")
            _ = try await client.createConversation()
            _ = try await others.next()
            #expect(messages.all.isEmpty && lost.0.all.count == 1 && lost.1.all.count == 1 && lost.2.all.count == 1)
        }
    }

    @Test func leaveTwiceIsOneCall() async throws {
        let (daemon, tap) = (try SharedDaemon.daemon, WireTap())
        try await tap.relaying(to: daemon.ports.api) { url in
            try await TwoUsers.talk(through: url) { users in
                try await users.conversation.leave()
                let requests = tap.requests
                #expect(requests.last?.hasPrefix("DELETE") == true, "\(requests)")
                #expect(try await users.conversation.leave() === users.conversation)
                #expect(tap.requests == requests)
            }
        }
    }

    @Test func leaveNeedsThePermission() async throws {
        try await TwoUsers.talk { users in
            let mute = try await users.daemon.makeRole("conversation", ["sendMessage"])
            let sid = try await users.bobs.getParticipantByIdentity(users.bob.identity).sid
            #expect(try await users.daemon.post("\(users.path)/Participants/\(sid)", [("RoleSid", mute)]).status == 200)
            await expectRejection(403, 50107, "leaveConversation") { try await users.bobs.leave() }
            #expect(users.bobs.status == .joined)
            await expectRejection(403, 50107, "editNotificationLevel") { try await users.bobs.setUserNotificationLevel(.muted) }
            #expect(users.bobs.notificationLevel == .default)
            let picture = SendMediaOptions(contentType: "image/png", media: Picture.png)
            await expectRejection(403, 50107, "sendMediaMessage") { try await users.bobs.sendMessage(picture) }
        }
    }

    // MARK: setUserNotificationLevel

    @Test func notificationLevelIsOnesOwn() async throws {
        try await TwoUsers.talk { users in
            let updated = Heard(users.bobs.updated)
            #expect(users.bobs.notificationLevel == .default)
            for level in [Conversation.NotificationLevel.muted, .default] {
                try await users.bobs.setUserNotificationLevel(level)
                #expect(users.bobs.notificationLevel == level && users.conversation.notificationLevel == .default)
                let told = try await updated.next { $0.updateReasons.contains(.notificationLevel) }
                #expect(told.conversation === users.bobs)
                let rest = try await users.daemon.get("/v1/Users/\(users.bob.identity)/Conversations/\(users.conversation.sid)")
                #expect(rest.json["notification_level"]?.string == (level == .muted ? "muted" : "default"), "\(rest.text)")
            }
        }
    }

    // MARK: delete

    @Test func deleteTellsEverybody() async throws {
        try await TwoUsers.talk { users in
            await expectRejection(403, 50107, "deleteConversation") { try await users.bobs.delete() }
            let (alice, bob) = (users.alice.client, users.bob.client)
            let lost = [Heard(bob.conversationLeft), Heard(bob.conversationRemoved), Heard(users.bobs.removed)]
            let own = [Heard(alice.conversationLeft), Heard(alice.conversationRemoved), Heard(users.conversation.removed)]
            let deleted = try await users.conversation.delete()
            #expect(deleted === users.conversation && deleted.status == .notParticipating)
            #expect(try await users.daemon.get(users.path).status == 404)
            for heard in lost { #expect(try await heard.next() === users.bobs) }
            for heard in own { #expect(try await heard.next() === users.conversation) }
            #expect(users.bobs.status == .notParticipating)
            for client in [alice, bob] { #expect(try await client.getSubscribedConversations().items.isEmpty) }
        }
    }

    // MARK: The order of what is told

    @Test(arguments: ["leave", "removal", "delete"]) func losingIsToldInOrder(how: String) async throws {
        try await TwoUsers.talk { users in
            let (client, told) = (users.bob.client, Telling())
            // Listened to in another order than they are told in.
            told.listen("removed", to: users.bobs.removed)
            told.listen("conversationRemoved", to: client.conversationRemoved)
            told.listen("conversationLeft", to: client.conversationLeft)
            await told.isListening()
            switch how {
            case "leave": try await users.bobs.leave()
            case "removal": try await users.conversation.removeParticipant(users.bob.identity)
            default: try await users.conversation.delete()
            }
            try await eventually("all three are told") { told.names.count == 3 }
            #expect(told.names == ["conversationLeft", "conversationRemoved", "removed"])
        }
    }

    @Test func gettingIsToldInOrder() async throws {
        try await TwoUsers.talk { users in
            let (client, told) = (users.bob.client, Telling())
            told.listen("conversationJoined", to: client.conversationJoined)
            told.listen("conversationAdded", to: client.conversationAdded)
            await told.isListening()
            try await users.alice.client.createConversation().add(identity: users.bob.identity)
            try await eventually("both are told") { told.names.count == 2 }
            #expect(told.names == ["conversationAdded", "conversationJoined"])
        }
    }

    // MARK: After the end

    /// Each method that needs the conversation, and what it is called.
    static let methods: [(name: String, call: @Sendable (Conversation) async throws -> Void)] = [
        ("add", { try await $0.add(identity: "dave") }),
        ("addNonChatParticipant", { try await $0.addNonChatParticipant(proxyAddress: "+15550100000", address: "+15552999998") }),
        ("advanceLastReadMessageIndex", { try await $0.advanceLastReadMessageIndex(0) }),
        ("delete", { try await $0.delete() }),
        ("getAttributes", { _ = try await $0.getAttributes() }),
        ("getMessages", { _ = try await $0.getMessages() }),
        ("getMessagesCount", { _ = try await $0.getMessagesCount() }),
        ("getParticipantByIdentity", { _ = try await $0.getParticipantByIdentity("nobody") }),
        ("getParticipantBySid", { _ = try await $0.getParticipantBySid("MB00000000000000000000000000000000") }),
        ("getParticipants", { _ = try await $0.getParticipants() }),
        ("getParticipantsCount", { _ = try await $0.getParticipantsCount() }),
        ("getUnreadMessagesCount", { _ = try await $0.getUnreadMessagesCount() }),
        ("removeParticipant", { try await $0.removeParticipant("dave") }),
        ("sendMessage", { try await $0.sendMessage("text") }),
        ("setAllMessagesRead", { try await $0.setAllMessagesRead() }),
        ("setAllMessagesUnread", { try await $0.setAllMessagesUnread() }),
        ("setUserNotificationLevel", { try await $0.setUserNotificationLevel(.muted) }),
        ("typing", { try await $0.typing() }),
        ("updateAttributes", { try await $0.updateAttributes(["a": 1]) }),
        ("updateFriendlyName", { try await $0.updateFriendlyName("Another") }),
        ("updateLastReadMessageIndex", { try await $0.updateLastReadMessageIndex(0) }),
        ("updateUniqueName", { try await $0.updateUniqueName(ChatUser.identity("another")) }),
    ]

    @Test func everythingIsRejectedAfterLeaving() async throws {
        try await TwoUsers.talk { users in
            try await users.say(1)
            try await users.bobs.leave()
            for method in Self.methods {
                await rejected(method.name, 403, 50430) { try await method.call(users.bobs) }
            }
            try await users.bobs.leave()
        }
    }

    @Test func everythingIsRejectedAfterTheEnd() async throws {
        try await TwoUsers.talk { users in
            try await users.say(1)
            let removed = Heard(users.bobs.removed)
            try await users.conversation.delete()
            _ = try await removed.next()
            for conversation in [users.conversation, users.bobs] {
                for method in Self.methods {
                    await rejected(method.name, 404, 20404) { try await method.call(conversation) }
                }
                await rejected("join", 404, 20404) { try await conversation.join() }
                try await conversation.leave()
            }
        }
    }

    private func rejected(_ method: String, _ status: Int, _ code: Int, _ call: () async throws -> Void) async {
        do {
            try await call()
            Issue.record("\(method) was not rejected")
        } catch let error as ConversationsError {
            #expect(error.status == status && error.code == code, "\(method): \(error)")
        } catch {
            Issue.record("\(method): \(error)")
        }
    }
}
