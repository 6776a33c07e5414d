import ParleyBroker
import ParleyCore
import ParleyStore
import Testing

/// Somebody unknown writes to us: the address' configuration decides, then the adapter's settings.
@Suite struct AutocreationTests {
    let proxy = "+15550100000"

    func sms(_ text: String, id: String? = nil, from sender: String = "+15557770001", to proxy: String? = nil) -> InboundFact {
        InboundFact(proxy: proxy ?? self.proxy, sender: sender, identity: id ?? text, text: text)
    }

    func configure(
        _ installed: Installed, _ address: String? = nil, _ set: (inout AddressConfigurationChanges) -> Void
    ) async throws -> AddressConfiguration {
        var changes = AddressConfigurationChanges()
        set(&changes)
        let address = address ?? proxy
        return try await installed.broker.perform(
            CreateAddressConfiguration(address.contains("@") ? .email : .sms, address: address, changes))
    }

    /// The conversation that a verdict names.
    func conversation(_ installed: Installed, _ verdict: InboundVerdict?) async throws -> Conversation {
        guard case .appended(let sid, _) = verdict else { throw NoConversation(verdict: "\(String(describing: verdict))") }
        return try #require(try await installed.broker.read { try $0.conversation(sid) })
    }

    struct NoConversation: Error { var verdict: String }

    @Test func anUnknownPairGetsAConversationOfItsOwn() async throws {
        let installed = try await Installed()
        _ = try await configure(installed) { $0.isEnabled = true }
        let before = try await installed.broker.read { try $0.events(after: 0, limit: 100).count }
        let verdict = try await installed.broker.accept([sms("hello")], adapter: Installed.sms)[0]
        let made = try await conversation(installed, verdict)
        #expect(made.friendlyName == nil && made.createdBy == "system" && made.state == .active)
        #expect(made.service == installed.broker.rules.installation.service)
        let people = try await installed.broker.read { try $0.participants(in: made.sid, page: PageRequest(size: 10)).rows }
        #expect(people.map { $0.binding?.pair.address.text } == ["+15557770001"] && people[0].isBound)
        let message = try #require(try await installed.messages(in: made).first)
        #expect(message.body == "hello" && message.participant == people[0].sid && message.index == 0)
        #expect(try await installed.deliveries(of: message).isEmpty, "the author does not get it")
        let events = try await installed.broker.read { Array(try $0.events(after: 0, limit: 100).dropFirst(before)) }
        #expect(events.map(\.kind) == [.conversationAdded, .participantAdded, .messageAdded])
        #expect(events.allSatisfy { $0.origin == .channel(.sms) && $0.conversation == made.sid })
        // From now on the pair leads there.
        let next = try await conversation(installed, try await installed.broker.accept([sms("again")], adapter: Installed.sms)[0])
        #expect(next.sid == made.sid && next.messageCount == 2)
    }

    @Test func severalOfOnePairInABatchMakeOneConversation() async throws {
        let installed = try await Installed()
        _ = try await configure(installed) { $0.isEnabled = true }
        let facts = [sms("one"), sms("two"), sms("three", from: "+1 555 777 0001"), sms("other", from: "+15557770002")]
        let verdicts = try await installed.broker.accept(facts, adapter: Installed.sms)
        var found: [SID] = []
        for verdict in verdicts { found.append(try await conversation(installed, verdict).sid) }
        #expect(found[0] == found[1] && found[1] == found[2] && found[2] != found[3])
    }

    @Test func severalOfOnePairAtOnceMakeOneConversation() async throws {
        let installed = try await Installed()
        _ = try await configure(installed) { $0.isEnabled = true }
        let facts = (0..<20).map { sms("text \($0)") }
        let found = try await withThrowingTaskGroup(of: InboundVerdict.self) { group in
            for fact in facts { group.addTask { try await installed.broker.accept([fact], adapter: Installed.sms)[0] } }
            var found: Set<SID> = []
            for try await case .appended(let sid, _) in group { found.insert(sid) }
            return found
        }
        #expect(found.count == 1)
        let only = try #require(found.first)
        #expect(try await installed.broker.read { try $0.conversation(only)?.messageCount } == 20)
    }

    @Test func afterACloseTheNextMessageMakesANewOne() async throws {
        let installed = try await Installed()
        _ = try await configure(installed) { $0.isEnabled = true }
        let first = try await conversation(installed, try await installed.broker.accept([sms("one")], adapter: Installed.sms)[0])
        var closed = ConversationChanges()
        closed.state = .closed
        _ = try await installed.broker.perform(UpdateConversation(ConversationName(first.sid), closed))
        let second = try await conversation(installed, try await installed.broker.accept([sms("two")], adapter: Installed.sms)[0])
        #expect(second.sid != first.sid && second.messageCount == 1)
        // What came before the close is still recognised as what it was.
        guard case .repeated(first.sid, _) = try await installed.broker.accept([sms("one")], adapter: Installed.sms)[0] else {
            Issue.record("the repeat was taken as new")
            return
        }
    }

    @Test func theAccountsTimersAndTheConfiguredServiceApply() async throws {
        let installed = try await Installed()
        let service = try await installed.broker.perform(CreateService(friendlyName: "other"))
        try await installed.broker.store.write(installed.clock.stamp()) { transaction, _ in
            guard var account = try transaction.accountConfiguration() else { return }
            account.inactiveTimer = "PT5M"
            try transaction.put(account)
        }
        _ = try await configure(installed) {
            $0.isEnabled = true
            $0.service = service.sid
        }
        let made = try await conversation(installed, try await installed.broker.accept([sms("hello")], adapter: Installed.sms)[0])
        #expect(made.service == service.sid && made.inactiveTimer == "PT5M" && made.inactiveAt != nil)
        try await installed.broker.perform(DeleteService(service.sid))
        let later = try await installed.broker.accept([sms("gone", from: "+15557770002")], adapter: Installed.sms)
        #expect(later == [.held(reason: "service_gone")])
    }

    @Test(arguments: AddressConfiguration.AutoCreation.Kind.allCases)
    func itsWebhookStandsBeforeTheFirstParticipant(kind: AddressConfiguration.AutoCreation.Kind) async throws {
        let installed = try await Installed()
        let flow = SID(.flow, high: 1, low: 2)
        _ = try await configure(installed) {
            ($0.isEnabled, $0.kind, $0.webhookURL, $0.webhookMethod) = (true, kind, "https://hook.example/x", .get)
            ($0.webhookFilters, $0.flow, $0.retryCount) = ([.onParticipantAdded, .onMessageAdded], flow, 3)
        }
        let made = try await conversation(installed, try await installed.broker.accept([sms("hello")], adapter: Installed.sms)[0])
        let hooks = try await installed.broker.read { try $0.scopedWebhooks(of: made.sid, page: PageRequest(size: 5)).rows }
        switch kind {
        case .default: #expect(hooks.isEmpty)
        case .webhook:
            #expect(hooks.map(\.target) == [.webhook] && hooks[0].url == "https://hook.example/x" && hooks[0].method == .get)
            #expect(hooks[0].filters == [.onParticipantAdded, .onMessageAdded])
            let events = try await installed.broker.read { try $0.events(after: hooks[0].since, limit: 100) }
            #expect(events.map(\.kind) == [.participantAdded, .messageAdded])
        case .studio: #expect(hooks.map(\.target) == [.studio] && hooks[0].flow == flow && hooks[0].url == nil)
        }
    }

    /// What decides, and what then happens.
    struct Precedence: Sendable, CustomTestStringConvertible {
        var adapter: AdapterProfile.UnknownSender
        /// Nil when the address has no configuration.
        var enabled: Bool?
        var beside: AdapterProfile.UnknownSender?
        var expected: String
        var testDescription: String { "adapter \(adapter), enabled \(enabled as Any), beside \(beside as Any)" }
    }

    @Test(arguments: [
        Precedence(adapter: .hold, expected: "held"), Precedence(adapter: .reject, expected: "rejected"),
        Precedence(adapter: .autocreate, expected: "appended"), Precedence(adapter: .reject, enabled: true, expected: "appended"),
        Precedence(adapter: .hold, enabled: true, beside: .reject, expected: "appended"),
        Precedence(adapter: .hold, enabled: false, expected: "held"), Precedence(adapter: .reject, enabled: false, expected: "rejected"),
        Precedence(adapter: .autocreate, enabled: false, expected: "appended"),
        Precedence(adapter: .autocreate, enabled: false, beside: .hold, expected: "held"),
        Precedence(adapter: .autocreate, enabled: false, beside: .reject, expected: "rejected"),
        Precedence(adapter: .hold, enabled: false, beside: .autocreate, expected: "appended"),
    ])
    func theConfigurationDecidesBeforeTheAdapter(given: Precedence) async throws {
        let installed = try await Installed(unknownSender: given.adapter)
        if let enabled = given.enabled {
            // Written otherwise, it is the same address.
            _ = try await configure(installed, "+1 (555) 010-0000") { changes in
                changes.isEnabled = enabled
                if let beside = given.beside { changes.unknownSender = beside }
            }
        }
        let verdict = try await installed.broker.accept([sms("hello")], adapter: Installed.sms)[0]
        switch verdict {
        case .appended: #expect(given.expected == "appended")
        case .held(let reason): #expect(given.expected == "held" && reason == "unknown_pair")
        case .rejected(let reason): #expect(given.expected == "rejected" && reason == "unknown_pair")
        default: Issue.record("\(verdict)")
        }
        // Another address of the adapter is not meant.
        let other = try await installed.broker.accept([sms("other", to: "+15550100001")], adapter: Installed.sms)[0]
        switch (given.adapter, other) {
        case (.hold, .held), (.reject, .rejected), (.autocreate, .appended): break
        default: Issue.record("\(other)")
        }
    }

    @Test func knownPairsAndRefusedSendersAreNotTouched() async throws {
        let installed = try await Installed()
        _ = try await configure(installed) { $0.isEnabled = true }
        let there = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: proxy, to: there)
        #expect(
            try await conversation(installed, try await installed.broker.accept([sms("x")], adapter: Installed.sms)[0]).sid == there.sid)
        #expect(
            try await installed.broker.accept([sms("y", from: "+15550100001")], adapter: Installed.sms) == [.held(reason: "sender_is_ours")]
        )
        let empty = InboundFact(proxy: proxy, sender: "+15557770009", identity: "e")
        #expect(try await installed.broker.accept([empty], adapter: Installed.sms) == [.held(reason: "empty")])
    }

    @Test func mailOfStrangersToo() async throws {
        let installed = try await Installed()
        _ = try await configure(installed, "Support@in.example") { $0.isEnabled = true }
        let there = try await installed.conversation()
        _ = try await installed.add("bob@customer.example", by: "support@in.example", to: there)
        _ = try await installed.say("hello", in: there)
        let token = try #require(try await installed.turn(Installed.mail).first?.payload.replyTo)
        func mail(_ id: String, to proxy: String, automatic: String? = nil) -> InboundFact {
            InboundFact(proxy: proxy, sender: "eve@customer.example", identity: id, text: id, automatic: automatic)
        }
        #expect(
            try await installed.broker.accept(
                [mail("1", to: token), mail("2", to: "support@in.example", automatic: "bulk")], adapter: Installed.mail)
                == [.held(reason: "token_of_other_sender"), .ignored(reason: "bulk")])
        let made = try await conversation(
            installed, try await installed.broker.accept([mail("3", to: "support@in.example")], adapter: Installed.mail)[0])
        #expect(made.sid != there.sid && made.nonChatCount == 1)
    }

    @Test func aFloodOfNewPairsIsHeldAndCanBeReplayed() async throws {
        let installed = try await Installed(unknownSender: .autocreate)
        let limit = installed.broker.rules.limits.autoCreatedPerMinute
        let facts = (0..<limit + 2).map { sms("text \($0)", from: "+1555888\(1000 + $0)") }
        let verdicts = try await installed.broker.accept(facts, adapter: Installed.sms)
        #expect(verdicts.suffix(2) == [.held(reason: "autocreate_limit"), .held(reason: "autocreate_limit")])
        #expect(verdicts.prefix(limit).allSatisfy { if case .appended = $0 { true } else { false } })
        guard case .appended = try await installed.broker.accept([sms("more", from: "+15558881000")], adapter: Installed.sms)[0] else {
            Issue.record("who has a conversation is not meant by the limit")
            return
        }
        let held = try await installed.broker.read { try $0.inbox(InboxFilter(verdict: .held), page: PageRequest(size: 5)).rows }
        let replayed = try await installed.broker.perform(SettleInbox(try #require(held.first).id, as: .replay))
        #expect(replayed.verdict == .appended, "an operator's decision is not limited")
        installed.clock.advance(.seconds(61))
        guard case .appended = try await installed.broker.accept([sms("later", from: "+15558889999")], adapter: Installed.sms)[0] else {
            Issue.record("the next minute begins anew")
            return
        }
    }

    @Test func heldItemsAgeOut() async throws {
        let installed = try await Installed()
        _ = try await installed.broker.accept([sms("one")], adapter: Installed.sms)
        installed.clock.advance(.seconds(86400))
        _ = try await installed.broker.accept([sms("two", from: "+15557770002")], adapter: Installed.sms)
        installed.clock.advance(.seconds(29 * 86400 + 1))
        _ = try await installed.broker.perform(PassTime())
        let left = try await installed.broker.read { try $0.inbox(InboxFilter(), page: PageRequest(size: 5)).rows }
        #expect(left.map(\.sender) == ["+15557770002"])
    }
}
