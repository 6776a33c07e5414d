import Testing

@testable import ParleyClient

@Suite(.timeLimit(.minutes(10))) struct ArgumentTests {
    typealias Call = @Sendable (ConversationsClient, Conversation) async throws -> Void

    static let calls: [(String, Call)] = [
        ("sid", { client, _ in _ = try await client.getConversationBySid("") }),
        ("uniqueName", { client, _ in _ = try await client.getConversationByUniqueName("") }),
        ("identity", { client, _ in _ = try await client.getUser("") }),
        ("token", { client, _ in try await client.updateToken("") }),
        ("attributes", { client, _ in _ = try await client.createConversation(attributes: ["a": .number(.nan)]) }),
        ("identity", { _, conversation in try await conversation.add(identity: "") }),
        ("proxyAddress", { _, conversation in try await conversation.addNonChatParticipant(proxyAddress: "", address: "+1") }),
        ("address", { _, conversation in try await conversation.addNonChatParticipant(proxyAddress: "+1", address: "") }),
        ("index", { _, conversation in try await conversation.advanceLastReadMessageIndex(-1) }),
        ("index", { _, conversation in try await conversation.updateLastReadMessageIndex(-1) }),
        ("pageSize", { _, conversation in _ = try await conversation.getMessages(pageSize: -1) }),
        ("anchor", { _, conversation in _ = try await conversation.getMessages(anchor: -1) }),
        ("identity", { _, conversation in _ = try await conversation.getParticipantByIdentity("") }),
        ("sid", { _, conversation in _ = try await conversation.getParticipantBySid("") }),
        ("participant", { _, conversation in try await conversation.removeParticipant("") }),
        ("attributes", { _, conversation in try await conversation.updateAttributes(.number(.infinity)) }),
        ("contentType", { _, conversation in try await conversation.sendMessage(SendMediaOptions(contentType: "", media: [1])) }),
        ("contentType", { _, conversation in try await conversation.sendMessage(SendMediaOptions(contentType: "a/b\r\nX:", media: [1])) }),
        ("media", { _, conversation in try await conversation.sendMessage(SendMediaOptions(contentType: "a/b", media: [UInt8]())) }),
        ("media", { _, conversation in try await conversation.sendMessage(MultipartForm()) }),
    ]

    @Test(arguments: calls.indices) func anArgumentThatCannotBeIsRefusedBeforeAnythingIsSent(index: Int) async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        let (name, call) = ArgumentTests.calls[index]
        let sent = bench.wire.requests.count
        do {
            try await call(bench.client, conversation)
            Issue.record("\(name) was taken")
        } catch let error as ConversationsError {
            #expect(error.status == 0 && error.code == 20001 && error.message.contains(name))
        }
        #expect(bench.wire.requests.count == sent)
        await bench.client.shutdown()
    }

    @Test func nothingIsSentForWhatIsSoAlready() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        let sent = bench.wire.requests.count
        try await conversation.updateFriendlyName("Tea")
        try await conversation.updateUniqueName(nil)
        try await conversation.updateUniqueName("")
        try await bench.client.updateToken("token-1")
        #expect(bench.wire.requests.count == sent && bench.feed.tokens.isEmpty)
        await bench.client.shutdown()
    }

    @Test func anEmptyConversationIsReadWithoutACall() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        bench.wire.on("GET MyConversations/CH1/Messages", at: 10, ["messages": [], "meta": ["has_next": false, "has_previous": false]])
        #expect(try await conversation.setAllMessagesRead() == 0)
        #expect(!bench.wire.lines.contains { $0.hasPrefix("POST") })
        await bench.client.shutdown()
    }
}
