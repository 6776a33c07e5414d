import Foundation
import ParleyClient
import Testing

/// How many conversations a user may be in.
@Suite(.sharedDaemon("limits: { conversations_per_user: 2 }"), .timeLimit(.minutes(15))) struct ConversationLimitTests {
    @Test func addAndJoinAndCreateKeepToIt() async throws {
        try await TwoUsers.talk { users in
            let second = try await users.alice.client.createConversation()
            try await second.add(identity: users.bob.identity)
            let carol = try await ChatUser.connected("carol", to: users.daemon)
            let third = try await carol.client.createConversation()
            await expectRejection(403, 50214, "at most 2") { try await third.add(identity: users.bob.identity) }
            await expectRejection(403, 50214, "at most 2") { _ = try await users.alice.client.createConversation() }
            #expect(try await third.getParticipantsCount() == 1)
            // Whoever leaves one may be in another.
            try await users.bobs.leave()
            try await third.add(identity: users.bob.identity)
            await carol.client.shutdown()
        }
    }
}
