import Foundation
import Logging
import NIOCore
import NIOEmbedded
import ParleyBroker
import ParleyCore
import ServiceLifecycle
import Synchronization
import Testing

@testable import ParleyAPI

/// The place where reading the log ends and listening begins.
@Suite struct RealtimeHubTests {
    /// In whatever order the log grows, the hub reads and somebody catches up: each is told everything once and in order.
    @Test(arguments: 0..<40)
    func nothingIsLostAndNothingIsToldTwice(seed: UInt64) async throws {
        let feed = ScriptedFeed(seed: seed, growth: 60)
        let hub = RealtimeHub(feed: feed, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let group = ServiceGroup(configuration: .init(services: [hub], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask { await feed.grow() }
            try await withThrowingTaskGroup(of: Void.self) { listeners in
                for number in 0..<3 {
                    listeners.addTask {
                        for _ in 0..<(number * 10) { await Task.yield() }
                        // With one approach, whoever finds the others further sits down ahead and holds what is told there.
                        try await listen(to: feed, hub, after: Int64(number), approaches: seed % 2 == 0 ? 1 : 4)
                    }
                }
                try await listeners.waitForAll()
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func listen(to feed: ScriptedFeed, _ hub: RealtimeHub, after start: Int64, approaches: Int) async throws {
        let wire = try await RealtimeTimerTests.Wire()
        let service = ScriptedFeed.service
        let site = RealtimeSite(
            feed: feed, hub: hub, quota: RealtimeQuota(APIConfiguration.Realtime()), bounds: APIConfiguration.Realtime(),
            source: StepClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            grant: { _, _ in throw RealtimeRefusal(refusal: .unauthenticated) })
        let grant = RealtimeGrant(
            user: ChatUser(identity: "alice", service: service), expires: Instant(seconds: 1_780_003_600))
        let session = RealtimeSession(site: site, line: wire.line, commands: wire.commands, address: nil, grant: grant)
        try await wire.with { $0.understand(ByteBuffer(string: #"{"type": "resume", "after": \#(start)}"#)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var session = session
                session.approaches = approaches
                await session.begin()
                await session.run()
            }
            var positions: [Int64] = []
            while positions.last ?? start < feed.last {
                var frame = try await wire.channel.waitForOutboundWrite(as: ByteBuffer.self)
                let bytes = frame.readBytes(length: frame.readableBytes) ?? []
                let message = RealtimeClient.Frame(String(decoding: bytes.drop { $0 != 0x7B }, as: UTF8.self))
                if message.type == "event", let position = message.integer("position") { positions.append(Int64(position)) }
            }
            #expect(positions == Array((start + 1)...feed.last))
            try await wire.done()
            try await group.waitForAll()
        }
    }
}

/// A log that grows while it is read, at every moment that there is.
final class ScriptedFeed: RealtimeFeed {
    static let service = SID(.service, high: 1, low: 1)
    let last: Int64
    private let state: Mutex<(dice: IdentifierStream, end: Int64)>
    private let bell = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    init(seed: UInt64, growth: Int64) {
        last = growth
        state = Mutex((IdentifierStream(seed: seed), 3))
    }

    var feedRings: AsyncStream<Void> { bell.stream }

    /// Lets the log grow to its end.
    func grow() async { while state.withLock({ $0.end < last }) { await moment() } }

    /// Lets others go on for a while, and the log grow.
    private func moment() async {
        let (grows, turns) = state.withLock { state in
            let throwOfDice = state.dice.next()
            let grows = state.end < last && throwOfDice % 3 != 0
            if grows { state.end = min(last, state.end + Int64(throwOfDice % 4)) }
            return (grows, Int(throwOfDice >> 32) % 5)
        }
        if grows { bell.continuation.yield() }
        for _ in 0..<turns { await Task.yield() }
    }

    private func events(after position: Int64, limit: Int) -> (events: [Event], end: Int64) {
        let end = state.withLock { $0.end }
        guard position < end else { return ([], end) }
        let events = ((position + 1)...end).prefix(limit).map {
            Event(
                position: $0, kind: .conversationStateUpdated, conversation: SID(.conversation, high: 1, low: 1),
                payload: #"{"from": "active", "to": "closed", "reason": "API"}"#, at: Instant(seconds: 1_780_000_000),
                service: ScriptedFeed.service)
        }
        return (events, end)
    }

    func feedEnd() async -> Int64 { state.withLock { $0.end } }

    func feedReaches(_ position: Int64) async -> Bool { true }

    func feed(after position: Int64, limit: Int) async -> FeedStretch<SeenEvent> {
        await moment()
        let (events, _) = events(after: position, limit: limit)
        await moment()
        return FeedStretch(
            events: events.map { SeenEvent($0, audience: ["alice"]) }, position: events.last?.position ?? position,
            hasMore: events.count == limit)
    }

    func feed(of viewer: Viewer, after position: Int64, limit: Int) async -> FeedStretch<Event> {
        await moment()
        let (events, end) = events(after: position, limit: min(limit, 5))
        await moment()
        return FeedStretch(events: events, position: events.last?.position ?? max(position, end), hasMore: events.count == 5)
    }

    func typing(in name: ConversationName, by identity: String) async throws -> Typing { throw Refusal.notParticipant }

    func users(named identities: [String], in service: SID) async -> Set<SID> { [] }
}
