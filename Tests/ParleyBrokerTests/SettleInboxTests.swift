import ParleyBroker
import ParleyCore
import Testing

/// What was held is settled by an operator: once, and nothing of it is lost or doubled.
@Suite struct SettleInboxTests {
    let picture = InboundMedia(contentType: "image/png", filename: "p.png", content: [1, 2, 3])

    func sms(_ text: String = "hello", id: String? = "1", media: [InboundMedia] = []) -> InboundFact {
        InboundFact(proxy: "+15550100000", sender: "+15557770001", identity: id, text: text, media: media, raw: Array(text.utf8))
    }

    /// The rows of a verdict.
    func inbox(_ installed: Installed, _ verdict: InboxItem.Verdict = .held) async throws -> [InboxItem] {
        try await installed.broker.read { try $0.inbox(InboxFilter(verdict: verdict), page: PageRequest(size: 10)).rows }
    }

    func held(_ installed: Installed, _ fact: InboundFact, _ adapter: String = Installed.sms) async throws -> InboxItem {
        guard case .held = try await installed.broker.accept([fact], adapter: adapter)[0] else { throw Missing() }
        return try #require(try await inbox(installed).last)
    }

    struct Missing: Error {}

    @Test func replayFindsWhoHoldsThePairNow() async throws {
        let installed = try await Installed()
        let item = try await held(installed, sms(media: [picture]))
        let settled = try await installed.broker.perform(SettleInbox(item.id, as: .replay))
        #expect(settled.verdict == .held && settled.reason == "unknown_pair", "nobody holds it yet: it stays")
        let conversation = try await installed.conversation()
        let person = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let other = try await installed.add("+15557770002", by: "+15550100000", to: conversation)
        let now = try await installed.broker.perform(SettleInbox(item.id, as: .replay))
        #expect(now.verdict == .appended && now.conversation == conversation.sid && now.reason == nil)
        let message = try #require(try await installed.messages(in: conversation).first)
        #expect(message.sid == now.message && message.author == "+15557770001" && message.participant == person.sid)
        #expect(message.body == "hello" && message.matchedBy == .pair)
        let media = try await installed.broker.read { try $0.media(of: [message.sid])[message.sid] ?? [] }
        #expect(media.count == 1 && media[0].filename == "p.png" && media[0].size == 3)
        #expect(try await installed.deliveries(of: message).map(\.participant) == [other.sid], "the author does not get it")
        #expect(try await installed.broker.read { try $0.keptInbound(of: item.id) } == nil)
        // The carrier's repeat is recognised as that message.
        #expect(
            try await installed.broker.accept([sms(media: [picture])], adapter: Installed.sms)
                == [.repeated(conversation: conversation.sid, message: message.sid)])
        #expect(try await installed.messages(in: conversation).count == 1)
    }

    @Test(arguments: [SettleInbox.Decision.replay, .drop])
    func whatIsSettledIsNotSettledAgain(by second: SettleInbox.Decision) async throws {
        let installed = try await Installed()
        let item = try await held(installed, sms())
        let conversation = try await installed.conversation()
        let assign = SettleInbox.Decision.assign(ConversationName(conversation.sid), addParticipant: false)
        _ = try await installed.broker.perform(SettleInbox(item.id, as: assign))
        for decision in [second, assign] {
            let refusal = await #expect(throws: Refusal.self) {
                try await installed.broker.perform(SettleInbox(item.id, as: decision))
            }
            #expect(refusal?.status == 409)
        }
        #expect(try await installed.messages(in: conversation).count == 1)
        let unknown = await #expect(throws: Refusal.self) { try await installed.broker.perform(SettleInbox(4711, as: .drop)) }
        #expect(unknown?.status == 404)
    }

    @Test func twoDecisionsAtOnceAreOne() async throws {
        let installed = try await Installed()
        let item = try await held(installed, sms(media: [picture]))
        let conversation = try await installed.conversation()
        let done = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    let decision = SettleInbox.Decision.assign(ConversationName(conversation.sid), addParticipant: true)
                    return (try? await installed.broker.perform(SettleInbox(item.id, as: decision))) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(done == 1)
        #expect(try await installed.messages(in: conversation).count == 1)
    }

    @Test func assignedWithoutAParticipantItIsSaidByTheAddress() async throws {
        let installed = try await Installed()
        let item = try await held(installed, sms())
        let conversation = try await installed.conversation()
        let other = try await installed.add("+15557770002", by: "+15550100000", to: conversation)
        let settled = try await installed.broker.perform(
            SettleInbox(item.id, as: .assign(ConversationName(conversation.sid), addParticipant: false)))
        #expect(settled.verdict == .appended)
        let message = try #require(try await installed.messages(in: conversation).first)
        #expect(message.author == "+15557770001" && message.participant == nil && message.matchedBy == .assigned)
        #expect(try await installed.deliveries(of: message).map(\.participant) == [other.sid])
        let event = try await installed.broker.read { try $0.events(after: 0, limit: 100).last { $0.kind == .messageAdded } }
        #expect(event?.origin == .channel(.sms), "it is the person who said it, not the operator")
    }

    @Test func assignedItFindsThePersonUnderAnotherProxy() async throws {
        let installed = try await Installed()
        let item = try await held(installed, sms())
        let conversation = try await installed.conversation()
        let person = try await installed.add("+15557770001", by: "+15550100001", to: conversation)
        _ = try await installed.broker.perform(
            SettleInbox(item.id, as: .assign(ConversationName(conversation.sid), addParticipant: false)))
        let message = try #require(try await installed.messages(in: conversation).first)
        #expect(message.participant == person.sid)
        #expect(try await installed.deliveries(of: message).isEmpty)
    }

    @Test func assignedWithAParticipantThePairIsBoundThere() async throws {
        let installed = try await Installed()
        let item = try await held(installed, sms())
        let conversation = try await installed.conversation()
        let settled = try await installed.broker.perform(
            SettleInbox(item.id, as: .assign(ConversationName(conversation.sid), addParticipant: true)))
        let message = try #require(try await installed.messages(in: conversation).first)
        #expect(settled.message == message.sid)
        let sid = try #require(message.participant)
        let person = try #require(try await installed.broker.read { try $0.participant(sid) })
        #expect(person.isBound && person.binding?.pair.proxy.text == "+15550100000")
        guard case .appended(conversation.sid, _) = try await installed.broker.accept([sms("more", id: "2")], adapter: Installed.sms)[0]
        else {
            Issue.record("the pair leads there from now on")
            return
        }
    }

    @Test func assigningIsRefusedWhereItCannotBeDoneAndTheItemStays() async throws {
        let installed = try await Installed()
        let item = try await held(installed, sms())
        let (there, elsewhere, closed) = (
            try await installed.conversation(), try await installed.conversation(), try await installed.conversation()
        )
        _ = try await installed.add("+15557770001", by: "+15550100000", to: elsewhere)
        var changes = ConversationChanges()
        changes.state = .closed
        _ = try await installed.broker.perform(UpdateConversation(ConversationName(closed.sid), changes))
        for (name, adds, code) in [
            (there.sid.text, true, 50416), (closed.sid.text, false, 50377), ("nobody", false, 20001),
            ("CH" + String(repeating: "0", count: 32), false, 20001),
        ] {
            let refusal = await #expect(throws: Refusal.self) {
                try await installed.broker.perform(SettleInbox(item.id, as: .assign(ConversationName(name), addParticipant: adds)))
            }
            #expect(refusal?.code == code)
        }
        #expect(try await inbox(installed).map(\.id) == [item.id])
        #expect(try await installed.messages(in: there).isEmpty)
    }

    @Test func droppedItIsNoMessageAndItsRepeatIsNeither() async throws {
        let installed = try await Installed()
        let item = try await held(installed, sms(media: [picture]))
        let settled = try await installed.broker.perform(SettleInbox(item.id, as: .drop))
        #expect(settled.verdict == .ignored && settled.reason == "dropped")
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        #expect(try await installed.broker.accept([sms(media: [picture])], adapter: Installed.sms) == [.ignored(reason: "dropped")])
        #expect(try await installed.messages(in: conversation).isEmpty)
    }

    @Test func whatWasNotUnderstoodCanOnlyBeDropped() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        try await installed.broker.perform(ReceiveCallback(adapter: Installed.sms, facts: [.notUnderstood("odd")], raw: [1]))
        let item = try #require(try await inbox(installed).first)
        for decision in [SettleInbox.Decision.replay, .assign(ConversationName(conversation.sid), addParticipant: false)] {
            await #expect(throws: Refusal.self) { try await installed.broker.perform(SettleInbox(item.id, as: decision)) }
        }
        #expect(try await installed.broker.perform(SettleInbox(item.id, as: .drop)).verdict == .ignored)
    }

    @Test func oneMailHeldTwiceIsOneMessageWhereBothAreAssigned() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        let copies = ["support@in.example", "sales@in.example"].map {
            InboundFact(proxy: $0, sender: "bob@customer.example", identity: "same", text: "to both", media: [picture])
        }
        _ = try await installed.broker.accept(copies, adapter: Installed.mail)
        var verdicts: [InboxItem.Verdict] = []
        for item in try await inbox(installed) {
            verdicts.append(
                try await installed.broker.perform(
                    SettleInbox(item.id, as: .assign(ConversationName(conversation.sid), addParticipant: true))
                ).verdict)
        }
        #expect(verdicts == [.appended, .merged])
        #expect(try await installed.messages(in: conversation).count == 1)
    }

    @Test func flagsAndTheMailsIDStay() async throws {
        let installed = try await Installed()
        var fact = InboundFact(
            proxy: "support@in.example", sender: "bob@customer.example", identity: "a", text: "x", messageID: "m@customer.example",
            problems: ["odd header"])
        fact.subject = "Question"
        let item = try await held(installed, fact, Installed.mail)
        #expect(item.reason == "unknown_pair, malformed")
        let again = try await installed.broker.perform(SettleInbox(item.id, as: .replay))
        #expect(again.reason == "unknown_pair, malformed")
        let conversation = try await installed.conversation()
        let person = try await installed.add("bob@customer.example", by: "support@in.example", to: conversation)
        _ = try await installed.broker.perform(SettleInbox(item.id, as: .replay))
        let message = try #require(try await installed.messages(in: conversation).first)
        #expect(message.flags == [.malformed] && message.subject == "Question")
        #expect(
            try await installed.broker.read { try $0.mailReferences(conversation: conversation.sid, participant: person.sid, limit: 9) }
                == ["m@customer.example"])
    }
}
