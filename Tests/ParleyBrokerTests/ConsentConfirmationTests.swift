import ParleyBroker
import ParleyCore
import ParleyStore
import Testing

/// What the gateway says to a word about consent: to the person alone, once, and even when they are stopped.
@Suite struct ConsentConfirmationTests {
    private static let texts: [ConsentWord: String] = [
        .stop: "You get no more messages.", .start: "You get messages again.", .help: "Call us.",
    ]
    private static let person = "+15557770001"

    private func scene(
        _ texts: [ConsentWord: String] = ConsentConfirmationTests.texts, loopGuard: AdapterProfile.LoopGuard? = nil,
        store: SQLiteStore? = nil
    ) async throws -> (Installed, Conversation) {
        let installed = try await Installed(loopGuard: loopGuard, store: store) { $0.confirmations = texts }
        let conversation = try await installed.conversation()
        _ = try await installed.add(Self.person, by: "+15550100000", to: conversation)
        return (installed, conversation)
    }

    private func hear(_ text: String, _ installed: Installed, _ change: (inout InboundFact) -> Void = { _ in }) async throws {
        var fact = InboundFact(proxy: "+15550100000", sender: Self.person, text: text)
        change(&fact)
        _ = try await installed.broker.accept([fact], adapter: Installed.sms)
    }

    private func confirmations(_ installed: Installed, _ conversation: Conversation) async throws -> [Message] {
        try await installed.messages(in: conversation).filter { $0.flags.contains(.consentConfirmation) }
    }

    @Test(arguments: [("Stop!", ConsentWord.stop), ("START", .start), ("help", .help)])
    func thePersonAloneIsSentTheText(said: String, word: ConsentWord) async throws {
        let (installed, conversation) = try await scene()
        _ = try await installed.add("+15557770002", by: "+15550100000", to: conversation)
        _ = try await installed.add("bob@customer.example", by: "support@in.example", to: conversation)
        try await hear(said, installed)
        let messages = try await installed.messages(in: conversation)
        #expect(messages.map(\.body) == [said, Self.texts[word]] && messages.map(\.author) == [Self.person, "system"])
        let confirmation = try #require(messages.last)
        #expect(confirmation.flags == [.consentConfirmation] && confirmation.delivery.total == 1)
        let deliveries = try await installed.deliveries(of: confirmation)
        #expect(deliveries.map { $0.lane.addresses.address } == [Self.person])
        // The others are sent what the person said, and nothing after it.
        var sent: [String: [String?]] = [:]
        for adapter in [Installed.sms, Installed.mail] {
            for _ in 1...3 {
                for dispatch in try await installed.turn(adapter) {
                    sent[dispatch.pair.address.key, default: []].append(dispatch.payload.text)
                    try await installed.end(dispatch, .accepted([]))
                }
            }
        }
        #expect(sent == [Self.person: [Self.texts[word]], "+15557770002": [said], "bob@customer.example": [said]])
        // Applications and webhooks are told of it as of any message.
        let events = try await installed.broker.read { try $0.events(after: 0, limit: 100) }
        let added = try #require(events.last { $0.kind == .messageAdded })
        #expect(added.subject == confirmation.sid && added.origin == .gateway)
    }

    @Test func itAloneLeavesToWhoIsStopped() async throws {
        let (installed, conversation) = try await scene()
        let before = try await installed.say("before", in: conversation)
        try await hear("STOP", installed)
        let after = try await installed.say("after", in: conversation)
        var sent: [String?] = []
        for _ in 1...4 {
            for dispatch in try await installed.turn(Installed.sms) {
                sent.append(dispatch.payload.text)
                try await installed.end(dispatch, .accepted([]))
            }
        }
        #expect(sent == [Self.texts[.stop]])
        for message in [before, after] {
            let delivery = try #require(try await installed.deliveries(of: message).first)
            #expect(delivery.status == .failed && delivery.errorCode == 21610)
        }
        let confirmation = try #require(try await confirmations(installed, conversation).first)
        #expect(try await installed.deliveries(of: confirmation).map(\.status) == [.sent])
        // Help is answered to them, too.
        try await hear("help", installed)
        #expect(try await installed.turn(Installed.sms).map(\.payload.text) == [Self.texts[.help]])
    }

    /// What it may do stands in the database, not in the settings.
    @Test func itLeavesAfterARestart() async throws {
        let store = try SQLiteStore.inMemory()
        let (installed, _) = try await scene(store: store)
        try await hear("STOP", installed)
        let again = try await Installed(store: store, clock: installed.clock)
        #expect(try await again.turn(Installed.sms).map(\.payload.text) == [Self.texts[.stop]])
    }

    @Test func otherWordsInItsPlaceDoNotLeave() async throws {
        let (installed, conversation) = try await scene()
        try await hear("STOP", installed)
        let confirmation = try #require(try await confirmations(installed, conversation).first)
        var edit = UpdateMessage(confirmation.sid, in: ConversationName(conversation.sid))
        edit.body = "Buy our new product"
        _ = try await installed.broker.perform(edit)
        #expect(try await installed.turn(Installed.sms).isEmpty)
        #expect(try await installed.deliveries(of: confirmation).map(\.errorCode) == [21610])
    }

    @Test func eachKindIsSentOnceInADay() async throws {
        let (installed, conversation) = try await scene()
        let steps: [(text: String, after: Duration, confirmed: Int)] = [
            ("STOP", .zero, 1), ("stop.", .seconds(120), 1), ("STOP", .seconds(3600), 1), ("START", .seconds(60), 2),
            ("STOP", .seconds(60), 2), ("help", .seconds(60), 3), ("info", .seconds(60), 3), ("STOP", .seconds(24 * 3600 - 4000), 3),
            ("STOP", .seconds(200), 4),
        ]
        for step in steps {
            installed.clock.advance(step.after)
            try await hear(step.text, installed)
            #expect(try await confirmations(installed, conversation).count == step.confirmed, "\(step)")
        }
    }

    /// The limit is of one person, not of all.
    @Test func othersAreToldToo() async throws {
        let (installed, conversation) = try await scene()
        _ = try await installed.add("+15557770002", by: "+15550100000", to: conversation)
        try await hear("STOP", installed)
        try await hear("STOP", installed) { $0 = InboundFact(proxy: "+15550100000", sender: "+15557770002", text: "STOP") }
        let confirmations = try await confirmations(installed, conversation)
        #expect(confirmations.count == 2)
    }

    /// What the provider took for a word itself, what may be one, what no person wrote, and a part of something longer.
    private static let unconfirmed: [InboundFact] = [
        ("STOP", .stop, nil, nil), ("yes", .start, nil, nil), ("please stop", nil, nil, nil), ("hello", nil, nil, nil),
        ("STOP", nil, "auto_submitted", nil), ("STOP", nil, nil, InboundPart(reference: "7", number: 2, total: 2)),
    ].map { (text: String, consent: ConsentWord?, automatic: String?, part: InboundPart?) in
        var fact = InboundFact(proxy: "+15550100000", sender: person, text: text, automatic: automatic)
        (fact.consent, fact.part) = (consent, part)
        return fact
    }

    @Test(arguments: unconfirmed) func whatIsNotConfirmed(fact: InboundFact) async throws {
        let (installed, conversation) = try await scene()
        _ = try await installed.broker.accept([fact], adapter: Installed.sms)
        #expect(try await confirmations(installed, conversation).isEmpty)
        #expect(try await installed.turn(Installed.sms).isEmpty)
    }

    @Test func aRepeatIsNotConfirmedAgain() async throws {
        let (installed, conversation) = try await scene()
        try await hear("STOP", installed) { $0.identity = "a" }
        installed.clock.advance(.seconds(48 * 3600))
        try await hear("STOP", installed) { $0.identity = "a" }
        #expect(try await confirmations(installed, conversation).count == 1)
    }

    @Test func withoutATextNothingIsSaid() async throws {
        let (installed, conversation) = try await scene([.start: "You get messages again."])
        try await hear("STOP", installed)
        #expect(try await confirmations(installed, conversation).isEmpty)
        try await hear("START", installed)
        #expect(try await confirmations(installed, conversation).count == 1)
    }

    @Test func aStrangerIsToldNothing() async throws {
        let installed = try await Installed { $0.confirmations = Self.texts }
        let conversation = try await installed.conversation()
        try await hear("STOP", installed)
        #expect(try await installed.messages(in: conversation).isEmpty)
        // Nor is it made up for, when somebody adds them.
        _ = try await installed.add(Self.person, by: "+15550100000", to: conversation)
        #expect(try await installed.turn(Installed.sms).isEmpty)
    }

    @Test func whatTheLoopGuardHoldsIsNotConfirmed() async throws {
        let (installed, conversation) = try await scene(loopGuard: AdapterProfile.LoopGuard(count: 1, window: .seconds(60)))
        try await hear("hello", installed)
        try await hear("STOP", installed)
        let key = try Pair(proxy: Address("+15550100000"), address: Address(Self.person)).key
        #expect(try await installed.broker.read { try $0.consent(key)?.state } == .stopped)
        #expect(try await installed.messages(in: conversation).map(\.body) == ["hello"])
    }

    /// What waits for a pre-webhook is no message yet.
    @Test func itFollowsTheMessageThatWaited() async throws {
        let installed = try await Installed(webhooks: WebhookRules(account: Installed.account, authToken: Installed.token)) {
            $0.confirmations = Self.texts
        }
        try await installed.configure(pre: "https://pre.example/", [.onMessageAdd])
        let conversation = try await installed.conversation()
        _ = try await installed.add(Self.person, by: "+15550100000", to: conversation)
        try await hear("STOP", installed)
        #expect(try await installed.messages(in: conversation).isEmpty)
        let row = try #require(try await installed.broker.read { try $0.inbox(InboxFilter(), page: PageRequest(size: 9)).rows.first })
        _ = try await installed.broker.perform(SettlePending(row.id), by: .channel(.sms))
        #expect(try await installed.messages(in: conversation).map(\.body) == ["STOP", Self.texts[.stop]])
        #expect(try await installed.turn(Installed.sms).map(\.payload.text) == [Self.texts[.stop]])
    }
}
