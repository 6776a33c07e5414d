import ParleyClient
import Testing

/// Who is typing.
extension ClientDialogueTests {
    @Test func typingEndsWithTheMessage() async throws {
        try await TwoUsers.talk { users in
            let starts = [Heard(users.bobs.typingStarted), Heard(users.bob.client.typingStarted)]
            let ends = [users.bobs.typingEnded, users.bob.client.typingEnded]
            let own = Heard(users.conversation.typingStarted)
            let messages = Heard(users.bobs.messageAdded)
            let beginning = ContinuousClock.now
            for _ in 0..<5 { try await users.conversation.typing() }
            let wasWithinTheWindow = ContinuousClock.now - beginning < .seconds(5)
            for heard in starts { #expect(try await heard.next().identity == users.alice.identity) }
            #expect(try await users.bobs.getParticipantByIdentity(users.alice.identity).isTyping)
            #expect(try await !users.bobs.getParticipantByIdentity(users.bob.identity).isTyping)
            try await users.conversation.sendMessage("typed")
            _ = try await messages.next()
            // With the message it is over, and not only when the time is.
            for end in ends { #expect(await told(by: end).map(\.identity) == [users.alice.identity]) }
            #expect(try await !users.bobs.getParticipantByIdentity(users.alice.identity).isTyping)
            // More reports would have come before the message.
            #expect(starts.allSatisfy { $0.all.count == 1 } || !wasWithinTheWindow)
            #expect(own.all.isEmpty)
        }
    }

    @Test func typingIsReportedOnceInAWindow() async throws {
        let (daemon, tap) = (try SharedDaemon.daemon, WireTap())
        try await tap.relaying(to: daemon.ports.api) { url in
            try await TwoUsers.talk(through: url) { users in
                let started = Heard(users.bobs.typingStarted)
                let beginning = ContinuousClock.now
                let quiet = tap.bytes
                try await users.conversation.typing()
                _ = try await started.next()
                let reported = tap.bytes
                #expect(reported > quiet)
                for _ in 0..<5 { try await users.conversation.typing() }
                let further = tap.bytes - reported
                #expect(further == 0 || ContinuousClock.now - beginning >= .seconds(5))
                // Each conversation has a window of its own.
                try await users.alice.client.createConversation().typing()
                #expect(tap.bytes > reported)
            }
        }
    }

    @Test func typingEndsByItself() async throws {
        try await TwoUsers.talk { users in
            let (started, ended) = (Heard(users.bobs.typingStarted), Heard(users.bobs.typingEnded))
            try await users.conversation.typing()
            #expect(try await started.next().identity == users.alice.identity)
            #expect(try await ended.next().identity == users.alice.identity)
            #expect(try await !users.bobs.getParticipantByIdentity(users.alice.identity).isTyping)
            // The window has passed with it: the next report is told.
            try await users.conversation.typing()
            _ = try await started.next()
            #expect(ended.all.count == 1)
        }
    }
}
