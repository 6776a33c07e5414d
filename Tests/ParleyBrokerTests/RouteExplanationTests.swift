import ParleyBroker
import ParleyCore
import Testing

/// What is foretold of a message is what becomes of it, and to ask changes nothing.
@Suite struct RouteExplanationTests {
    static let person = "+15557770001"
    static let proxy = "+15550100000"

    private func explain(_ installed: Installed, from: String = person, to: String = proxy) async throws -> RouteExplanation {
        let before = try await installed.broker.read { try $0.events(after: 0, limit: 1000).count }
        let explanation = try await installed.broker.explain(from: try Address(from), to: try Address(to))
        #expect(try await installed.broker.read { try $0.events(after: 0, limit: 1000).count } == before)
        return explanation
    }

    private func outbound(_ installed: Installed) async throws -> RouteExplanation {
        try await explain(installed, from: Self.proxy, to: Self.person)
    }

    private func hear(_ text: String, _ installed: Installed, from sender: String = person, to proxy: String = proxy) async throws
        -> InboundVerdict
    {
        let adapter = proxy.contains("@") ? Installed.mail : Installed.sms
        return try await installed.broker.accept([InboundFact(proxy: proxy, sender: sender, text: text)], adapter: adapter)[0]
    }

    @Test(
        arguments: [(.hold, .held, "unknown_pair"), (.reject, .rejected, "unknown_pair"), (.autocreate, .created, nil)]
            as [(AdapterProfile.UnknownSender, RouteExplanation.Outcome, String?)])
    func strangers(rule: AdapterProfile.UnknownSender, outcome: RouteExplanation.Outcome, reason: String?) async throws {
        let installed = try await Installed(unknownSender: rule)
        let explanation = try await explain(installed)
        #expect(explanation.outcome == outcome && explanation.reason == reason)
        #expect(explanation.stranger?.rule == rule && explanation.stranger?.configuration == nil)
        #expect(explanation.stranger?.service == (rule == .autocreate ? installed.broker.rules.installation.service : nil))
        #expect(explanation.participant == nil && explanation.conversation == nil && explanation.consent == nil)
        switch try await hear("hello", installed) {
        case .held(let reason): #expect(outcome == .held && reason == explanation.reason)
        case .rejected(let reason): #expect(outcome == .rejected && reason == explanation.reason)
        case .appended: #expect(outcome == .created)
        case .repeated, .ignored: Issue.record("an unexpected verdict")
        }
    }

    @Test func theAddressDecidesBeforeTheAdapter() async throws {
        let installed = try await Installed(unknownSender: .reject)
        var changes = AddressConfigurationChanges()
        changes.isEnabled = true
        let made = try await installed.broker.perform(CreateAddressConfiguration(.sms, address: Self.proxy, changes))
        let explanation = try await explain(installed)
        #expect(explanation.outcome == .created && explanation.stranger?.configuration == made.sid)
    }

    @Test func whoHoldsThePairIsNamed() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        #expect(try await outbound(installed).outcome == .nobody)
        let participant = try await installed.add(Self.person, by: Self.proxy, to: conversation)
        for explanation in [try await explain(installed), try await outbound(installed)] {
            #expect(explanation.participant?.sid == participant.sid && explanation.conversation?.sid == conversation.sid)
            #expect(explanation.stranger == nil && explanation.reason == nil)
            #expect(explanation.outcome == (explanation.route.direction == .inbound ? .appended : .sent))
        }
        _ = try await installed.say("hello", in: conversation)
        let waiting = try await outbound(installed)
        #expect(waiting.lane?.head != nil && waiting.head?.phase == .queued)
    }

    @Test func whoSaidStopIsNotWrittenTo() async throws {
        let installed = try await Installed()
        _ = try await installed.add(Self.person, by: Self.proxy, to: try await installed.conversation())
        _ = try await hear("stop", installed)
        let explanation = try await outbound(installed)
        #expect(explanation.outcome == .fails && explanation.reason == "opted_out" && explanation.consent?.state == .stopped)
        #expect(try await explain(installed).outcome == .appended)
    }

    @Test func aPausedAdapterIsTold() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add(Self.person, by: Self.proxy, to: conversation)
        _ = try await installed.say("hello", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .misconfigured(Diagnosis(text: "credentials refused")))
        let explanation = try await outbound(installed)
        #expect(explanation.outcome == .waits && explanation.reason == "adapter_paused")
        #expect(explanation.pause?.reason == "credentials refused")
        #expect(try await explain(installed).outcome == .appended)
    }

    @Test func aPausedPairIsToldUntilThePauseEnds() async throws {
        let installed = try await Installed(loopGuard: .init(count: 1, window: .seconds(60)))
        _ = try await installed.add(Self.person, by: Self.proxy, to: try await installed.conversation())
        for text in ["one", "two"] { _ = try await hear(text, installed) }
        let inbound = try await explain(installed)
        #expect(inbound.outcome == .held && inbound.reason == "pair_paused" && inbound.lane?.pausedUntil != nil)
        let outbound = try await outbound(installed)
        #expect(outbound.outcome == .waits && outbound.reason == "pair_paused")
        installed.clock.advance(.seconds(3601))
        let later = try await explain(installed)
        #expect(later.outcome == .appended && later.lane?.pausedUntil == nil && later.lane?.pauseReason == nil)
    }

    @Test func replyTokensAreRead() async throws {
        let installed = try await Installed()
        let (bob, eve, desk) = ("bob@home.example", "eve@home.example", "desk@in.example")
        let participant = try await installed.add(bob, by: desk, to: try await installed.conversation())
        let token = installed.broker.rules.installation.mail.replyToken(for: participant.sid, proxy: try Address(desk))
        let rows: [(String, String, RouteExplanation.Outcome, String?)] = [
            (bob, token, .appended, nil), (eve, token, .held, "token_of_other_sender"),
            (bob, String(repeating: "a", count: 39), .held, "forged_token"),
        ]
        for (sender, token, outcome, reason) in rows {
            let to = "desk+\(token)@in.example"
            let explanation = try await explain(installed, from: sender, to: to)
            #expect(explanation.outcome == outcome && explanation.reason == reason)
            switch try await hear("hello", installed, from: sender, to: to) {
            case .appended: #expect(outcome == .appended)
            case .held(let verdict): #expect(verdict == reason)
            default: Issue.record("an unexpected verdict")
            }
        }
    }

    @Test func nothingGoesBetweenChannels() async throws {
        let installed = try await Installed()
        let inbound = try await explain(installed, from: "bob@home.example", to: Self.proxy)
        #expect(inbound.outcome == .held && inbound.reason == "unreadable_sender" && inbound.stranger == nil)
        let outbound = try await explain(installed, from: Self.proxy, to: "bob@home.example")
        #expect(outbound.outcome == .nobody && outbound.reason == "kinds_differ")
    }

    @Test func onlyOneOfThemMayBeOurs() async throws {
        let installed = try await Installed()
        await #expect(throws: MessageRoute.Problem.neitherOurs) {
            try await installed.broker.explain(from: Address(Self.person), to: Address("+15557770002"))
        }
        await #expect(throws: MessageRoute.Problem.bothOurs(from: Installed.sms, to: Installed.mail)) {
            try await installed.broker.explain(from: Address(Self.proxy), to: Address("desk@in.example"))
        }
    }
}
