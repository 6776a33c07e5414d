import ParleyBroker
import ParleyCore
import ServiceLifecycle
import Synchronization
import Testing

/// What pre-hooks may do to what people outside say (contract: semantics §4, §8).
@Suite struct InboundPrehookTests {
    static let (proxy, sender) = ("+15550100000", "+15557770001")

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var reply: Receiver.Reply
        var verdict: InboxItem.Verdict = .appended
        var reason: String?
        var refusing: WebhookRules.WhenUnanswered = .publish
        /// What the message is like where the pair was bound before, and the conversation's name where it was not.
        var body = "hello"
        var author = InboundPrehookTests.sender
        var attributes = "{}"
        var friendlyName: String?

        var testDescription: String { name }
    }

    static let changes = #"{"body": "changed", "author": "bot", "attributes": {"x": 1}, "friendly_name": "New"}"#

    static let cases: [Case] = [
        Case(name: "unchanged", reply: Receiver.answer(200)),
        Case(
            name: "changed", reply: Receiver.answer(200, changes), body: "changed", author: "bot", attributes: #"{"x":1}"#,
            friendlyName: "New"),
        Case(name: "rejected", reply: Receiver.answer(403), verdict: .ignored, reason: "pre_webhook_rejected"),
        Case(name: "unanswered", reply: Receiver.failure(.timedOut)),
        Case(
            name: "unanswered, refusing", reply: Receiver.failure(.timedOut), verdict: .held, reason: "pre_webhook_unanswered",
            refusing: .refuse),
        Case(
            name: "no JSON, refusing", reply: Receiver.answer(200, "<html>"), verdict: .held, reason: "pre_webhook_unanswered",
            refusing: .refuse),
        Case(
            name: "unusable", reply: Receiver.answer(200, #"{"body": 5, "friendly_name": 5}"#), verdict: .held,
            reason: "pre_webhook_unusable"),
        Case(
            name: "too long",
            reply: Receiver.answer(
                200,
                #"{"author": "\#(String(repeating: "x", count: 257))", "friendly_name": "\#(String(repeating: "x", count: 257))"}"#),
            verdict: .held, reason: "pre_webhook_unusable"),
    ]

    func sms(_ text: String = "hello", from sender: String = InboundPrehookTests.sender) -> InboundFact {
        InboundFact(proxy: Self.proxy, sender: sender, identity: text, text: text)
    }

    func accept(_ installed: Installed, _ facts: [InboundFact]) async throws -> [InboundVerdict] {
        try await installed.broker.accept(facts, adapter: Installed.sms)
    }

    func enable(_ installed: Installed) async throws {
        var changes = AddressConfigurationChanges()
        changes.isEnabled = true
        _ = try await installed.broker.perform(CreateAddressConfiguration(.sms, address: Self.proxy, changes))
    }

    func inbox(_ installed: Installed) async throws -> [InboxItem] {
        try await installed.broker.read { try $0.inbox(InboxFilter(), page: PageRequest(size: 100)).rows }
    }

    func events(_ installed: Installed, after: Int64 = 0) async throws -> [Event] {
        try await installed.broker.read { try $0.events(after: after, limit: 1000) }
    }

    func asker(_ installed: Installed) -> PrehookAsker { PrehookAsker(broker: installed.broker, clock: ContinuousClock()) }

    static let pending = InboundVerdict.held(reason: "pre_webhook")

    @Test(arguments: cases) func aMessageOfABoundPair(_ test: Case) async throws {
        let receiver = Receiver(test.reply)
        let installed = try await Installed.hooked(receiver) { $0.whenUnanswered = test.refusing }
        let conversation = try await installed.conversation()
        let person = try await installed.add(Self.sender, by: Self.proxy, to: conversation)
        let other = try await installed.add("+15557770002", by: Self.proxy, to: conversation)
        try await installed.configure(pre: "https://pre.example/")
        let before = try #require(try await events(installed).last?.position)
        #expect(try await accept(installed, [sms()]) == [Self.pending])
        #expect(try await installed.messages(in: conversation).isEmpty && receiver.calls.isEmpty)
        #expect(try await inbox(installed).map(\.reason) == ["pre_webhook"])
        #expect(try await events(installed, after: before).isEmpty, "it is not for an operator to decide")
        #expect(try await accept(installed, [sms()]) == [Self.pending], "the carrier's repeat is the same message")
        #expect(try await asker(installed).drain() == 1)
        #expect(receiver.events == ["onMessageAdd"])
        let call = try #require(receiver.calls.first)
        #expect(call["Source"] == "SMS" && call["Body"] == "hello" && call["Author"] == Self.sender)
        #expect(call["ConversationSid"] == conversation.sid.text && call["ParticipantSid"] == person.sid.text)
        let row = try #require(try await inbox(installed).first)
        #expect(row.verdict == test.verdict && row.reason == test.reason)
        let messages = try await installed.messages(in: conversation)
        if test.verdict == .appended {
            let message = try #require(messages.first)
            #expect(messages.count == 1 && row.message == message.sid)
            #expect(message.body == test.body && message.author == test.author && message.attributes == test.attributes)
            #expect(try await installed.deliveries(of: message).map(\.participant) == [other.sid], "the sender does not get it back")
            let told = try await events(installed, after: before)
            #expect(told.map(\.kind) == [.messageAdded] && told.allSatisfy { $0.origin == .channel(.sms) })
        } else {
            #expect(messages.isEmpty)
            #expect(try await events(installed, after: before).map(\.kind) == (test.verdict == .held ? [.inboundHeld] : []))
        }
        #expect(try await installed.broker.read { try $0.keptInbound(of: row.id) != nil } == (test.verdict == .held))
        #expect(try await asker(installed).drain() == 0)
        #expect(receiver.calls.count == 1)
    }

    @Test(arguments: cases) func aMessageThatMakesAConversation(_ test: Case) async throws {
        let receiver = Receiver(test.reply)
        let installed = try await Installed.hooked(receiver) { $0.whenUnanswered = test.refusing }
        try await enable(installed)
        try await installed.configure(pre: "https://pre.example/")
        let before = try await events(installed).last?.position ?? 0
        let picture = InboundMedia(contentType: "image/png", filename: "p.png", content: [1, 2, 3])
        var fact = sms()
        fact.media = [picture]
        #expect(try await accept(installed, [fact]) == [Self.pending])
        #expect(try await asker(installed).drain() == 1)
        #expect(receiver.events == ["onConversationAdd"], "participant and message are not asked about")
        let call = try #require(receiver.calls.first)
        #expect(call["MessageBody"] == "hello" && call["ConversationSid"] == nil && call["State"] == "active")
        #expect(call["MessagingBinding.ProxyAddress"] == Self.proxy && call["MessagingBinding.Address"] == Self.sender)
        #expect(call["Media"] == #"[{"ContentType":"image/png","Filename":"p.png","Size":3}]"#)
        let row = try #require(try await inbox(installed).first)
        #expect(row.verdict == test.verdict && row.reason == test.reason)
        let told = try await events(installed, after: before)
        guard test.verdict == .appended else {
            #expect(told.map(\.kind) == (test.verdict == .held ? [.inboundHeld] : []))
            return
        }
        #expect(told.map(\.kind) == [.conversationAdded, .participantAdded, .messageAdded])
        #expect(told.allSatisfy { $0.origin == .channel(.sms) })
        let sid = try #require(row.conversation)
        let made = try #require(try await installed.broker.read { try $0.conversation(sid) })
        #expect(made.friendlyName == test.friendlyName)
        let messages = try await installed.messages(in: made)
        #expect(messages.map(\.body) == ["hello"] && messages.map(\.author) == [Self.sender], "the message is not this hook's to change")
    }

    @Test func thePostHooksOfANewConversationNameItsPairInOrder() async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        try await enable(installed)
        try await installed.configure(post: "https://post.example/")
        guard case .appended = try await accept(installed, [sms()])[0] else {
            Issue.record("nobody is asked")
            return
        }
        try await installed.post(to: receiver)
        #expect(receiver.events == ["onConversationAdded", "onParticipantAdded", "onMessageAdded"])
        #expect(receiver.calls.first?["MessagingBinding.Address"] == Self.sender)
        #expect(receiver.calls.first?["MessagingBinding.ProxyAddress"] == Self.proxy)
        receiver.forget()
        _ = try await installed.conversation()
        try await installed.post(to: receiver)
        #expect(receiver.events == ["onConversationAdded"] && receiver.calls.first?["MessagingBinding.Address"] == nil)
    }

    /// Configurations under which nobody is asked: appended in the commit that keeps it.
    @Test(arguments: [
        nil, WebhookConfiguration(filters: [.onMessageAdd, .onConversationAdd], postURL: "https://post.example/"),
        WebhookConfiguration(filters: [.onMessageAdded, .onMessageUpdate], preURL: "https://pre.example/"),
        WebhookConfiguration(filters: [.onMessageAdd, .onConversationAdd], preURL: "https://pre.example/", target: .flex),
        WebhookConfiguration(
            service: SID(.service, high: 9, low: 9), filters: [.onMessageAdd, .onConversationAdd], preURL: "https://pre.example/"),
    ])
    func whereNobodyIsAskedItIsAppendedAtOnce(configuration: WebhookConfiguration?) async throws {
        let receiver = Receiver(Receiver.answer(403))
        let installed = try await Installed.hooked(receiver)
        try await enable(installed)
        if let configuration { try await installed.broker.perform(Put(configuration: configuration)) }
        for text in ["one", "two"] {
            guard case .appended = try await accept(installed, [sms(text)])[0] else {
                Issue.record("it waits")
                return
            }
        }
        #expect(try await asker(installed).drain() == 0)
        #expect(receiver.calls.isEmpty)
    }

    struct Put: Fact {
        var configuration: WebhookConfiguration

        func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws {
            try transaction.put(configuration)
        }
    }

    @Test func theAccountIsAskedFirstAndTheServiceIsToldOfItsChange() async throws {
        let receiver = Receiver { call in
            let change = call.url.contains("account") ? #"{"body": "from account", "author": "bot"}"# : ""
            return .success(OutboundAnswer(status: 200, body: Array(change.utf8)))
        }
        let installed = try await Installed.hooked(receiver)
        let conversation = try await installed.conversation()
        _ = try await installed.add(Self.sender, by: Self.proxy, to: conversation)
        try await installed.configure(pre: "https://account.example/", [.onMessageAdd])
        try await installed.configure(conversation.service, pre: "https://service.example/", [.onMessageAdd])
        _ = try await accept(installed, [sms()])
        try await asker(installed).drain()
        #expect(receiver.calls.map { $0["Body"] } == ["hello", "from account"])
        #expect(receiver.calls.map { $0["Author"] } == [Self.sender, "bot"])
        #expect(try await installed.messages(in: conversation).map(\.body) == ["from account"])
    }

    @Test func thePairsOrderStaysThoughNobodyIsAskedAnyMore() async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        try await enable(installed)
        try await installed.configure(pre: "https://pre.example/")
        #expect(try await accept(installed, [sms("one"), sms("two")]) == [Self.pending, Self.pending])
        try await installed.configure(pre: "https://pre.example/", [.onMessageAdd])
        #expect(try await accept(installed, [sms("three")]) == [Self.pending], "two are before it")
        #expect(try await asker(installed).drain() == 3)
        // The first made the conversation without a question, the others are messages of it.
        #expect(receiver.events == ["onMessageAdd", "onMessageAdd"])
        let sid = try #require(try await inbox(installed).first?.conversation)
        let made = try #require(try await installed.broker.read { try $0.conversation(sid) })
        #expect(try await installed.messages(in: made).map(\.body) == ["one", "two", "three"])
        try await installed.configure(pre: "https://pre.example/", [])
        guard case .appended = try await accept(installed, [sms("four")])[0] else {
            Issue.record("nothing of the pair waits any more")
            return
        }
    }

    /// The service: while one pair's receiver does not answer, another pair's messages pass, and those behind it wait.
    @Test func oneQuestionIsUnderWayPerPairAndPairsDoNotWaitForEachOther() async throws {
        let gate = Gate()
        let installed = try await Installed.hooked(Receiver())
        installed.broker.attach(gate)
        let conversation = try await installed.conversation()
        let other = "+15557770002"
        _ = try await installed.add(Self.sender, by: Self.proxy, to: conversation)
        _ = try await installed.add(other, by: Self.proxy, to: conversation)
        try await installed.configure(pre: "https://pre.example/", [.onMessageAdd])
        _ = try await accept(installed, [sms("slow"), sms("behind"), sms("quick", from: other), sms("next", from: other)])
        let asker = asker(installed)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await asker.run() }
            var asked: [String] = []
            for await body in gate.asked {
                asked.append(body)
                if body != "slow" { gate.open(body) }
                // Both of the other pair passed by, and nothing behind the slow one was asked about.
                if body == "next" {
                    #expect(asked.sorted() == ["next", "quick", "slow"])
                    gate.open("slow")
                }
                if body == "behind" { break }
            }
            while try await installed.broker.read({ try !$0.pendingPrehooks(limit: 1).isEmpty }) { await Task.yield() }
            group.cancelAll()
        }
        let bodies = try await installed.messages(in: conversation).compactMap(\.body)
        #expect(bodies.sorted() == ["behind", "next", "quick", "slow"])
        #expect(try #require(bodies.firstIndex(of: "slow")) < #require(bodies.firstIndex(of: "behind")))
        #expect(try #require(bodies.firstIndex(of: "quick")) < #require(bodies.firstIndex(of: "next")))
    }

    /// Answers a question when the test says so.
    final class Gate: HTTPExchange {
        let asked: AsyncStream<String>
        private let questions: AsyncStream<String>.Continuation
        private let waiting = Mutex<[String: CheckedContinuation<Void, Never>]>([:])

        init() { (asked, questions) = AsyncStream.makeStream() }

        func open(_ body: String) { waiting.withLock { $0.removeValue(forKey: body) }?.resume() }

        func send(_ request: OutboundRequest, trust: Trust) async throws(TransferFailure) -> OutboundAnswer {
            let body = Receiver.Call(request: request, trust: trust)["Body"] ?? ""
            await withCheckedContinuation { continuation in
                waiting.withLock { $0[body] = continuation }
                questions.yield(body)
            }
            return OutboundAnswer(status: 200)
        }
    }

    @Test func aCrashAfterTheQuestionAsksAgainAndAppendsOnce() async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        let conversation = try await installed.conversation()
        _ = try await installed.add(Self.sender, by: Self.proxy, to: conversation)
        try await installed.configure(pre: "https://pre.example/", [.onMessageAdd])
        _ = try await accept(installed, [sms()])
        // Cancelled while the question is under way: what was answered is not settled.
        let gate = Gate()
        installed.broker.attach(gate)
        let asker = asker(installed)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await asker.drain() }
            for await body in gate.asked {
                group.cancelAll()
                gate.open(body)
                break
            }
        }
        #expect(try await installed.messages(in: conversation).isEmpty)
        installed.broker.attach(receiver)
        #expect(try await asker.drain() == 1)
        #expect(receiver.events == ["onMessageAdd"])
        let row = try #require(try await inbox(installed).first)
        for outcome in [SettlePending.Outcome.passes, .rejected] {
            #expect(try await installed.broker.perform(SettlePending(row.id, as: outcome), by: .channel(.sms)) == nil)
        }
        #expect(try await installed.messages(in: conversation).count == 1)
        #expect(receiver.calls.count == 1, "what is settled is not asked about")
    }

    @Test func anOperatorDoesNotWaitForTheHooks() async throws {
        let receiver = Receiver(Receiver.answer(403))
        let installed = try await Installed.hooked(receiver)
        let conversation = try await installed.conversation()
        _ = try await installed.add(Self.sender, by: Self.proxy, to: conversation)
        try await installed.configure(pre: "https://pre.example/", [.onMessageAdd])
        _ = try await accept(installed, [sms()])
        let row = try #require(try await inbox(installed).first)
        let settled = try await installed.broker.perform(SettleInbox(row.id, as: .replay))
        #expect(settled.verdict == .appended)
        #expect(try await asker(installed).drain() == 0)
        #expect(receiver.calls.isEmpty)
    }

    @Test func theLoopGuardCountsWhatWaitsOnce() async throws {
        let receiver = Receiver()
        let loop = AdapterProfile.LoopGuard(count: 2, window: .seconds(60))
        let installed = try await Installed(loopGuard: loop, webhooks: WebhookRules(account: Installed.account, authToken: "x"))
        installed.broker.attach(receiver)
        let conversation = try await installed.conversation()
        _ = try await installed.add(Self.sender, by: Self.proxy, to: conversation)
        try await installed.configure(pre: "https://pre.example/", [.onMessageAdd])
        #expect(try await accept(installed, [sms("one")]) == [Self.pending])
        try await asker(installed).drain()
        #expect(try await accept(installed, [sms("two")]) == [Self.pending])
        try await asker(installed).drain()
        #expect(try await accept(installed, [sms("three")]) == [.held(reason: "loop_guard")])
        #expect(try await installed.messages(in: conversation).count == 2)
    }
}
