import Foundation
import ParleyClient
import Testing

/// A chat user whose application holds a client. Nobody else has the name, so that tests can share a daemon.
struct ChatUser: Sendable {
    let identity: String
    let client: ConversationsClient

    /// Mints a token and connects.
    ///
    /// - Parameter url: where the daemon is reached; nil: at its own port.
    static func connected(
        _ name: String, to daemon: RunningDaemon, through url: String? = nil, as identity: String? = nil
    ) async throws -> ChatUser {
        let identity = identity ?? ChatUser.identity(name)
        let token = try await daemon.token(for: identity)
        let client = ConversationsClient(url: try #require(URL(string: url ?? daemon.api)), token: token)
        // A call waits for the first connection: what happens from here on is told.
        _ = try await client.getSubscribedConversations()
        #expect(client.identity == identity)
        return ChatUser(identity: identity, client: client)
    }

    static func identity(_ name: String) -> String { "\(name)-\(UUID().uuidString.prefix(8).lowercased())" }
}

/// Two chat users in a conversation that the first has made, each with a client. It ends with both clients shut down.
struct TwoUsers: Sendable {
    let daemon: RunningDaemon
    /// Has made the conversation, and may do everything in it.
    let alice: ChatUser
    /// Was added, and may do what everybody may.
    let bob: ChatUser
    /// As Alice has it.
    let conversation: Conversation
    /// As Bob has it.
    let bobs: Conversation

    static func talk(
        through url: String? = nil, _ body: (TwoUsers) async throws -> Void
    ) async throws {
        let daemon = try SharedDaemon.daemon
        let alice = try await ChatUser.connected("alice", to: daemon, through: url)
        let bob = try await ChatUser.connected("bob", to: daemon)
        let joined = Heard(bob.client.conversationJoined)
        let conversation = try await alice.client.createConversation(friendlyName: "Test")
        try await conversation.add(identity: bob.identity)
        let bobs = try await joined.next()
        #expect(bobs.sid == conversation.sid)
        do {
            try await body(TwoUsers(daemon: daemon, alice: alice, bob: bob, conversation: conversation, bobs: bobs))
        } catch {
            await alice.client.shutdown()
            await bob.client.shutdown()
            throw error
        }
        await alice.client.shutdown()
        await bob.client.shutdown()
    }

    var path: String { "/v1/Conversations/\(conversation.sid)" }

    /// A further user, who is no participant.
    func stranger(_ name: String = "carol") async throws -> ChatUser { try await .connected(name, to: daemon) }

    /// The participant as the REST API shows them.
    func rest(participant: String) async throws -> RunningDaemon.Answer { try await daemon.get("\(path)/Participants/\(participant)") }

    /// Sends texts as Alice.
    func say(_ count: Int) async throws {
        for number in 0..<count { #expect(try await conversation.sendMessage("text \(number)") == number) }
    }
}

/// Telephones that nobody else has.
enum Telephone {
    private static let last = Counter()

    static func number() -> String { "+1555\(2_000_000 + last.next())" }
}
