import Logging
import ParleyBroker
import ParleyCore
import ParleyStore
import Synchronization
import Testing

/// From the event log to the receiver: who is told, once, in order, and again when it failed.
@Suite struct WebhookQueueTests {
    @Test func onlyActionsWithWebhooksSwitchedOnFireAndOnlyTheHooksInTheFilters() async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        try await installed.configure(pre: "https://pre.example/", post: "https://post.example/", [.onMessageAdded])
        let conversation = try await installed.broker.perform(CreateConversation(ConversationChanges()), by: .api())
        let name = ConversationName(conversation.sid)
        _ = try await installed.broker.perform(CreateMessage(in: name, body: "silent"), by: .api())
        _ = try await installed.broker.perform(CreateMessage(in: name, body: "loud"), by: .api(firesWebhooks: true))
        try await installed.post(to: receiver)
        #expect(receiver.calls.map { $0["Body"] } == ["loud"])
    }

    @Test func whatHappenedBeforeThereWasAWebhookIsNotTold() async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        let conversation = try await installed.conversation()
        _ = try await installed.say("early", in: conversation)
        // The reader stood still meanwhile, as after a crash.
        try await installed.configure(post: "https://post.example/", [.onMessageAdded])
        _ = try await installed.say("late", in: conversation)
        try await installed.post(to: receiver)
        #expect(receiver.calls.map { $0["Body"] } == ["late"])
    }

    @Test func accountServiceAndConversationAreEachTold() async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        try await installed.configure(post: "https://account.example/")
        try await installed.configure(installed.broker.rules.installation.service, post: "https://service.example/")
        let elsewhere = try await installed.broker.perform(CreateService(friendlyName: "Elsewhere"))
        try await installed.configure(elsewhere.sid, post: "https://other.example/")
        let conversation = try await installed.conversation()
        let other = try await installed.conversation()
        for (target, filter) in [("one", "onMessageAdded"), ("two", "onMessageRemoved")] {
            _ = try await installed.broker.perform(
                CreateScopedWebhook(
                    in: ConversationName(conversation.sid), target: .webhook, .init(url: "https://\(target).example/", filters: [filter])))
        }
        try await installed.post(to: receiver)
        receiver.forget()
        _ = try await installed.say("hello", in: conversation)
        _ = try await installed.say("hello", in: other)
        try await installed.post(to: receiver)
        let told = receiver.calls.map { "\($0.url) \($0["ConversationSid"] == conversation.sid.text)" }
        #expect(
            told.sorted() == [
                "https://account.example/ false", "https://account.example/ true", "https://one.example/ true",
                "https://service.example/ false",
                "https://service.example/ true",
            ])
    }

    @Test func theHostedTargetsAreNeverCalled() async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        try await installed.broker.perform(
            ConfigureWebhooks(
                of: nil, filters: Hook.allCases.map(\.rawValue), preURL: "https://pre.example/", postURL: "https://post.example/",
                target: .flex))
        let conversation = try await installed.conversation()
        _ = try await installed.broker.perform(
            CreateScopedWebhook(
                in: ConversationName(conversation.sid), target: .studio, .init(flow: SID(.flow, high: 1, low: 1)), replayAfter: 0))
        _ = try await installed.say("hello", in: conversation)
        try await installed.post(to: receiver)
        #expect(receiver.calls.isEmpty)
    }

    @Test(arguments: [
        ("please STOP now", true), ("nonstop", true), ("go on", false), ("", false), ("HILFE", true),
    ])
    func triggersAreFoundInAnyCase(body: String, fires: Bool) async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        let conversation = try await installed.conversation()
        _ = try await installed.broker.perform(
            CreateScopedWebhook(
                in: ConversationName(conversation.sid), target: .trigger, .init(url: "https://t.example/", triggers: ["stop", "Hilfe"])))
        if !body.isEmpty { _ = try await installed.say(body, in: conversation) }
        try await installed.post(to: receiver)
        #expect(receiver.calls.count == (fires ? 1 : 0))
    }

    @Test func aReplayTellsAllThatWasSaidBeforeAndNothingTwice() async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        let conversation = try await installed.conversation()
        for number in 0..<250 {
            // Said silently, and replayed all the same.
            _ = try await installed.broker.perform(
                CreateMessage(in: ConversationName(conversation.sid), author: "ada", body: "\(number)"),
                by: .api(firesWebhooks: number % 2 == 0))
        }
        _ = try await installed.broker.perform(
            CreateScopedWebhook(
                in: ConversationName(conversation.sid), target: .webhook, .init(url: "https://r.example/", filters: ["onMessageAdded"]),
                replayAfter: 9))
        _ = try await installed.say("250", in: conversation)
        try await installed.post(to: receiver)
        let bodies = receiver.calls.compactMap { $0["Body"] }.compactMap { Int($0) }
        #expect(bodies.sorted() == Array(10...250))
        #expect(Set(receiver.events) == ["onMessageAdded"])
        #expect(try await installed.broker.read { try $0.scopedWebhooksToReplay(limit: 9).isEmpty })
    }

    @Test func aReplayTellsNobodyWhoDidNotAskForMessages() async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        let conversation = try await installed.conversation()
        for text in ["one", "two"] { _ = try await installed.say(text, in: conversation) }
        _ = try await installed.broker.perform(
            CreateScopedWebhook(
                in: ConversationName(conversation.sid), target: .webhook, .init(url: "https://r.example/", filters: ["onMessageRemoved"]),
                replayAfter: 0))
        try await installed.post(to: receiver)
        #expect(receiver.calls.isEmpty)
    }

    /// The commit of a step happens and its answer is lost, or the daemon ends at any point: nothing is lost and nothing is queued twice.
    @Test(arguments: [Fault.answerLost, .refused, .restart])
    func nothingIsLostOrQueuedTwice(fault: Fault) async throws {
        let base = try SQLiteStore.inMemory()
        let store = StumblingStore(base)
        let clock = SetClock()
        let receiver = Receiver()
        let broker = try await Broker.open(
            store: store, media: MemoryMedia(), source: clock, directory: AdapterDirectory([]), publicURL: "https://parley.example",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        broker.attach(receiver)
        try await broker.perform(
            ConfigureWebhooks(of: nil, filters: [Hook.onMessageAdded.rawValue], postURL: "https://post.example/"))
        let conversation = try await broker.perform(CreateConversation(ConversationChanges()))
        var reader = WebhookReader(broker: broker)
        for number in 0..<20 {
            _ = try await broker.perform(CreateMessage(in: ConversationName(conversation.sid), body: "\(number)"))
            if fault == .restart { reader = WebhookReader(broker: broker) } else { store.stumble(fault) }
            do {
                while try await reader.step() {}
            } catch is NotDurable {
                store.stumble(nil)
                if number.isMultiple(of: 3) { reader = WebhookReader(broker: broker) }
            }
        }
        store.stumble(nil)
        while try await reader.step() {}
        try await WebhookSender(broker: broker, exchange: receiver).drain()
        #expect(receiver.calls.compactMap { $0["Body"] } == (0..<20).map { "\($0)" })
    }

    enum Fault: Sendable { case answerLost, refused, restart }

    @Test func aTargetThatFailsHoldsUpNoOtherAndIsOvertakenOnceItsHeadHasFailed() async throws {
        let receiver = Receiver { call in
            .success(OutboundAnswer(status: call.url.contains("bad") && call["Body"] != "second" ? 500 : 200))
        }
        let installed = try await Installed.hooked(receiver)
        let conversation = try await installed.conversation()
        for host in ["bad", "good"] {
            _ = try await installed.broker.perform(
                CreateScopedWebhook(
                    in: ConversationName(conversation.sid), target: .webhook,
                    .init(url: "https://\(host).example/", filters: ["onMessageAdded"])))
        }
        for body in ["first", "second", "third"] { _ = try await installed.say(body, in: conversation) }
        try await installed.post(to: receiver)
        #expect(receiver.calls.filter { $0.url.contains("good") }.compactMap { $0["Body"] } == ["first", "second", "third"])
        #expect(receiver.calls.filter { $0.url.contains("bad") }.compactMap { $0["Body"] } == ["first"])
        installed.clock.advance(.milliseconds(1000))
        try await installed.post(to: receiver)
        #expect(receiver.calls.filter { $0.url.contains("bad") }.compactMap { $0["Body"] } == ["first", "second", "third"])
    }

    @Test func failuresAreTriedAgainUntilItIsGivenUpAndTheLogShowsEachAttempt() async throws {
        let receiver = Receiver(Receiver.failure(.timedOut))
        let installed = try await Installed.hooked(receiver) { $0.retry.giveUpAfter = .seconds(60) }
        try await installed.configure(post: "https://post.example/?key=hush", [.onConversationAdded])
        _ = try await installed.conversation()
        try await installed.post(to: receiver)
        var row = try #require(try await installed.queued().first)
        #expect(row.phase == .waiting && row.failure == "timedOut")
        receiver.reply(Receiver.answer(500))
        for _ in 0..<5 {
            installed.clock.advance(.seconds(40))
            try await installed.post(to: receiver)
        }
        row = try #require(try await installed.queued().first)
        #expect(row.phase == .givenUp && row.status == 500 && row.attempt == 3)
        let attempts = try await installed.broker.read { [row] in try $0.webhookAttempts(of: row.id) }
        #expect(attempts.map(\.number) == [1, 2, 3])
        #expect(attempts.map(\.failure) == ["timedOut", nil, nil])
        #expect(attempts.map(\.status) == [nil, 500, 500])

        receiver.reply(Receiver.answer(200))
        receiver.forget()
        _ = try await installed.broker.replayWebhook(row.id)
        try await installed.post(to: receiver)
        row = try #require(try await installed.queued().first)
        #expect(row.phase == .delivered && receiver.calls.count == 1)
        await #expect(throws: Refusal.self) { try await installed.broker.replayWebhook(99) }

        installed.clock.advance(.seconds(7 * 24 * 3600 + 1))
        while try await installed.broker.perform(SweepWebhooks()) {}
        #expect(try await installed.queued().isEmpty)
    }

    /// A target that is down for longer than events wait loses what is too old, at once and not one by one; what came later stays.
    @Test func aLongQueueIsGivenUpWithItsHead() async throws {
        let receiver = Receiver(Receiver.failure(.unreachable))
        let installed = try await Installed.hooked(receiver)
        try await installed.configure(post: "https://post.example/", [.onConversationAdded])
        for number in 0..<30 { _ = try await installed.conversation("\(number)") }
        try await installed.read()
        installed.clock.advance(.seconds(24 * 3600 + 1))
        _ = try await installed.conversation("late")
        try await installed.post(to: receiver)
        #expect(receiver.calls.count == 1, "nothing is given up without an attempt")
        let rows = try await installed.queued()
        #expect(rows.filter { $0.phase == .givenUp }.count == 30)
        #expect(rows.last?.phase == .waiting)
        receiver.reply(Receiver.answer(200))
        installed.clock.advance(.seconds(2))
        try await installed.post(to: receiver)
        #expect(try await installed.queued().last?.phase == .delivered)
    }

    /// After a long stop of the daemon, what waits is sent: the target was not down.
    @Test func whatWaitedWhileTheDaemonWasStoppedIsSent() async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        try await installed.configure(post: "https://post.example/", [.onConversationAdded])
        for number in 0..<3 { _ = try await installed.conversation("\(number)") }
        try await installed.read()
        installed.clock.advance(.seconds(48 * 3600))
        try await installed.post(to: receiver)
        #expect(try await installed.queued().allSatisfy { $0.phase == .delivered })
    }

    @Test func whatWasUnderWayWhenTheDaemonEndedIsSentAgain() async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        try await installed.configure(post: "https://post.example/", [.onConversationAdded])
        _ = try await installed.conversation("one")
        _ = try await installed.conversation("two")
        try await installed.read()
        #expect(try await installed.broker.perform(TakeWebhookTurn(places: 9)).deliveries.count == 1)
        #expect(try await installed.broker.perform(RecoverWebhooks()) == 1)
        #expect(try await installed.broker.perform(RecoverWebhooks()) == 0)
        try await installed.post(to: receiver)
        #expect(receiver.calls.compactMap { $0["FriendlyName"] } == ["one", "two"])
    }

    @Test(arguments: [
        (WebhookOutcome.answered(status: 200, after: nil), 1, Expectation.done),
        (.answered(status: 299, after: nil), 1, .done), (.answered(status: 410, after: nil), 1, .giveUp),
        (.failed(.malformed), 1, .giveUp), (.answered(status: 302, after: nil), 1, .between(1000, 1100)),
        (.answered(status: 404, after: nil), 2, .between(5000, 5500)), (.failed(.timedOut), 3, .between(30_000, 33_000)),
        (.failed(.forbiddenAddress), 7, .between(3_600_000, 3_960_000)), (.failed(.unreachable), 70, .between(3_600_000, 3_960_000)),
        (.answered(status: 429, after: .seconds(90)), 1, .between(90_000, 90_000)),
        (.answered(status: 503, after: .seconds(86_400)), 1, .between(3_600_000, 3_600_000)),
        (.answered(status: 503, after: .zero), 1, .between(1000, 1100)), (.failed(.broken), 0, .between(1000, 1100)),
    ])
    func policy(outcome: WebhookOutcome, attempt: Int, expected: Expectation) {
        let now = Instant(seconds: 1000)
        for seed in 0..<20 {
            var random = IdentifierStream(seed: UInt64(seed))
            let next = WebhookRetryPolicy().next(after: outcome, attempt: attempt, queued: now, now: now, random: &random)
            switch (next, expected) {
            case (.done, .done), (.giveUp, .giveUp): break
            case (.tryAgain(let at), .between(let low, let high)):
                #expect((low...high).contains(at.milliseconds - now.milliseconds), "\(at)")
            default: Issue.record("\(next)")
            }
        }
        var random = IdentifierStream(seed: 1)
        let late = WebhookRetryPolicy().next(
            after: .failed(.timedOut), attempt: 9, queued: now, now: now + .seconds(24 * 3600), random: &random)
        #expect(late == .giveUp)
    }

    enum Expectation: Sendable { case done, giveUp, between(Int64, Int64) }

    @Test func theServicesCarryAnEventToItsReceiver() async throws {
        let (arrived, arrival) = AsyncStream<Void>.makeStream()
        let receiver = Receiver { _ in
            arrival.yield()
            return .success(OutboundAnswer(status: 200))
        }
        let installed = try await Installed.hooked(receiver)
        try await installed.configure(post: "https://post.example/", [.onConversationAdded])
        let services = WebhookServices(broker: installed.broker, exchange: receiver)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await services.run() }
            _ = try await installed.conversation("room")
            for await _ in arrived { break }
            group.cancelAll()
        }
        #expect(receiver.calls.first?["FriendlyName"] == "room")
    }
}

/// A store that loses the answer of a commit, or refuses one.
private final class StumblingStore: ConversationStore {
    private let base: SQLiteStore
    private let fault = Mutex<WebhookQueueTests.Fault?>(nil)

    init(_ base: SQLiteStore) { self.base = base }

    func stumble(_ fault: WebhookQueueTests.Fault?) { self.fault.withLock { $0 = fault } }

    func write<R: Sendable>(_ stamp: Stamp, _ body: @escaping @Sendable (any WriteTransaction, inout Stamp) throws -> R) async throws -> R {
        let fault = fault.withLock { $0 }
        if fault == .refused { throw NotDurable("the disk is full") }
        let result = try await base.write(stamp, body)
        if fault == .answerLost { throw NotDurable("the answer is lost") }
        return result
    }

    func read<R: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> R) async throws -> R { try await base.read(body) }
}
