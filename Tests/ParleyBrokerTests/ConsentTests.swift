import ParleyBroker
import ParleyCore
import Testing

/// One list says who may be written to, whoever feeds it; and every sending asks it.
@Suite struct ConsentTests {
    private static let pair = try? Pair(proxy: Address("+15550100000"), address: Address("+15557770001"))

    private func scene() async throws -> (Installed, Conversation) {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        return (installed, conversation)
    }

    private func hear(_ text: String, _ installed: Installed, consent: ConsentWord? = nil, to proxy: String = "+15550100000") async throws {
        var fact = InboundFact(proxy: proxy, sender: "+15557770001", text: text)
        fact.consent = consent
        _ = try await installed.broker.accept([fact], adapter: Installed.sms)
    }

    private func known(_ installed: Installed) async throws -> Consent? {
        let key = try #require(Self.pair).key
        return try await installed.broker.read { try $0.consent(key) }
    }

    @Test func stopEndsWhatWaitsAndStartOpensAgain() async throws {
        let (installed, conversation) = try await scene()
        let waiting = try await installed.say("before", in: conversation)
        try await hear("Stop. Thank you!", installed)
        let later = try await installed.say("after", in: conversation)
        // One delivery of a pair in each turn.
        for _ in 1...2 { #expect(try await installed.turn(Installed.sms).isEmpty) }
        for message in [waiting, later] {
            let delivery = try #require(try await installed.deliveries(of: message).first)
            #expect(delivery.phase == .settled && delivery.status == .failed && delivery.errorCode == 21610)
            #expect(delivery.errorText == "the recipient has opted out by a message")
        }
        let consent = try #require(try await known(installed))
        let said = try #require(try await installed.messages(in: conversation).first { $0.author == "+15557770001" })
        #expect(said.flags == [.optOut], "the words are a message like any other")
        #expect(
            consent
                == Consent(
                    pair: consent.pair, state: .stopped, source: .keyword, adapter: Installed.sms, detail: "Stop. Thank you!",
                    message: said.sid, changed: installed.clock.stamp().now))
        try await hear("START", installed)
        #expect(try await known(installed)?.state == .active)
        _ = try await installed.say("again", in: conversation)
        #expect(try await installed.turn(Installed.sms).map(\.payload.text) == ["again"])
    }

    @Test func itIsOfOnePairAlone() async throws {
        let (installed, conversation) = try await scene()
        _ = try await installed.add("+15557770002", by: "+15550100000", to: conversation)
        try await hear("STOP", installed)
        _ = try await installed.say("hello", in: conversation)
        #expect(try await installed.turn(Installed.sms).map(\.pair.address.key) == ["+15557770002"])
        let other = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100001", to: other)
        _ = try await installed.say("from another number", in: other)
        #expect(try await installed.turn(Installed.sms).map(\.payload.text) == ["from another number"])
    }

    @Test func aPartOfALongMessageIsNoWord() async throws {
        let (installed, _) = try await scene()
        var fact = InboundFact(proxy: "+15550100000", sender: "+15557770001", text: "stop")
        fact.part = InboundPart(reference: "7", number: 2, total: 2)
        _ = try await installed.broker.accept([fact], adapter: Installed.sms)
        #expect(try await known(installed) == nil)
    }

    /// Who is in no conversation can stop messages, too; the message itself is held like any other of a stranger.
    @Test func aStrangerCanStop() async throws {
        let installed = try await Installed()
        try await hear("stop", installed)
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        _ = try await installed.say("hello", in: conversation)
        #expect(try await installed.turn(Installed.sms).isEmpty)
    }

    @Test(
        arguments: [
            ("stop by my house on your way please", [.possibleOptOut]), ("STOP 12345", [.possibleOptOut]),
            ("please stop", [.possibleOptOut]), ("don't stop believing in it", []), ("start the car", []), ("help me", []),
        ] as [(String, Set<Message.Flag>)])
    func theMiddleZoneIsFlaggedAndStopsNothing(text: String, flags: Set<Message.Flag>) async throws {
        let (installed, conversation) = try await scene()
        try await hear(text, installed)
        #expect(try await installed.messages(in: conversation).map(\.flags) == [flags])
        #expect(try await known(installed) == nil)
    }

    @Test func providersAreBelieved() async throws {
        let (installed, conversation) = try await scene()
        try await hear("Arrêtez tout", installed, consent: .stop)
        #expect(try await known(installed)?.source == .provider)
        try await hear("oui", installed, consent: .start)
        #expect(try await known(installed)?.state == .active)
        // By the answer to a sending.
        let message = try await installed.say("hello", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .optedOut(Diagnosis(carrierCode: "406", text: "blacklisted")))
        #expect(try await installed.deliveries(of: message).first?.errorCode == 21610)
        #expect(try await known(installed)?.detail == "406")
        _ = try await installed.say("and again", in: conversation)
        #expect(try await installed.turn(Installed.sms).isEmpty, "the provider is not asked twice")
    }

    @Test func aReceiptMayTellOfIt() async throws {
        let (installed, conversation) = try await scene()
        let message = try await installed.say("hello", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .accepted(["a"]))
        try await installed.receive(
            ReceiptFact(
                carrierID: "a", carrierStatus: "failed", status: .failed, diagnosis: Diagnosis(code: 21610, carrierCode: "103", text: "")))
        #expect(try await installed.deliveries(of: message).first?.errorCode == 21610)
        #expect(try await known(installed)?.state == .stopped)
        // Its repeat, after the person has said START, is no news.
        try await hear("START", installed)
        try await installed.receive(
            ReceiptFact(
                carrierID: "a", carrierStatus: "failed", status: .failed, diagnosis: Diagnosis(code: 21610, carrierCode: "103", text: "")))
        #expect(try await known(installed)?.state == .active)
    }

    @Test func aCallbackMayTellOfIt() async throws {
        let (installed, _) = try await scene()
        for (proxy, isKept) in [("+15550100000", false), ("+15559990000", true)] {
            try await installed.broker.perform(
                ReceiveCallback(
                    adapter: Installed.sms, facts: [.consent(ConsentFact(proxy: proxy, sender: "+15557770001", word: .stop))],
                    raw: Array(proxy.utf8)))
            let held = try await installed.broker.read { try $0.inbox(InboxFilter(), page: PageRequest(size: 9)).rows }
            #expect(held.map(\.reason) == (isKept ? ["unknown_proxy"] : []))
        }
        #expect(try await known(installed)?.source == .provider)
    }

    @Test func whoIsErasedStaysStopped() async throws {
        let (installed, _) = try await scene()
        try await hear("stop it, Barnaby", installed)
        let job = try await installed.broker.perform(RequestErasure(.address("+15557770001")))
        let eraser = Eraser(broker: installed.broker)
        for _ in 0..<100 {
            if try await eraser.step() { continue }
            if try await installed.broker.read({ try $0.erasure(job.id) })?.finished != nil { break }
            installed.clock.advance(.seconds(5))
        }
        let consent = try #require(try await known(installed))
        #expect(consent.state == .stopped && consent.detail == nil && consent.message == nil)
    }

    @Test func theOperatorDecides() async throws {
        let (installed, conversation) = try await scene()
        let pair = try #require(Self.pair)
        #expect(try await installed.broker.perform(SetConsent(.active, pair: pair)) == nil, "nobody starts what was never stopped")
        let stopped = try await installed.broker.perform(SetConsent(.stopped, pair: pair, reason: "by letter"))
        #expect(stopped?.source == .api && stopped?.detail == "by letter")
        // Whoever says the same again changes neither source nor time.
        installed.clock.advance(.seconds(60))
        try await hear("STOP", installed)
        #expect(try await known(installed) == stopped)
        _ = try await installed.say("hello", in: conversation)
        #expect(try await installed.turn(Installed.sms).isEmpty)
        #expect(try await installed.broker.perform(SetConsent(.active, pair: pair))?.state == .active)
    }

    /// A person who stops between two attempts gets no further one; and an attempt that may have arrived is not claimed to have failed outright.
    @Test func whatWasTriedIsNotTriedAgain() async throws {
        let (installed, conversation) = try await scene()
        let message = try await installed.say("hello", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .temporary(after: nil, Diagnosis(text: "busy")))
        try await hear("STOP", installed)
        installed.clock.advance(.seconds(60))
        #expect(try await installed.turn(Installed.sms).isEmpty)
        #expect(try await installed.deliveries(of: message).first?.errorCode == 21610)
    }
}
