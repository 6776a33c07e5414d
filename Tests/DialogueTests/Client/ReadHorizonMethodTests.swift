import ParleyClient
import Testing

/// How far one has read.
extension ClientDialogueTests {
    // MARK: advanceLastReadMessageIndex

    @Test func advanceGoesForwardOnly() async throws {
        try await TwoUsers.talk { users in
            try await users.say(5)
            let (own, others) = (Heard(users.bobs.updated), Heard(users.conversation.participantUpdated))
            #expect(users.bobs.lastReadMessageIndex == nil)
            #expect(try await users.bobs.advanceLastReadMessageIndex(2) == 2)
            #expect(users.bobs.lastReadMessageIndex == 2)
            _ = try await own.next { $0.updateReasons.contains(.lastReadMessageIndex) }
            let told = try await others.next { $0.updateReasons.contains(.lastReadMessageIndex) }
            #expect(told.participant.identity == users.bob.identity && told.participant.lastReadMessageIndex == 2)
            #expect(told.participant.lastReadTimestamp != nil)
            // A lower index says again where one is.
            for index in [1, 0, 2] {
                #expect(try await users.bobs.advanceLastReadMessageIndex(index) == 2)
                #expect(users.bobs.lastReadMessageIndex == 2)
                #expect(try await users.rest(participant: users.bob.identity).json["last_read_message_index"]?.int == 2)
            }
            #expect(try await users.bobs.advanceLastReadMessageIndex(4) == 0)
            let end = try await others.next { $0.participant.lastReadMessageIndex != 2 }
            #expect(end.participant.lastReadMessageIndex == 4)
            #expect(users.conversation.lastReadMessageIndex == nil)
        }
    }

    @Test func advanceRejections() async throws {
        try await TwoUsers.talk { users in
            await expectRejection(0, 20001, "index") { try await users.bobs.advanceLastReadMessageIndex(-1) }
            await expectRejection(400, 20001, "LastReadMessageIndex") { try await users.bobs.advanceLastReadMessageIndex(0) }
            try await users.say(1)
            // Nobody's horizon is before the first message's.
            #expect(try await users.bobs.advanceLastReadMessageIndex(0) == 0)
            await expectRejection(400, 20001, "LastReadMessageIndex") { try await users.bobs.advanceLastReadMessageIndex(1) }
            await expectRejection(400, 20001, "LastReadMessageIndex") { try await users.bobs.advanceLastReadMessageIndex(.max) }
            #expect(users.bobs.lastReadMessageIndex == 0)
        }
    }

    // MARK: updateLastReadMessageIndex

    @Test func updateGoesAnywhere() async throws {
        try await TwoUsers.talk { users in
            try await users.say(5)
            let others = Heard(users.conversation.participantUpdated)
            for (index, unread) in [(4, 0), (1, 3), (3, 1), (0, 4)] {
                #expect(try await users.bobs.updateLastReadMessageIndex(index) == unread)
                #expect(users.bobs.lastReadMessageIndex == index)
                #expect(try await users.bobs.getUnreadMessagesCount() == unread)
                #expect(try await others.next().participant.lastReadMessageIndex == index)
                #expect(try await users.rest(participant: users.bob.identity).json["last_read_message_index"]?.int == index)
            }
            #expect(try await users.bobs.updateLastReadMessageIndex(nil) == nil)
            #expect(users.bobs.lastReadMessageIndex == nil)
            #expect(try await users.bobs.getUnreadMessagesCount() == nil)
            #expect(try await others.next().participant.lastReadMessageIndex == nil)
            #expect(try await users.rest(participant: users.bob.identity).json["last_read_message_index"] == .null)
            await expectRejection(0, 20001, "index") { try await users.bobs.updateLastReadMessageIndex(-1) }
            await expectRejection(400, 20001, "LastReadMessageIndex") { try await users.bobs.updateLastReadMessageIndex(5) }
        }
    }

    // MARK: getUnreadMessagesCount

    @Test func unreadIsWhatComesAfterTheHorizon() async throws {
        try await TwoUsers.talk { users in
            #expect(try await users.bobs.getUnreadMessagesCount() == nil)
            try await users.say(3)
            #expect(try await users.bobs.getUnreadMessagesCount() == nil)
            try await users.bobs.updateLastReadMessageIndex(0)
            #expect(try await users.bobs.getUnreadMessagesCount() == 2)
            try await users.conversation.getMessages().items[1].remove()
            #expect(try await users.bobs.getUnreadMessagesCount() == 1)
            // One's own words count until one has read them.
            try await users.bobs.sendMessage("mine")
            #expect(try await users.bobs.getUnreadMessagesCount() == 2)
            #expect(try await users.conversation.getUnreadMessagesCount() == nil)
        }
    }

    // MARK: setAllMessagesRead, setAllMessagesUnread

    @Test func allRead() async throws {
        let (daemon, tap) = (try SharedDaemon.daemon, WireTap())
        try await tap.relaying(to: daemon.ports.api) { url in
            try await TwoUsers.talk(through: url) { users in
                let writes = tap.writes
                #expect(try await users.conversation.setAllMessagesRead() == 0)
                #expect(tap.writes == writes && users.conversation.lastReadMessageIndex == nil)
                for number in 0..<3 { try await users.bobs.sendMessage("text \(number)") }
                let others = Heard(users.bobs.participantUpdated)
                #expect(try await users.conversation.setAllMessagesRead() == 0)
                #expect(users.conversation.lastReadMessageIndex == 2)
                #expect(try await users.conversation.getUnreadMessagesCount() == 0)
                #expect(try await others.next().participant.lastReadMessageIndex == 2)
                try await users.bobs.sendMessage("one more")
                #expect(try await users.conversation.getUnreadMessagesCount() == 1)
                #expect(try await users.conversation.setAllMessagesRead() == 0)
            }
        }
    }

    @Test func allUnread() async throws {
        try await TwoUsers.talk { users in
            try await users.say(3)
            #expect(try await users.bobs.setAllMessagesRead() == 0)
            let (own, others) = (Heard(users.bobs.updated), Heard(users.conversation.participantUpdated))
            #expect(try await users.bobs.setAllMessagesUnread() == nil)
            #expect(users.bobs.lastReadMessageIndex == nil)
            #expect(try await users.bobs.getUnreadMessagesCount() == nil)
            _ = try await own.next { $0.updateReasons.contains(.lastReadMessageIndex) && $0.conversation.lastReadMessageIndex == nil }
            let told = try await others.next { $0.participant.lastReadMessageIndex == nil }
            #expect(told.participant.identity == users.bob.identity)
            #expect(try await users.rest(participant: users.bob.identity).json["last_read_message_index"] == .null)
            // Lower than anything.
            #expect(try await users.bobs.advanceLastReadMessageIndex(0) == 2)
        }
    }
}
