import ParleyAPI
import ParleyCore
import Testing

/// Alice and Bob, who are in a conversation named `room`, Carol, who is not, and the account, which set it up.
struct People: Sendable {
    let installation: Installation
    let account: Caller
    let alice: Caller
    let bob: Caller
    let carol: Caller
    let room: String

    static let path = "/v1/MyConversations/room"

    static func meet(_ body: @escaping @Sendable (People) async throws -> Void) async throws {
        let installation = try await Installation(keys: [Installation.key, HandMint.key])
        try await installation.api { account in
            func caller(_ identity: String) async throws -> Caller {
                Caller(client: account.client, authorization: try await TokenActTests.bearer(identity, installation))
            }
            let room = try await account.conversation(["UniqueName": "room", "FriendlyName": "Room", "Attributes": "[2]"])
            for identity in ["alice", "bob"] {
                #expect(try await account.post("/v1/Conversations/room/Participants", ["Identity": identity]).status == 201)
            }
            try await body(
                People(
                    installation: installation, account: account, alice: try await caller("alice"), bob: try await caller("bob"),
                    carol: try await caller("carol"), room: room))
        }
    }

    /// Says so many things in the room. Returns their SIDs.
    @discardableResult
    func say(_ count: Int) async throws -> [String] {
        var sids: [String] = []
        for number in 0..<count {
            let said = try await account.post("/v1/Conversations/room/Messages", ["Body": "\(number)"])
            sids.append(try #require(said.string("sid")))
        }
        return sids
    }

    func delete(_ message: String) async throws {
        #expect(try await account.delete("/v1/Conversations/room/Messages/\(message)").status == 204)
    }
}
