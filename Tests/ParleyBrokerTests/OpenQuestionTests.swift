import ParleyBroker
import ParleyCore
import Testing

/// What the contract leaves open, and what was chosen: docs/compatibility.md names each choice.
@Suite struct OpenQuestionTests {
    private let phone = "+15557770001"
    private let proxy = "+15550100000"

    private func timed(_ installed: Installed) async throws -> Conversation {
        var changes = ConversationChanges()
        changes.inactiveTimer = "PT10M"
        changes.closedTimer = "PT1H"
        return try await installed.broker.perform(CreateConversation(changes))
    }

    private func state(_ conversation: Conversation, after pause: Duration, _ installed: Installed) async throws -> Conversation.State? {
        installed.clock.advance(pause)
        _ = try await installed.broker.perform(PassTime())
        return try await installed.broker.read { try $0.conversation(conversation.sid)?.state }
    }

    @Test func aChangeOfTheConversationWindsItsTimersAsAMessageDoes() async throws {
        let installed = try await Installed()
        let conversation = try await timed(installed)
        #expect(try await state(conversation, after: .seconds(590), installed) == .active)
        var changes = ConversationChanges()
        changes.friendlyName = "renamed"
        _ = try await installed.broker.perform(UpdateConversation(ConversationName(conversation.sid), changes))
        #expect(try await state(conversation, after: .seconds(590), installed) == .active)
        #expect(try await state(conversation, after: .seconds(20), installed) == .inactive)
    }

    @Test func theClosedTimerRunsFromTheLastActivityAlsoWhileInactive() async throws {
        let installed = try await Installed()
        let conversation = try await timed(installed)
        #expect(try await state(conversation, after: .seconds(601), installed) == .inactive)
        #expect(try await state(conversation, after: .seconds(2998), installed) == .inactive)
        #expect(try await state(conversation, after: .seconds(2), installed) == .closed)
    }

    @Test func anInactiveConversationHoldsItsPairsAndTakesWhatComesIn() async throws {
        let installed = try await Installed()
        var changes = ConversationChanges()
        changes.state = .inactive
        let conversation = try await installed.broker.perform(CreateConversation(changes))
        _ = try await installed.add(phone, by: proxy, to: conversation)
        let other = try await installed.conversation()
        await #expect(throws: Refusal.pairBound(in: conversation.sid)) { try await installed.add(phone, by: proxy, to: other) }
        let verdicts = try await installed.broker.accept(
            [InboundFact(proxy: proxy, sender: phone, identity: "1", text: "hello", raw: [])], adapter: Installed.sms)
        guard case .appended(let place, _) = verdicts[0] else { Issue.record("\(verdicts)"); return }
        #expect(place == conversation.sid)
        #expect(try await state(conversation, after: .seconds(0), installed) == .active, "a message wakes it")
    }

    @Test func textReachesOthersWithoutTheAuthorsName() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add(phone, by: proxy, to: conversation)
        _ = try await installed.say("The plumber comes at nine.", as: "alice", in: conversation)
        #expect(try await installed.turn(Installed.sms).map(\.payload.text) == ["The plumber comes at nine."])
    }

    @Test(arguments: [
        (Origin.channel(.sms), "SMS"), (.channel(.email), "EMAIL"), (.api(), "API"), (.sdk("alice"), "SDK"), (.gateway, "GATEWAY"),
    ])
    func eventsNameTheirSource(_ origin: Origin, _ word: String) { #expect(origin.source.rawValue == word) }

    @Test func whatComesInFiresWebhooksAndWhatTheAPIDoesWaitsToBeAsked() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add(phone, by: proxy, to: conversation)
        let before = try await installed.broker.read { try $0.events(after: 0, limit: 1000).last?.position ?? 0 }
        _ = try await installed.broker.accept(
            [InboundFact(proxy: proxy, sender: phone, identity: "1", text: "hello", raw: [])], adapter: Installed.sms)
        _ = try await installed.broker.perform(CreateMessage(in: ConversationName(conversation.sid), body: "quiet"), by: .api())
        _ = try await installed.broker.perform(
            CreateMessage(in: ConversationName(conversation.sid), body: "loud"), by: .api(firesWebhooks: true))
        let events = try await installed.broker.read { try $0.events(after: before, limit: 1000) }.filter { $0.kind == .messageAdded }
        #expect(events.map(\.origin.firesWebhooks) == [true, false, true])
        #expect(events.map(\.origin.source) == [.sms, .api, .api])
    }

    @Test func aMailHasAReceiptOnceTheSmarthostTookIt() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("bob@home.example", by: "desk@in.example", to: conversation)
        let message = try await installed.say("Hello", in: conversation)
        #expect(try await installed.deliveries(of: message).map(\.status) == [nil])
        let dispatch = try #require(try await installed.turn(Installed.mail).first)
        try await installed.end(dispatch, .accepted([]))
        #expect(try await installed.deliveries(of: message).map(\.status) == [.sent])
    }
}
