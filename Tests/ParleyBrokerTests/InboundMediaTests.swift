import ParleyBroker
import ParleyCore
import Synchronization
import Testing

/// Media that an inbound message names by their URLs are there when the message is, or it says that they are not.
@Suite struct InboundMediaTests {
    /// Answers by the URL, and notes what it was asked for.
    private final class Album: MediaSource {
        let capabilities = Capabilities()
        private let state = Mutex<(answers: [String: Answer], asked: [String])>(([:], []))

        enum Answer { case medium(String), layout, later, never }

        func put(_ answers: [String: Answer]) { state.withLock { $0.answers = answers } }

        var asked: [String] {
            state.withLock { state in
                defer { state.asked = [] }
                return state.asked
            }
        }

        func send(_ dispatch: Dispatch) async -> Outcome { .accepted([]) }

        func fetch(_ link: InboundLink, bytesMax: Int) async throws(MediaFetchFailure) -> InboundMedia? {
            let answer = state.withLock { state in
                state.asked.append(link.url)
                return state.answers[link.url] ?? .never
            }
            switch answer {
            case .medium(let content): return InboundMedia(contentType: "image/png", filename: link.filename, content: Array(content.utf8))
            case .layout: return nil
            case .later: throw MediaFetchFailure(isFinal: false, "HTTP 503")
            case .never: throw MediaFetchFailure(isFinal: true, "HTTP 403")
            }
        }
    }

    private let album = Album()

    private func scene(isKnown: Bool = true) async throws -> (Installed, Conversation) {
        let installed = try await Installed()
        installed.broker.attach([Installed.sms: album])
        let conversation = try await installed.conversation()
        if isKnown { _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation) }
        return (installed, conversation)
    }

    private func fact(_ text: String?, _ urls: String...) -> InboundFact {
        var fact = InboundFact(proxy: "+15550100000", sender: "+15557770001", identity: "1", text: text, raw: Array("raw".utf8))
        fact.links = urls.map { InboundLink(url: $0, contentType: nil, filename: "\($0).png") }
        return fact
    }

    private func hear(_ fact: InboundFact, _ installed: Installed) async throws -> InboundVerdict {
        try await installed.broker.accept([fact], adapter: Installed.sms)[0]
    }

    private func collect(_ installed: Installed) async throws -> Int { try await MediaCollector(broker: installed.broker).drain() }

    private func sizes(_ message: Message, _ installed: Installed) async throws -> [Int] {
        try await installed.broker.read { try $0.media(of: [message.sid])[message.sid] ?? [] }.map(\.size)
    }

    private func row(_ installed: Installed) async throws -> InboxItem? {
        try await installed.broker.read { try $0.inbox(InboxFilter(), page: PageRequest(size: 10)).rows.last }
    }

    @Test func itIsAMessageWhenItsMediaAreThere() async throws {
        let (installed, conversation) = try await scene()
        album.put(["a": .medium("1"), "b": .layout, "c": .medium("333")])
        #expect(try await hear(fact("Look", "a", "b", "c"), installed) == .held(reason: "awaiting_media"))
        #expect(try await installed.messages(in: conversation).isEmpty)
        // The provider's repeat meanwhile is one with the first.
        #expect(try await hear(fact("Look", "a", "b", "c"), installed) == .held(reason: "awaiting_media"))
        #expect(try await collect(installed) == 1)
        let message = try #require(try await installed.messages(in: conversation).first)
        #expect(message.body == "Look" && message.flags.isEmpty)
        #expect(try await sizes(message, installed) == [1, 3])
        #expect(try await row(installed)?.message == message.sid)
        #expect(
            try await hear(fact("Look", "a", "b", "c"), installed) == .repeated(conversation: conversation.sid, message: message.sid))
        #expect(try await collect(installed) == 0)
        #expect(try await installed.messages(in: conversation).count == 1)
    }

    @Test func whatIsNotThereYetIsAskedForAgainAndInTheEndItGoesWithout() async throws {
        let (installed, conversation) = try await scene()
        album.put(["a": .later, "b": .medium("22")])
        _ = try await hear(fact("Look", "a", "b"), installed)
        #expect(try await collect(installed) == 1)
        #expect(album.asked == ["a", "b"])
        #expect(try await collect(installed) == 0, "not before its time")
        for delay in RetryPolicy().mediaDelays {
            #expect(try await installed.messages(in: conversation).isEmpty)
            installed.clock.advance(delay)
            #expect(try await collect(installed) == 1)
            #expect(album.asked == ["a"], "what was fetched is not fetched again")
        }
        let message = try #require(try await installed.messages(in: conversation).first)
        #expect(message.flags == [.mediaNotFetched])
        #expect(try await sizes(message, installed) == [2])
        #expect(try await row(installed)?.raw == Array("raw".utf8), "the request is kept")
    }

    @Test func lateMediaStandInTheirOrder() async throws {
        let (installed, conversation) = try await scene()
        album.put(["a": .later, "b": .medium("22")])
        _ = try await hear(fact(nil, "a", "b"), installed)
        #expect(try await collect(installed) == 1)
        album.put(["a": .medium("1")])
        installed.clock.advance(.seconds(5))
        #expect(try await collect(installed) == 1)
        let message = try #require(try await installed.messages(in: conversation).first)
        #expect(message.body == nil && message.flags.isEmpty)
        #expect(try await sizes(message, installed) == [1, 2])
    }

    @Test func mediaAloneThatAreRefusedAreShown() async throws {
        let (installed, conversation) = try await scene()
        _ = try await hear(fact(nil, "a"), installed)
        #expect(try await collect(installed) == 1)
        #expect(try await installed.messages(in: conversation).isEmpty)
        let row = try #require(try await row(installed))
        #expect(row.verdict == .held && row.reason == "empty, media_not_fetched")
        let held = try await installed.broker.read { try $0.events(after: 0, limit: 100).filter { $0.kind == .inboundHeld } }
        #expect(held.count == 1)
    }

    @Test func aStrangersMediaAreKeptForWhoeverDecides() async throws {
        let (installed, conversation) = try await scene(isKnown: false)
        album.put(["a": .medium("1")])
        _ = try await hear(fact(nil, "a"), installed)
        #expect(try await collect(installed) == 1)
        let row = try #require(try await row(installed))
        #expect(row.reason == "unknown_pair")
        let assign = SettleInbox.Decision.assign(ConversationName(conversation.sid), addParticipant: true)
        _ = try await installed.broker.perform(SettleInbox(row.id, as: assign))
        let message = try #require(try await installed.messages(in: conversation).first)
        #expect(try await sizes(message, installed) == [1])
    }

    @Test func anOperatorNeedNotWait() async throws {
        let (installed, conversation) = try await scene()
        album.put(["a": .later, "b": .medium("22")])
        _ = try await hear(fact("Look", "a", "b"), installed)
        _ = try await collect(installed)
        let row = try #require(try await row(installed))
        #expect(try await installed.broker.perform(SettleInbox(row.id, as: .replay)).verdict == .appended)
        let message = try #require(try await installed.messages(in: conversation).first)
        #expect(message.flags == [.mediaNotFetched])
        #expect(try await sizes(message, installed) == [2])
        installed.clock.advance(.seconds(3600))
        #expect(try await collect(installed) == 0)
        #expect(try await installed.broker.perform(CollectMedia(row.id, pieces: [.missing, .missing])) == false)
        #expect(try await installed.messages(in: conversation).count == 1)
    }

    @Test func whatWasHeldBeforeAnybodyAskedIsFetchedWhenItIsReplayed() async throws {
        let installed = try await Installed(loopGuard: .init(count: 1, window: .seconds(60)))
        installed.broker.attach([Installed.sms: album])
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        album.put(["a": .medium("1")])
        _ = try await hear(InboundFact(proxy: "+15550100000", sender: "+15557770001", identity: "0", text: "first"), installed)
        #expect(try await hear(fact(nil, "a"), installed) == .held(reason: "loop_guard"))
        #expect(try await collect(installed) == 0)
        let row = try #require(try await row(installed))
        #expect(try await installed.broker.perform(SettleInbox(row.id, as: .replay)).reason == "awaiting_media")
        #expect(try await collect(installed) == 1)
        let message = try #require(try await installed.messages(in: conversation).last)
        #expect(message.flags.isEmpty)
        #expect(try await sizes(message, installed) == [1])
    }

    @Test func whatWasFetchedStaysThroughDecisions() async throws {
        let (installed, conversation) = try await scene(isKnown: false)
        album.put(["a": .medium("1"), "b": .later])
        _ = try await hear(fact("Look", "a", "b"), installed)
        _ = try await collect(installed)
        let row = try #require(try await row(installed))
        for _ in 1...2 {
            let replayed = try await installed.broker.perform(SettleInbox(row.id, as: .replay))
            #expect(replayed.reason == "unknown_pair, media_not_fetched")
        }
        let assign = SettleInbox.Decision.assign(ConversationName(conversation.sid), addParticipant: true)
        _ = try await installed.broker.perform(SettleInbox(row.id, as: assign))
        let message = try #require(try await installed.messages(in: conversation).first)
        #expect(message.flags == [.mediaNotFetched])
        #expect(try await sizes(message, installed) == [1])
    }

    @Test func bytesThatCameTooLateAreLetGo() async throws {
        let (installed, _) = try await scene()
        album.put(["a": .later])
        _ = try await hear(fact("Look", "a"), installed)
        let row = try #require(try await row(installed))
        _ = try await installed.broker.perform(SettleInbox(row.id, as: .drop))
        let key = try installed.broker.media.keep([9])
        let late = PreparedInbound.Kept(key: key, contentType: "image/png", filename: nil, size: 1)
        try await installed.broker.perform(CollectMedia(row.id, pieces: [.fetched(late)]))
        #expect(try await installed.broker.read { try $0.looseMedia(limit: 9).map(\.key) } == [key])
    }

    @Test func whatNoRuleCanSettleIsLeftToAnOperator() async throws {
        let (installed, conversation) = try await scene()
        album.put(["a": .medium("1")])
        _ = try await hear(fact("Look", "a"), installed)
        let row = try #require(try await row(installed))
        let kept = PreparedInbound.Kept(
            key: try installed.broker.media.keep([9]), contentType: "image/png", filename: nil, size: 1)
        try await installed.broker.perform(CollectMedia(row.id, pieces: [.fetched(kept)], isUnsettled: true))
        #expect(try await self.row(installed)?.reason == "unsettled")
        #expect(try await collect(installed) == 0)
        #expect(try await installed.broker.perform(SettleInbox(row.id, as: .replay)).verdict == .appended)
        let message = try #require(try await installed.messages(in: conversation).first)
        #expect(try await sizes(message, installed) == [1])
    }

    @Test func wordsOfConsentDoNotWait() async throws {
        let (installed, _) = try await scene()
        album.put(["a": .later])
        _ = try await hear(fact("STOP", "a"), installed)
        let pair = Pair(proxy: try Address("+15550100000"), address: try Address("+15557770001"))
        #expect(try await installed.broker.read { try $0.consent(pair.key) }?.state == .stopped)
    }

    @Test func whatIsNotServedHereIsNotFetched() async throws {
        let (installed, _) = try await scene()
        var other = fact("Look", "a")
        other.proxy = "+19990000000"
        #expect(try await hear(other, installed) == .held(reason: "unknown_proxy"))
        #expect(try await collect(installed) == 0)
        #expect(album.asked.isEmpty)
    }
}
