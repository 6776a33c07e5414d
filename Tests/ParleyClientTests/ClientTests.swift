import Foundation
import Synchronization
import Testing

@testable import ParleyClient

@Suite(.timeLimit(.minutes(10))) struct ClientTests {
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

    @Test func usersWhoAreAskedForAtTheSameTimeAreAllWatched() async throws {
        let bench = await Bench.connected()
        func user(_ name: String) -> JSONValue { ["sid": .string("US-\(name)"), "identity": .string(name), "attributes": "{}"] }
        for name in ["bob", "carol", "dave"] { bench.wire.on("GET Users/\(name)", at: 10, user(name)) }
        try await withThrowingTaskGroup(of: User.self) { group in
            for name in ["bob", "carol", "dave"] { group.addTask { try await bench.client.getUser(name) } }
            for try await _ in group {}
        }
        #expect(Set(bench.feed.watched.last ?? []) == ["bob", "carol", "dave"])
        // Whoever is not there is not watched on.
        await #expect(throws: ConversationsError.self) { try await bench.client.getUser("nobody") }
        _ = try await bench.client.getUser("bob")
        #expect(bench.client.core.model.withLock { $0.watched } == bench.client.core.model.withLock { $0.users.map(\.identity) })
        await bench.client.shutdown()
    }

    @Test func whoIsAboutToBeWatchedIsSaidWithAllOthers() {
        var model = ClientModel()
        model.identity = "alice"
        for name in ["carol", "bob", "bob", "alice"] { model.awaitedUsers[name, default: 0] += 1 }
        #expect(model.watched == ["bob", "carol"])
        model.stopAwaiting("bob")
        #expect(model.watched == ["bob", "carol"])
        model.stopAwaiting("bob")
        #expect(model.watched == ["carol"])
        for number in 0..<200 { model.awaitedUsers["u\(number)"] = 1 }
        #expect(model.watched.count == ClientModel.usersMax)
    }

    /// Calls go through once the first connection has failed: what happens before it stands at last is told by nobody.
    @Test func whatWasReadBeforeTheFirstConnectionIsReadAgain() async throws {
        let bench = Bench()
        await bench.feed.tell(.failure(ConversationsError(status: 0, code: 0, message: "no"), isTerminal: false))
        bench.wire.on("GET http://gateway.test/v1/MyConversations/CH1", at: 50, Bench.view("CH1", ["friendly_name": "Then"]))
        let conversation = try await bench.client.getConversationBySid("CH1")
        let told = bench.record()
        let now = Bench.view("CH1", ["friendly_name": "Now"])
        bench.wire.on("GET MyConversations", at: 52, ["conversations": [now], "meta": [:]])
        await bench.connect(at: 52)
        #expect(conversation.friendlyName == "Now")
        #expect(told() == ["conversation friendlyName", "resynced"])
        await bench.client.shutdown()

        let quiet = Bench()
        await quiet.feed.tell(.failure(ConversationsError(status: 0, code: 0, message: "no"), isTerminal: false))
        let nothing = quiet.record()
        await quiet.connect(at: 52)
        #expect(nothing() == [])
        await quiet.client.shutdown()
    }

    /// The gateway was set back to an older state: its positions begin anew, and what is known is older than whatever it says now.
    @Test func aGatewayThatWasSetBackIsBelieved() async throws {
        let bench = await Bench.connected()
        let kept = try await bench.conversation("CH1", at: 100, ["friendly_name": "Late"])
        let lost = try await bench.conversation("CH2", at: 100)
        await bench.event("messageAdded", at: 101, Bench.message(4, ["body": "late"]))
        bench.wire.on("DELETE Conversations/CH3", at: 103, nil, status: 204)
        let told = bench.record()
        bench.wire.on("GET MyConversations", at: 50, ["conversations": [Bench.view("CH1", ["friendly_name": "Early"])], "meta": [:]])
        await bench.connect(at: 50, isResync: true)
        #expect(kept.friendlyName == "Early" && kept.status == .joined && lost.status == .notParticipating)
        #expect(told() == ["conversation friendlyName,lastMessage", "left CH2", "gone CH2", "removed CH2", "resynced"])
        await bench.event("messageAdded", at: 51, Bench.message(4, ["body": "early"]))
        #expect(told().contains("messageAdded early"))
        bench.wire.on("POST Conversations/CH1", at: 52, Bench.view("CH1", ["friendly_name": "Set"]))
        try await kept.updateFriendlyName("Set")
        #expect(kept.friendlyName == "Set")
        await bench.client.shutdown()
    }

    @Test(arguments: [
        ("a.eyJncmFudHMiOnsiaWRlbnRpdHkiOiJhIiwiY2hhdCI6eyJzZXJ2aWNlX3NpZCI6IklTMiJ9fX0.b", "IS2"),
        ("a.eyJncmFudHMiOnsiY2hhdCI6e319fQ.b", nil), ("abc", nil), ("a.%%.b", nil), ("..", nil),
    ]) func aTokenSaysWhoseServiceItIsFor(token: String, service: String?) { #expect(TokenBox(token).service == service) }

    @Test func namesAreComparedAsTheGatewayDoes() {
        #expect("e\u{301}" == "\u{e9}" && !"e\u{301}".isSame(as: "\u{e9}") && "a".isSame(as: "a") && !"a".isSame(as: nil))
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
