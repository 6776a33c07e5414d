import ParleyBroker
import ParleyCore
import Testing

/// What comes in: one event is one message, it lands where it belongs, and nothing is lost.
@Suite struct InboundTests {
    func sms(_ text: String, id: String? = nil, from sender: String = "+15557770001", to proxy: String = "+15550100000") -> InboundFact {
        InboundFact(proxy: proxy, sender: sender, identity: id, text: text, raw: Array(text.utf8))
    }

    @Test func repeatIsOneMessage() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let first = try await installed.broker.accept([sms("yes", id: "1")], adapter: Installed.sms)
        guard case .appended(let where_, let message) = first[0] else { Issue.record("\(first)"); return }
        #expect(where_ == conversation.sid)
        #expect(
            try await installed.broker.accept([sms("yes", id: "1")], adapter: Installed.sms) == [
                .repeated(conversation: where_, message: message)
            ])
        #expect(try await installed.messages(in: conversation).count == 1)
    }

    @Test func otherContentUnderOneIDIsKeptAndFlagged() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        for text in ["yes", "no", "no"] { _ = try await installed.broker.accept([sms(text, id: "1")], adapter: Installed.sms) }
        let messages = try await installed.messages(in: conversation)
        #expect(messages.map(\.body) == ["yes", "no"])
        #expect(messages.map(\.flags) == [[], [.conflictingIdentity]])
    }

    @Test func withoutIDsARepeatIsFlaggedNotDropped() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        for pause in [0, 59, 61] {
            installed.clock.advance(.seconds(pause))
            _ = try await installed.broker.accept([sms("ok")], adapter: Installed.sms)
        }
        #expect(try await installed.messages(in: conversation).map(\.flags) == [[], [.possibleRepeat], []])
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var fact: InboundFact
        var adapter = Installed.sms
        var reason: String
        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(name: "unknown pair", fact: InboundFact(proxy: "+15550100000", sender: "+15557770009", text: "x"), reason: "unknown_pair"),
        Case(name: "unknown proxy", fact: InboundFact(proxy: "+15559999999", sender: "+15557770001", text: "x"), reason: "unknown_proxy"),
        Case(name: "sender is ours", fact: InboundFact(proxy: "+15550100000", sender: "+15550100001", text: "x"), reason: "sender_is_ours"),
        Case(name: "sender is no address", fact: InboundFact(proxy: "+15550100000", sender: "???", text: "x"), reason: "unreadable_sender"),
        Case(
            name: "no structure",
            fact: InboundFact(proxy: "support@in.example", sender: "bob@customer.example", problems: ["unparsable"]),
            adapter: Installed.mail,
            reason: "unparsable"),
        Case(name: "nothing said", fact: InboundFact(proxy: "+15550100000", sender: "+15557770001"), reason: "empty"),
        Case(
            name: "proxy of another adapter", fact: InboundFact(proxy: "+15550100000", sender: "+15557770001", text: "x"),
            adapter: Installed.mail,
            reason: "proxy_of_other_adapter"),
        Case(
            name: "forged token",
            fact: InboundFact(
                proxy: "support+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@in.example", sender: "bob@customer.example", text: "x"),
            adapter: Installed.mail, reason: "forged_token"),
    ])
    func held(_ expected: Case) async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        #expect(try await installed.broker.accept([expected.fact], adapter: expected.adapter) == [.held(reason: expected.reason)])
        #expect(try await installed.messages(in: conversation).isEmpty)
        let kept = try await installed.broker.read { try $0.inbox(InboxFilter(verdict: .held), page: PageRequest(size: 10)).rows }
        #expect(kept.map { $0.reason?.split(separator: ",").first.map(String.init) } == [expected.reason])
    }

    @Test func rejectedWhereTheSettingsSaySo() async throws {
        let installed = try await Installed(unknownSender: .reject)
        #expect(try await installed.broker.accept([sms("x")], adapter: Installed.sms) == [.rejected(reason: "unknown_pair")])
    }

    @Test func automaticAndOwnMailIsNotPassedOn() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("bob@customer.example", by: "support@in.example", to: conversation)
        _ = try await installed.say("hello", in: conversation)
        let sent = try #require(try await installed.turn(Installed.mail).first)
        var away = InboundFact(proxy: "support@in.example", sender: "bob@customer.example", identity: "a", text: "I am away")
        away.automatic = "auto_submitted"
        var own = InboundFact(proxy: "support@in.example", sender: "bob@customer.example", identity: "b", text: "hello")
        own.messageID = sent.payload.messageID
        var loop = InboundFact(proxy: "support@in.example", sender: "bob@customer.example", identity: "c", text: "hello")
        loop.hops = [installed.broker.rules.installation.gatewayID]
        #expect(
            try await installed.broker.accept([away, own, loop], adapter: Installed.mail)
                == [.ignored(reason: "auto_submitted"), .ignored(reason: "own_mail"), .ignored(reason: "mail_loop")])
        #expect(try await installed.messages(in: conversation).count == 1)
    }

    @Test func tokenLeadsBackAndIsGoodForItsPersonOnly() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("bob@customer.example", by: "support@in.example", to: conversation)
        _ = try await installed.say("hello", in: conversation)
        let token = try #require(try await installed.turn(Installed.mail).first?.payload.replyTo)
        #expect(token.hasPrefix("support+"))
        #expect(try await installed.broker.recipient(token, adapter: Installed.mail) != .forged)
        let answer = InboundFact(proxy: token.uppercased(), sender: "BOB@customer.example", identity: "1", text: "hi")
        guard case .appended(conversation.sid, _) = try await installed.broker.accept([answer], adapter: Installed.mail)[0] else {
            Issue.record("not appended")
            return
        }
        #expect(try await installed.messages(in: conversation).last?.matchedBy == .token)
        let stranger = InboundFact(proxy: token, sender: "eve@customer.example", identity: "2", text: "hi")
        #expect(try await installed.broker.accept([stranger], adapter: Installed.mail) == [.held(reason: "token_of_other_sender")])
        var closed = ConversationChanges()
        closed.state = .closed
        _ = try await installed.broker.perform(UpdateConversation(ConversationName(conversation.sid), closed))
        let next = try await installed.conversation()
        _ = try await installed.add("bob@customer.example", by: "support@in.example", to: next)
        let late = InboundFact(proxy: token, sender: "bob@customer.example", identity: "3", text: "again")
        guard case .appended(next.sid, _) = try await installed.broker.accept([late], adapter: Installed.mail)[0] else {
            Issue.record("a token of a closed conversation: the pair decides")
            return
        }
    }

    @Test func anothersTokenInAParticipantsHandsLetsThePairDecide() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("bob@customer.example", by: "support@in.example", to: conversation)
        _ = try await installed.add("carol@customer.example", by: "support@in.example", to: conversation)
        _ = try await installed.say("hello", in: conversation)
        let bobs = try #require(try await installed.turn(Installed.mail).first { $0.pair.address.text.hasPrefix("bob") }?.payload.replyTo)
        let copied = InboundFact(proxy: bobs, sender: "carol@customer.example", identity: "1", text: "me too")
        guard case .appended = try await installed.broker.accept([copied], adapter: Installed.mail)[0] else {
            Issue.record("held")
            return
        }
        #expect(try await installed.messages(in: conversation).last?.matchedBy == .pair)
    }

    @Test func nulDoesNotCutAText() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        _ = try await installed.broker.accept([sms("Price\0 is 5", id: "1")], adapter: Installed.sms)
        #expect(try await installed.messages(in: conversation).first?.body == "Price\u{FFFD} is 5")
    }

    @Test(arguments: ["a\r\nBcc: x", "a\u{7F}", "a\0"])
    func controlCharactersAreRefusedWhereAHeaderMayBeMade(text: String) async throws {
        let installed = try await Installed()
        var changes = ConversationChanges()
        changes.friendlyName = text
        await #expect(throws: Refusal.self) { try await installed.broker.perform(CreateConversation(changes)) }
        let conversation = try await installed.conversation()
        await #expect(throws: Refusal.self) { try await installed.say("x", as: text, in: conversation) }
        await #expect(throws: Refusal.self) { try await installed.add(identity: text, to: conversation) }
    }

    @Test func oneMailToTwoOfOurAddressesIsOneMessageInAConversation() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        for proxy in ["support@in.example", "sales@in.example"] {
            _ = try await installed.add("bob@customer.example", by: proxy, to: conversation)
        }
        let copies = ["support@in.example", "sales@in.example"].map {
            InboundFact(proxy: $0, sender: "bob@customer.example", identity: "same", text: "to both of you")
        }
        _ = try await installed.broker.accept(copies, adapter: Installed.mail)
        #expect(try await installed.messages(in: conversation).count == 1)
    }

    @Test func loopGuardPausesThePairBothWays() async throws {
        let installed = try await Installed(loopGuard: .init(count: 3, window: .seconds(60)))
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        var verdicts: [InboundVerdict] = []
        for number in 1...5 {
            verdicts += try await installed.broker.accept([sms("ping \(number)", id: "\(number)")], adapter: Installed.sms)
        }
        #expect(verdicts.suffix(2) == [.held(reason: "loop_guard"), .held(reason: "pair_paused")])
        #expect(try await installed.messages(in: conversation).count == 3)
        _ = try await installed.say("pong", in: conversation)
        #expect(try await installed.turn(Installed.sms).isEmpty)
        installed.clock.advance(.seconds(3601))
        #expect(try await installed.turn(Installed.sms).count == 1, "the pause ends by itself")
    }

    @Test func longTextComesAlongWhole() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let text = String(repeating: "äöü", count: 20_000)
        _ = try await installed.broker.accept([sms(text, id: "1")], adapter: Installed.sms)
        let message = try #require(try await installed.messages(in: conversation).first)
        #expect((message.body ?? "").utf8.count <= 32 * 1024)
        let media = try await installed.broker.read { try $0.media(of: [message.sid])[message.sid] ?? [] }
        #expect(try installed.media.read(try #require(media.first).key) == Array(text.utf8))
    }
}
