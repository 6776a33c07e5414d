import ParleyBroker
import ParleyCore
import Testing

/// A long text that a provider hands over in parts is one message, whatever the order of the parts, and nothing of it is lost or doubled.
@Suite struct InboundPartTests {
    private static let (proxy, sender) = ("+15550100000", "+15557770001")
    private static let waits = InboundVerdict.held(reason: "awaiting_parts")

    /// Has a medium for every URL, of the URL's own bytes.
    private struct Pictures: MediaSource {
        let capabilities = Capabilities()

        func send(_ dispatch: Dispatch) async -> Outcome { .accepted([]) }

        func fetch(_ link: InboundLink, bytesMax: Int) async throws(MediaFetchFailure) -> InboundMedia? {
            InboundMedia(contentType: "image/png", content: Array(link.url.utf8))
        }
    }

    private func furnish(_ installed: Installed, isKnown: Bool = true) async throws -> Conversation {
        let conversation = try await installed.conversation()
        if isKnown { _ = try await installed.add(Self.sender, by: Self.proxy, to: conversation) }
        return conversation
    }

    private func scene(isKnown: Bool = true) async throws -> (Installed, Conversation) {
        let installed = try await Installed()
        return (installed, try await furnish(installed, isKnown: isKnown))
    }

    private func part(
        _ text: String?, _ number: Int, of total: Int = 3, reference: String = "7", identity: String? = nil, links: String...
    ) -> InboundFact {
        var fact = InboundFact(
            proxy: Self.proxy, sender: Self.sender, identity: identity ?? "\(reference)-\(number)", text: text, raw: Array("raw".utf8))
        fact.part = InboundPart(reference: reference, number: number, total: total)
        if !links.isEmpty { fact.links = links.map { InboundLink(url: $0) } }
        return fact
    }

    /// Each in a request of its own.
    @discardableResult
    private func hear(_ facts: [InboundFact], _ installed: Installed) async throws -> [InboundVerdict] {
        var verdicts: [InboundVerdict] = []
        for fact in facts { verdicts += try await installed.broker.accept([fact], adapter: Installed.sms) }
        return verdicts
    }

    private func rows(_ installed: Installed) async throws -> [InboxItem] {
        try await installed.broker.read { try $0.inbox(InboxFilter(), page: PageRequest(size: 100)).rows }
    }

    private func bodies(_ conversation: Conversation, _ installed: Installed) async throws -> [String?] {
        try await installed.messages(in: conversation).map(\.body)
    }

    private func heldEvents(_ installed: Installed) async throws -> Int {
        try await installed.broker.read { try $0.events(after: 0, limit: 1000) }.filter { $0.kind == .inboundHeld }.count
    }

    private func consent(_ installed: Installed) async throws -> Consent? {
        let pair = Pair(proxy: try Address(Self.proxy), address: try Address(Self.sender))
        return try await installed.broker.read { try $0.consent(pair.key) }
    }

    /// Moves the clock to where nothing is waited for any more.
    private func giveUp(_ installed: Installed) async throws {
        installed.clock.advance(RetryPolicy().partsTime)
        try await installed.broker.perform(PassTime())
    }

    @Test(arguments: [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]])
    func partsInAnyOrderAreOneMessage(order: [Int]) async throws {
        let (installed, conversation) = try await scene()
        let parts = order.map { part("<\($0)>", $0) }
        let verdicts = try await hear(parts, installed)
        let messages = try await installed.messages(in: conversation)
        let message = try #require(messages.first)
        #expect(verdicts == [Self.waits, Self.waits, .appended(conversation: conversation.sid, message: message.sid)])
        #expect(messages.count == 1 && message.body == "<1><2><3>" && message.flags.isEmpty)
        let found = try await rows(installed)
        #expect(found.map(\.verdict) == [.merged, .merged, .appended])
        #expect(found.allSatisfy { $0.message == message.sid && $0.conversation == conversation.sid && $0.reason == nil })
        // The provider's repeats are one with the first, and nothing waits any more.
        let again = try await hear(parts, installed)
        #expect(again.allSatisfy { $0 == .repeated(conversation: conversation.sid, message: message.sid) })
        #expect(try await heldEvents(installed) == 0)
        #expect(try await installed.broker.perform(PassTime()) == nil)
        #expect(try await bodies(conversation, installed) == ["<1><2><3>"])
    }

    @Test func partsOfOneRequestAreJoined() async throws {
        let (installed, conversation) = try await scene()
        _ = try await installed.broker.accept([part("b", 2, of: 2), part("a", 1, of: 2)], adapter: Installed.sms)
        #expect(try await bodies(conversation, installed) == ["ab"])
    }

    @Test func aRepeatUnderAnotherIDDoublesNothing() async throws {
        let (installed, conversation) = try await scene()
        let first = try await hear([part("a", 1), part("a", 1), part("a", 1, identity: "x")], installed)
        #expect(first == [Self.waits, Self.waits, Self.waits])
        #expect(try await rows(installed).count == 1)
        try await hear([part("b", 2), part("c", 3)], installed)
        #expect(try await bodies(conversation, installed) == ["abc"])
        // Now nobody knows any more what it is of, until the others do not come.
        #expect(try await hear([part("b", 2, identity: "y"), part("c", 3, identity: "z")], installed) == [Self.waits, Self.waits])
        try await giveUp(installed)
        #expect(try await bodies(conversation, installed) == ["abc"])
        let message = try #require(try await installed.messages(in: conversation).first)
        #expect(try await rows(installed).suffix(2).allSatisfy { $0.verdict == .merged && $0.message == message.sid })
        #expect(try await heldEvents(installed) == 0)
    }

    /// Some providers name all parts alike, some none; and parts may say the same.
    @Test(arguments: ["m", nil] as [String?])
    func equalPartsAreTwo(identity: String?) async throws {
        let (installed, conversation) = try await scene()
        var parts = [part("ha", 1, of: 2), part("ha", 2, of: 2)]
        for index in parts.indices { parts[index].identity = identity }
        try await hear(parts, installed)
        let messages = try await installed.messages(in: conversation)
        #expect(messages.map(\.body) == ["haha"] && messages.allSatisfy(\.flags.isEmpty))
    }

    @Test func twoMessagesMayComeAtATime() async throws {
        let (installed, conversation) = try await scene()
        var other = part("x", 2, of: 2, identity: "other")
        other.sender = "+15557770002"
        try await hear(
            [
                part("a", 1, of: 2), part("c", 2, of: 2, reference: "8"), other, part("e", 1, identity: "of three"),
                part("d", 1, of: 2, reference: "8"), part("b", 2, of: 2),
            ], installed)
        #expect(try await bodies(conversation, installed) == ["dc", "ab"])
        #expect(try await rows(installed).filter { $0.reason == "awaiting_parts" }.count == 2)
    }

    @Test func aReferenceIsUsedAgain() async throws {
        let (installed, conversation) = try await scene()
        try await hear([part("Hi ", 1, of: 2), part("Ann", 2, of: 2)], installed)
        try await hear([part("Hi ", 1, of: 2, identity: "3"), part("Bob", 2, of: 2, identity: "4")], installed)
        #expect(try await bodies(conversation, installed) == ["Hi Ann", "Hi Bob"])
    }

    @Test func somethingElseInAPlaceIsOfAnotherMessage() async throws {
        let (installed, conversation) = try await scene()
        try await hear([part("a", 1, of: 2), part("c", 1, of: 2, identity: "3"), part("d", 2, of: 2, identity: "4")], installed)
        let messages = try await installed.messages(in: conversation)
        #expect(messages.map(\.body) == ["a[…]", "cd"])
        #expect(messages.map(\.flags) == [[.partsMissing], []])
    }

    /// Even when nobody looked at the clock meanwhile.
    @Test func whatIsTooOldIsNotJoined() async throws {
        let (installed, conversation) = try await scene()
        try await hear([part("a", 1, of: 2)], installed)
        installed.clock.advance(RetryPolicy().partsTime)
        try await hear([part("b", 2, of: 2, identity: "3"), part("a", 1, of: 2, identity: "4")], installed)
        #expect(try await bodies(conversation, installed) == ["a[…]", "ab"])
    }

    @Test(
        arguments: [
            ([1, 3], 3, "1[…]3"), ([2], 3, "[…]2[…]"), ([1], 4, "1[…]"), ([4], 4, "[…]4"), ([5, 1], 5, "1[…]5"), ([3, 2], 6, "[…]23[…]"),
        ] as [([Int], Int, String)])
    func whatDoesNotComeIsMissing(numbers: [Int], total: Int, body: String) async throws {
        let (installed, conversation) = try await scene()
        let start = installed.clock.stamp().now
        for number in numbers {
            try await hear([part("\(number)", number, of: total)], installed)
            installed.clock.advance(.seconds(60))
        }
        let due = start + RetryPolicy().partsTime
        #expect(try await installed.broker.perform(PassTime()) == due)
        installed.clock.advance(due - installed.clock.stamp().now - .milliseconds(1))
        #expect(try await installed.broker.perform(PassTime()) == due)
        #expect(try await bodies(conversation, installed).isEmpty)
        installed.clock.advance(.milliseconds(1))
        #expect(try await installed.broker.perform(PassTime()) == nil)
        let messages = try await installed.messages(in: conversation)
        #expect(messages.map(\.body) == [body] && messages.allSatisfy { $0.flags == [.partsMissing] })
        let found = try await rows(installed)
        #expect(found.last?.verdict == .appended && found.dropLast().allSatisfy { $0.verdict == .merged })
        #expect(found.allSatisfy { $0.message == messages.first?.sid })
    }

    @Test func aLatePartIsAMessageOfItsOwn() async throws {
        let (installed, conversation) = try await scene()
        try await hear([part("1", 1), part("2", 2)], installed)
        try await giveUp(installed)
        try await hear([part("3", 3)], installed)
        try await giveUp(installed)
        let messages = try await installed.messages(in: conversation)
        #expect(messages.map(\.body) == ["12[…]", "[…]3"] && messages.allSatisfy { $0.flags == [.partsMissing] })
    }

    @Test func mediaOfAllPartsAreFetchedForTheWhole() async throws {
        let (installed, conversation) = try await scene()
        installed.broker.attach([Installed.sms: Pictures()])
        let parts = [part("y", 2, of: 2, links: "bb", "ccc"), part("x", 1, of: 2, links: "a")]
        #expect(try await hear(parts, installed) == [Self.waits, .held(reason: "awaiting_media")])
        #expect(try await MediaCollector(broker: installed.broker).drain() == 1)
        let message = try #require(try await installed.messages(in: conversation).first)
        #expect(message.body == "xy" && message.flags.isEmpty)
        let sizes = try await installed.broker.read { try $0.media(of: [message.sid])[message.sid] ?? [] }.map(\.size)
        #expect(sizes == [1, 2, 3])
        let found = try await rows(installed)
        #expect(found.map(\.verdict) == [.merged, .appended] && found.first?.reason == "part_of \(found[1].id)")
        #expect(try await heldEvents(installed) == 0)
    }

    @Test(arguments: [true, false])
    func aStrangersPartsAreHeldAsOne(isAssigned: Bool) async throws {
        let (installed, conversation) = try await scene(isKnown: false)
        var parts = [part("two", 2, of: 2), part("one ", 1, of: 2)]
        (parts[0].sentAt, parts[1].sentAt) = (Instant(seconds: 5), Instant(seconds: 6))
        (parts[0].problems, parts[1].problems) = (["sent_at"], ["sent_at", "text"])
        #expect(try await hear(parts, installed) == [Self.waits, .held(reason: "unknown_pair")])
        #expect(try await heldEvents(installed) == 1)
        let found = try await rows(installed)
        #expect(found.map(\.reason) == ["part_of \(found[1].id), malformed", "unknown_pair, malformed"])
        let kept = try #require(try await installed.broker.read { try $0.keptInbound(of: found[1].id) }).fact
        #expect(kept.text == "one two" && kept.identity == "7-1" && kept.sentAt == Instant(seconds: 5) && kept.part == nil)
        #expect(kept.problems == ["sent_at", "text"])
        #expect(try await installed.broker.read { try $0.keptInbound(of: found[0].id) } == nil)
        if isAssigned {
            let decision = SettleInbox.Decision.assign(ConversationName(conversation.sid), addParticipant: true)
            _ = try await installed.broker.perform(SettleInbox(found[1].id, as: decision))
        } else {
            _ = try await installed.add(Self.sender, by: Self.proxy, to: conversation)
            _ = try await installed.broker.perform(SettleInbox(found[1].id, as: .replay))
        }
        #expect(try await bodies(conversation, installed) == ["one two"])
    }

    @Test func wordsOfConsentAreReadFromTheWhole() async throws {
        let (installed, conversation) = try await scene()
        try await hear([part("OP", 2, of: 2), part("ST", 1, of: 2)], installed)
        let message = try #require(try await installed.messages(in: conversation).first)
        #expect(message.flags == [.optOut])
        let known = try #require(try await consent(installed))
        #expect(known.state == .stopped && known.source == .keyword && known.message == message.sid && known.detail == "STOP")
    }

    @Test func noWordIsReadFromAPartAlone() async throws {
        let (installed, conversation) = try await scene()
        try await hear([part("stop", 2, of: 2)], installed)
        #expect(try await consent(installed) == nil)
        try await giveUp(installed)
        let messages = try await installed.messages(in: conversation)
        #expect(messages.map(\.body) == ["[…]stop"] && messages.allSatisfy { $0.flags == [.partsMissing] })
        #expect(try await consent(installed) == nil)
        // One of one is whole.
        try await hear([part("stop", 1, of: 1)], installed)
        #expect(try await consent(installed)?.state == .stopped)
    }

    @Test func aProvidersWordCountsAtOnceAndOnce() async throws {
        let (installed, conversation) = try await scene()
        var first = part("no more, ", 1, of: 2)
        first.consent = .stop
        #expect(try await hear([first], installed) == [Self.waits])
        #expect(try await consent(installed)?.source == .provider)
        try await hear([InboundFact(proxy: Self.proxy, sender: Self.sender, identity: "start", text: "START")], installed)
        #expect(try await consent(installed)?.state == .active)
        try await hear([part("please", 2, of: 2)], installed)
        #expect(try await consent(installed)?.state == .active)
        let last = try #require(try await installed.messages(in: conversation).last)
        #expect(last.body == "no more, please" && last.flags == [.optOut])
    }

    @Test func preHooksAreAskedAboutTheWhole() async throws {
        let receiver = Receiver(Receiver.answer(200))
        let installed = try await Installed.hooked(receiver)
        let conversation = try await furnish(installed)
        try await installed.configure(pre: "https://pre.example/")
        #expect(try await hear([part("a", 1, of: 2), part("b", 2, of: 2)], installed) == [Self.waits, .held(reason: "pre_webhook")])
        #expect(receiver.calls.isEmpty)
        #expect(try await PrehookAsker(broker: installed.broker).drain() == 1)
        #expect(receiver.calls.compactMap { $0["Body"] } == ["ab"])
        #expect(try await bodies(conversation, installed) == ["ab"])
    }

    @Test func anOperatorTakesAPartAlone() async throws {
        let (installed, conversation) = try await scene()
        try await hear([part("1", 1, of: 4), part("2", 2, of: 4), part("3", 3, of: 4)], installed)
        let found = try await rows(installed)
        #expect(try await installed.broker.perform(SettleInbox(found[0].id, as: .replay)).verdict == .appended)
        let dropped = try await installed.broker.perform(SettleInbox(found[1].id, as: .drop))
        #expect(dropped.verdict == .ignored && dropped.reason == "dropped, parts_missing")
        #expect(try await hear([part("4", 4, of: 4)], installed) == [Self.waits])
        try await giveUp(installed)
        let messages = try await installed.messages(in: conversation)
        #expect(messages.map(\.body) == ["1", "[…]34"] && messages.allSatisfy { $0.flags == [.partsMissing] })
    }

    @Test func notMoreThanSoManyWait() async throws {
        let (installed, conversation) = try await scene()
        for number in 1...64 { try await hear([part("\(number)", 1, of: 2, reference: "\(number)")], installed) }
        #expect(try await bodies(conversation, installed).isEmpty)
        try await hear([part("65", 1, of: 2, reference: "65")], installed)
        #expect(try await bodies(conversation, installed) == ["1[…]"])
        try await hear([part("b", 2, of: 2, reference: "2")], installed)
        #expect(try await bodies(conversation, installed) == ["1[…]", "2b"])
    }

    @Test func whatIsNotTakenAnywayDoesNotWait() async throws {
        let (installed, conversation) = try await scene()
        var (elsewhere, own) = (part("a", 1, identity: "elsewhere"), part("a", 1, identity: "own"))
        (elsewhere.proxy, own.sender) = ("+19990000000", "+15550100001")
        #expect(try await hear([elsewhere, own], installed) == [.held(reason: "unknown_proxy"), .held(reason: "sender_is_ours")])
        // Places that cannot be.
        try await hear([part("b", 0), part("c", 4), part("d", 1, of: 256), part("e", 1, of: 1), part("f", -1, of: -1)], installed)
        #expect(try await bodies(conversation, installed) == ["b", "c", "d", "e", "f"])
    }

    @Test func theLoopGuardCountsRequests() async throws {
        let installed = try await Installed(loopGuard: AdapterProfile.LoopGuard(count: 3, window: .seconds(60)))
        let conversation = try await furnish(installed)
        try await hear([part("a", 1), part("b", 2), part("c", 3)], installed)
        #expect(try await bodies(conversation, installed) == ["abc"])
        #expect(try await hear([part("d", 1, reference: "8")], installed) == [.held(reason: "loop_guard")])
    }

    @Test func anErasureForgetsWhatWaits() async throws {
        let (installed, conversation) = try await scene(isKnown: false)
        try await hear([part("a", 1)], installed)
        _ = try await installed.broker.perform(RequestErasure(.address(Address(Self.sender).key)))
        let eraser = Eraser(broker: installed.broker)
        for _ in 0..<100 {
            if try await !eraser.step() { installed.clock.advance(.seconds(1)) }
        }
        #expect(try await installed.broker.read { try $0.nextPendingPart() } == nil)
        try await giveUp(installed)
        #expect(try await bodies(conversation, installed).isEmpty)
        #expect(try await rows(installed).allSatisfy { $0.verdict == .ignored })
    }
}
