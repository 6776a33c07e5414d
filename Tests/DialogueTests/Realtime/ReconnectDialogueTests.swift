import Foundation
import ParleyClient
import ParleyCore
import Synchronization
import Testing

/// Connections and daemons that end at any moment: whoever is connected by ``ConversationsClient`` hears of each message once, in order.
@Suite(.serialized, .timeLimit(.minutes(15))) struct ReconnectDialogueTests {
    /// Positions have gaps for the user, who is in three of the five conversations.
    static let joined = 3
    static let others = 2
    static let messages = 5000
    static let cuts = 220

    @Test func twoHundredCutsLoseNothingAndRepeatNothing() async throws {
        let daemon = RunningDaemon.forClients()
        try await daemon.start()
        defer { daemon.kill() }
        let seed = SeededGenerator.seed(of: "twoHundredCutsLoseNothingAndRepeatNothing")
        let relay = CuttingRelay(to: daemon.ports.api, seed: seed, cuts: Self.cuts)
        let port = try await relay.open()

        let conversations = try await prepare(daemon)
        let heard = HeardMessages()
        let client = ConversationsClient(
            url: try #require(URL(string: "http://127.0.0.1:\(port)")), token: try await daemon.mint("alice"), options: .impatient)
        try await heard.listening(to: client) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let next = Numbers()
                for _ in 0..<8 {
                    group.addTask {
                        while true {
                            let number = next.take()
                            guard number < Self.messages else { return }
                            let conversation = conversations[number % conversations.count]
                            let answer = try await daemon.post(
                                "/v1/Conversations/\(conversation)/Messages", [("Author", "bob"), ("Body", "message \(number)")])
                            try #require(answer.status == 201, "\(answer.text)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let expected = Self.messages * Self.joined / (Self.joined + Self.others)
            let tally = {
                let missing = conversations.prefix(Self.joined).map {
                    Set(0..<Self.messages / conversations.count).subtracting(heard.indices(of: $0)).sorted()
                }
                return "seed \(seed), \(relay.tally), heard \(heard.count) of \(expected), resynced \(heard.resyncs) times;"
                    + " \(client.connectionState); missing \(missing); the log ends:\n\(daemon.log.suffix(2000))"
            }
            try await eventually("everything is heard; \(tally())") { heard.count >= expected }
            try await eventually("every cut is done; \(tally())") { relay.tally.cuts >= 200 }
        }
        await client.shutdown()
        try await relay.close()
        let tally = relay.tally
        FileHandle.standardError.write(Data("seed \(seed): \(tally)\n".utf8))
        #expect(tally.cuts >= 200 && tally.resets >= 50 && tally.ends >= 50 && tally.inRequests >= 10, "seed \(seed): \(tally)")
        #expect(tally.feeds > tally.cuts, "the last connection is let through")
        let perConversation = Array(0..<Self.messages / conversations.count)
        for conversation in conversations.prefix(Self.joined) {
            #expect(heard.indices(of: conversation) == perConversation, "seed \(seed): \(conversation) has gaps or repeats")
        }
        for conversation in conversations.suffix(Self.others) { #expect(heard.indices(of: conversation) == []) }
        #expect(heard.resyncs == 0, "the log reaches back: nothing may be left untold")
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }

    @Test func theDaemonIsKilledInTheMiddleOfAStream() async throws {
        let daemon = RunningDaemon.forClients()
        try await daemon.start()
        defer { daemon.kill() }
        let conversation = try await daemon.createConversation()
        for identity in ["alice", "bob"] { try await daemon.addChat(identity, to: conversation) }
        let heard = HeardMessages()
        let client = ConversationsClient(
            url: try #require(URL(string: daemon.api)), token: try await daemon.mint("alice"), options: .impatient)
        let total = 600
        try await heard.listening(to: client) {
            for number in 0..<total {
                // Another daemon goes on where one was killed; what was not answered is asked again under the same key.
                if number % 150 == 75 {
                    async let lost = acknowledged("message \(number)", in: conversation, by: daemon)
                    daemon.kill()
                    _ = try await lost
                    try await daemon.start()
                }
                #expect(try await acknowledged("message \(number)", in: conversation, by: daemon))
            }
            try await eventually("everything is heard; heard \(heard.count); the log ends:\n\(daemon.log.suffix(2000))") {
                heard.count >= total
            }
        }
        await client.shutdown()
        #expect(heard.indices(of: conversation) == Array(0..<total))
        #expect(heard.resyncs == 0)
        let kept = try await daemon.messages(of: conversation)
        #expect(heard.messages(of: conversation) == kept.compactMap { $0["sid"]?.string }, "what was told is what is kept")
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }

    /// Makes the conversations, of which alice is in the first.
    private func prepare(_ daemon: RunningDaemon) async throws -> [String] {
        var conversations: [String] = []
        for number in 0..<Self.joined + Self.others {
            let conversation = try await daemon.createConversation()
            try await daemon.addChat("bob", to: conversation)
            if number < Self.joined { try await daemon.addChat("alice", to: conversation) }
            conversations.append(conversation)
        }
        return conversations
    }

    /// Whether a message was acknowledged; false when there is nobody to acknowledge it.
    private func acknowledged(_ body: String, in conversation: String, by daemon: RunningDaemon) async throws -> Bool {
        let answer = try? await daemon.post(
            "/v1/Conversations/\(conversation)/Messages", [("Author", "bob"), ("Body", body)],
            headers: [HeaderField("Idempotency-Key", body.replacing(" ", with: "-"))])
        guard let answer else { return false }
        try #require(answer.status == 201, "\(answer.text)")
        return true
    }
}

/// What a client was told of new messages, by conversation.
private final class HeardMessages: Sendable {
    private struct State {
        var messages: [String: [(index: Int, sid: String)]] = [:]
        var count = 0
        var resyncs = 0
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.count } }
    var resyncs: Int { state.withLock { $0.resyncs } }

    func indices(of conversation: String) -> [Int] { state.withLock { $0.messages[conversation, default: []].map(\.index) } }

    func messages(of conversation: String) -> [String] { state.withLock { $0.messages[conversation, default: []].map(\.sid) } }

    /// Listens to a client while the body runs, from when it is connected.
    func listening(to client: ConversationsClient, _ body: @Sendable () async throws -> Void) async throws {
        let added = client.messageAdded
        let resynced = client.resynced
        try await eventually("the client is connected") { client.connectionState == .connected }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await message in added {
                    self.state.withLock { state in
                        state.messages[message.conversation.sid, default: []].append((message.index, message.sid))
                        state.count += 1
                    }
                }
            }
            group.addTask { for await _ in resynced { self.state.withLock { $0.resyncs += 1 } } }
            try await body()
            group.cancelAll()
        }
    }
}

/// Numbers from 0, each given out once.
private final class Numbers: Sendable {
    private let next = Atomic(0)

    func take() -> Int { next.add(1, ordering: .relaxed).oldValue }
}

extension ConversationsClient.Options {
    /// Connects again at once, so that a test that cuts often is soon over.
    fileprivate static var impatient: Self {
        var options = Self()
        options.reconnectDelay = .milliseconds(1) ... .milliseconds(20)
        return options
    }
}
