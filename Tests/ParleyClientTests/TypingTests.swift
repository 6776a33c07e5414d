import Testing

@testable import ParleyClient

@Suite(.timeLimit(.minutes(10))) struct TypingTests {
    private static func bench() async throws -> (Bench, Conversation) {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        bench.wire.on("GET Conversations/CH1/Participants/MB-bob", at: 10, Bench.participant("bob"))
        return (bench, conversation)
    }

    private static let report = FeedItem.typing(FeedTyping(conversation: "CH1", participant: "MB-bob", identity: "bob", seconds: 5))

    @Test func eachReportIsToldAndTheLastOneEndsOnce() async throws {
        let (bench, conversation) = try await TypingTests.bench()
        let told = bench.record()
        var ended = conversation.typingEnded.makeAsyncIterator()
        await bench.feed.tell(TypingTests.report)
        await bench.clock.advance(by: .seconds(4), whenSleeping: 1)
        await bench.feed.tell(TypingTests.report)
        // The first report's time is over, the second's is not.
        await bench.clock.advance(by: .seconds(3), whenSleeping: 2)
        let bob = try await conversation.getParticipantBySid("MB-bob")
        #expect(bob.isTyping)
        await bench.clock.advance(by: .seconds(3), whenSleeping: 1)
        #expect(await ended.next()?.identity == "bob")
        #expect(!bob.isTyping)
        #expect(told() == ["typingStarted bob", "typingStarted bob", "typingEnded bob"])
        await bench.client.shutdown()
    }

    @Test func aMessageEndsItAtOnce() async throws {
        let (bench, _) = try await TypingTests.bench()
        let told = bench.record()
        await bench.feed.tell(TypingTests.report)
        await bench.event("messageAdded", at: 11, Bench.message(1))
        await bench.clock.advance(by: .seconds(6), whenSleeping: 1)
        #expect(told() == ["typingStarted bob", "typingEnded bob", "messageAdded hello", "conversation lastMessage"])
        await bench.client.shutdown()
    }

    @Test func oneReportOfOnesOwnIsSentInEachWindow() async throws {
        let (bench, conversation) = try await TypingTests.bench()
        try await conversation.typing()
        await bench.clock.advance(by: .milliseconds(4999))
        try await conversation.typing()
        #expect(bench.feed.typing == ["CH1"])
        await bench.clock.advance(by: .milliseconds(1))
        try await conversation.typing()
        #expect(bench.feed.typing == ["CH1", "CH1"])
        await bench.client.shutdown()
    }

    @Test func aReportThatFailedMayBeTriedAgainAtOnce() async throws {
        let (bench, conversation) = try await TypingTests.bench()
        bench.feed.refuse(ConversationsError(status: 403, code: 50430, message: "no"))
        await #expect(throws: ConversationsError.self) { try await conversation.typing() }
        bench.feed.refuse(nil)
        try await conversation.typing()
        #expect(bench.feed.typing.count == 2)
        await bench.client.shutdown()
    }
}
