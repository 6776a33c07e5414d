import Foundation
import Testing

@testable import ParleyClient

@Suite(.timeLimit(.minutes(1))) struct ClientTests {
    @Test func callsWaitForTheFirstConnection() async throws {
        let bench = Bench()
        bench.wire.on("GET MyConversations/CH1", at: 10, Bench.view())
        async let conversation = bench.client.getConversationBySid("CH1")
        #expect(bench.wire.requests.isEmpty)
        await bench.connect()
        #expect(try await conversation.sid == "CH1")
        #expect(bench.client.identity == "alice" && bench.client.connectionState == .connected)
        await bench.client.shutdown()
    }

    @Test func callsGoOnAfterAFailedFirstConnection() async throws {
        let bench = Bench()
        var failures = bench.client.connectionError.makeAsyncIterator()
        let error = ConversationsError(status: 401, code: 20101, message: "no")
        await bench.feed.tell(.failure(error, isTerminal: true))
        #expect(await failures.next() == ConnectionFailure(isTerminal: true, error: error))
        await #expect(throws: ConversationsError.self) { try await bench.client.getConversationBySid("CH1") }
        #expect(bench.wire.requests.count == 1)
        await bench.client.shutdown()
    }

    @Test func aCallThatIsCancelledWhileItWaitsEnds() async {
        let bench = Bench()
        let call = Task { try await bench.client.getConversationBySid("CH1") }
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        await bench.client.shutdown()
    }

    @Test func shutdownEndsSequencesAndRefusesCalls() async {
        let bench = await Bench.connected()
        let messages = bench.client.messageAdded
        var states = bench.client.connectionStateChanged.makeAsyncIterator()
        await bench.client.shutdown()
        for await _ in messages { Issue.record("nothing was said") }
        #expect(await states.next() == .disconnecting)
        #expect(await states.next() == .disconnected)
        #expect(await states.next() == nil)
        for await _ in bench.client.messageAdded { Issue.record("nothing was said") }
        await #expect(throws: ConversationsError.shutDown) { try await bench.client.getConversationBySid("CH1") }
        #expect(bench.feed.isShutDown && bench.wire.isShutDown)
        await bench.client.shutdown()
    }

    @Test func aClientThatIsLetGoEndsItsConnection() async throws {
        let (wire, feed) = (FakeWire(), FakeFeed())
        func open() -> EventSequence<Message> {
            let client = ConversationsClient(
                url: Bench.url, token: TokenBox("t"), wire: wire, feed: feed, time: FeedTime(SteppedClock()), options: .init())
            return client.messageAdded
        }
        for await _ in open() { Issue.record("nothing was said") }
        #expect(feed.isShutDown && wire.isShutDown)
    }

    @Test func whoDoesNotReadLosesTheOldestAndIsTold() async throws {
        let hub = EventHub<Int>(eventsMax: 2) {}
        let sequence = hub.sequence()
        for number in 1...3 { hub.tell(number) }
        hub.finish()
        var taken: [Int] = []
        for await number in sequence { taken.append(number) }
        #expect(taken == [2, 3])
        let events = ClientEvents(eventsMax: 1)
        let (dates, resynced) = (events.tokenExpired.sequence(), events.resynced.sequence())
        events.tokenExpired.tell(.distantPast)
        events.tokenExpired.tell(.distantFuture)
        events.finish()
        #expect(await dates.first { _ in true } == .distantFuture)
        #expect(await resynced.first { _ in true } != nil)
    }

    @Test func aUserWhoWasAskedForIsWatched() async throws {
        let bench = await Bench.connected()
        func user(_ name: JSONValue, online: JSONValue = false) -> JSONValue {
            ["sid": "US1", "identity": "bob", "friendly_name": name, "attributes": "{}", "is_online": online, "is_notifiable": nil]
        }
        bench.wire.on("GET Users/bob", at: 10, user("Bob"))
        let bob = try await bench.client.getUser("bob")
        #expect(bench.feed.watched == [["bob"]])
        let told = bench.record()
        await bench.event("userUpdated", at: 11, in: nil, user("Robert", online: true))
        await bench.event("userUpdated", at: 12, in: nil, user("Robert", online: true))
        #expect(bob.friendlyName == "Robert" && bob.isOnline == true)
        #expect(told() == ["user bob friendlyName,reachabilityOnline"])
        #expect(try await bench.client.getUser("bob") === bob)
        try await bob.unsubscribe()
        #expect(bench.feed.watched.last == [])
        await bench.event("userUpdated", at: 13, in: nil, user("Bobby"))
        #expect(told().count == 1)
        await bench.client.shutdown()
    }

    @Test func anotherTokenIsUsedOnceTheGatewayTookIt() async throws {
        let bench = await Bench.connected()
        bench.feed.refuse(ConversationsError(status: 401, code: 20101, message: "no"))
        await #expect(throws: ConversationsError.self) { try await bench.client.updateToken("token-2") }
        _ = try await bench.conversation()
        bench.feed.refuse(nil)
        try await bench.client.updateToken("token-3")
        _ = try await bench.conversation()
        #expect(bench.wire.requests.map { $0.headers["authorization"] } == ["Bearer token-1", "Bearer token-3"])
        await bench.client.shutdown()
    }

    @Test func theCacheKeepsWhatWasTouchedLast() {
        var cache = SnapshotCache<Int>()
        for number in 0..<2000 {
            _ = cache.take(answer: number, of: "\(number)", at: 1)
            _ = cache.take(answer: 0, of: "0", at: 1)
        }
        #expect(cache.count <= 1000 && cache["0"] != nil && cache["1999"] != nil && cache["1"] == nil)
    }
}
