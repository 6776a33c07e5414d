import Synchronization
import Testing

@testable import ParleyClient

@Suite(.timeLimit(.minutes(10))) struct RequestTests {
    /// Fails so often, then answers.
    private static func faulty(_ times: Int, _ failure: WireFailure, _ answer: WireAnswer) -> FakeWire.Handler {
        let left = Counter(times)
        return { _ throws(WireFailure) in
            if left.take() { throw failure }
            return answer
        }
    }

    private final class Counter: Sendable {
        private let left: Mutex<Int>
        init(_ left: Int) { self.left = Mutex(left) }
        func take() -> Bool {
            left.withLock { left in
                left -= 1
                return left >= 0
            }
        }
    }

    /// Runs a call, letting the time pass for each of its waits.
    private static func run<T: Sendable>(_ bench: Bench, waits: Int, _ call: @Sendable @escaping () async throws -> T) async throws -> T {
        async let result = call()
        for _ in 0..<waits { await bench.clock.advance(by: .seconds(10), whenSleeping: 1) }
        return try await result
    }

    @Test func aMessageIsTriedAgainUnderTheSameKey() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        bench.wire.on("POST Conversations/CH1/Messages", RequestTests.faulty(2, .broken, .json(Bench.message(4), status: 201, at: 11)))
        #expect(try await RequestTests.run(bench, waits: 2) { try await conversation.sendMessage("hello") } == 4)
        let posts = bench.wire.requests.filter { $0.method == "POST" }
        #expect(posts.count == 3)
        #expect(Set(posts.map { $0.headers["idempotency-key"] }).count == 1 && posts[0].headers["idempotency-key"]?.count == 36)
        #expect(posts[0].headers["authorization"] == "Bearer token-1")
        try await conversation.sendMessage("again")
        #expect(Set(bench.wire.requests.compactMap { $0.headers["idempotency-key"] }).count == 2)
        await bench.client.shutdown()
    }

    @Test(arguments: [429, 502, 503, 504]) func aGatewayThatAsksToComeAgainIsAskedThreeTimes(status: Int) async throws {
        let bench = await Bench.connected()
        bench.wire.on("GET MyConversations/CH1") { _ in
            .json(["code": 20429, "message": "later"], status: status, at: nil, headers: ["retry-after": "7"])
        }
        let asked = bench.wire.requests.count
        await #expect(throws: ConversationsError(status: status, code: 20429, message: "later")) {
            _ = try await RequestTests.run(bench, waits: 2) { try await bench.client.getConversationBySid("CH1") }
        }
        #expect(bench.wire.requests.count == asked + 3)
        await bench.client.shutdown()
    }

    @Test func aWaitBeyondTheLimitIsNotWaited() async throws {
        let bench = await Bench.connected()
        bench.wire.on("GET MyConversations/CH1") { _ in .json([:], status: 503, at: nil, headers: ["retry-after": "11"]) }
        await #expect(throws: ConversationsError.self) { try await bench.client.getConversationBySid("CH1") }
        #expect(bench.wire.requests.count == 1)
        await bench.client.shutdown()
    }

    @Test(arguments: [WireFailure.broken, .timedOut]) func aRemovalThatMayHaveHappenedIsNotRepeated(failure: WireFailure) async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        bench.wire.on("DELETE Conversations/CH1") { _ throws(WireFailure) in throw failure }
        await #expect(throws: ConversationsError.self) { try await conversation.delete() }
        #expect(bench.wire.requests.count(where: { $0.method == "DELETE" }) == 1)
        await bench.client.shutdown()
    }

    @Test(arguments: [("a b/ü?#", "a%20b%2F%C3%BC%3F%23"), ("..", "%2E%2E"), ("x&y=z", "x%26y%3Dz")])
    func namesStandInPathsAsTheyAre(identity: String, part: String) async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        _ = try? await conversation.getParticipantByIdentity(identity)
        #expect(bench.wire.lines.last == "GET Conversations/CH1/Participants/\(part)")
        await bench.client.shutdown()
    }

    @Test func whatIsNotThereIsNamed() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        func message(_ call: () async throws -> some Sendable) async -> String? {
            do {
                _ = try await call()
                return nil
            } catch { return (error as? ConversationsError)?.message }
        }
        #expect(await message { try await bench.client.getConversationBySid("CH9") } == "Conversation with SID CH9 was not found.")
        let unnamed = await message { try await bench.client.getConversationByUniqueName("x") }
        #expect(unnamed == "Conversation with unique name x was not found.")
        #expect(await message { try await conversation.getParticipantByIdentity("x") } == "Participant with identity x was not found")
        #expect(await message { try await conversation.getParticipantBySid("x") } == "Participant with SID x was not found")
        await bench.client.shutdown()
    }

    @Test func mediaAreUploadedInOrderAndSentTogether() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        let numbers = Counter(1)
        bench.wire.on("POST Media") { _ in .json(["sid": numbers.take() ? "ME1" : "ME2"], status: 201, at: 11) }
        bench.wire.on("POST Conversations/CH1/Messages", at: 12, Bench.message(5), status: 201)
        var form = MultipartForm()
        form.append(name: "one", contentType: "image/png", filename: "a.png", media: [1, 2])
        form.append(name: "two", contentType: "text/plain", media: [3])
        #expect(try await conversation.sendMessage(form, attributes: nil) == 5)
        let posts = bench.wire.requests.filter { $0.method == "POST" }
        #expect(posts.map(\.body).prefix(2) == [[1, 2], [3]])
        #expect(posts[0].headers["content-type"] == "image/png" && posts[0].url.hasSuffix("Media?Category=media&Filename=a.png"))
        #expect(posts[2].text == "Attributes=null&MediaSid=ME1&MediaSid=ME2")
        await bench.client.shutdown()
    }
}
