import ParleyBroker
import ParleyCore
import Testing

/// A delivery that one adapter does not take goes on to the next of its route, once, and never when it may have left.
@Suite struct FailOverTests {
    private static let diagnosis = Diagnosis(carrierCode: "503", text: "unavailable")

    private func scene(
        _ reasons: Set<AdapterRoute.Reason> = [.paused], after: Duration? = nil, by proxy: String = "+15550100000"
    ) async throws -> (Installed, Conversation) {
        let installed = try await Installed(
            route: AdapterRoute(name: "sms", adapters: [Installed.sms, Installed.backup], reasons: reasons, after: after)
        ) {
            // A medium that the first carries and the second does not.
            $0.capabilities = Capabilities(mediaTypes: ["image/*"], mediaCountMax: 1, mediaBytesMax: 1000, receipts: true)
        }
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: proxy, to: conversation)
        return (installed, conversation)
    }

    /// What both adapters have to send.
    private func turns(_ installed: Installed) async throws -> [String] {
        let first = try await installed.turn(Installed.sms).map { "\(Installed.sms) \($0.attempt)" }
        return try await first + installed.turn(Installed.backup).map { "\(Installed.backup) \($0.attempt)" }
    }

    @Test(
        arguments: [
            (Outcome.temporary(after: nil, FailOverTests.diagnosis), [.temporary], true),
            (.throttled(after: nil, FailOverTests.diagnosis), [.throttled], true),
            (.permanent(FailOverTests.diagnosis), [.permanent], true), (.misconfigured(FailOverTests.diagnosis), [.paused], true),
            (.temporary(after: nil, FailOverTests.diagnosis), [.paused, .throttled, .permanent], false),
            (.permanent(FailOverTests.diagnosis), [.paused, .temporary, .throttled], false),
            (.optedOut(FailOverTests.diagnosis), Set(AdapterRoute.Reason.allCases), false),
            (.unknown(FailOverTests.diagnosis), Set(AdapterRoute.Reason.allCases), false),
            (.accepted(["1"]), Set(AdapterRoute.Reason.allCases), false),
            (
                .partly(ids: [0: "1"], missing: [1], then: .temporary(after: nil, FailOverTests.diagnosis)),
                Set(AdapterRoute.Reason.allCases), false
            ),
        ] as [(Outcome, Set<AdapterRoute.Reason>, Bool)])
    func theOutcomeDecides(outcome: Outcome, reasons: Set<AdapterRoute.Reason>, moves: Bool) async throws {
        let (installed, conversation) = try await scene(reasons)
        let message = try await installed.say("hello", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, outcome)
        let delivery = try #require(try await installed.deliveries(of: message).first)
        #expect(delivery.adapter == (moves ? Installed.backup : Installed.sms))
        #expect(delivery.flags.contains(.failedOver) == moves)
        guard moves else { return }
        #expect(delivery.phase == .queued && delivery.status == nil && delivery.errorText == "phone: 503 unavailable")
        #expect(try await turns(installed) == ["backup 2"])
    }

    @Test func theNextOneMakesAPayloadOfItsOwnAndItsReceiptCounts() async throws {
        let (installed, conversation) = try await scene([.temporary])
        let upload = Media(
            sid: SID(.media, high: 1, low: 9), service: conversation.service, key: try installed.broker.media.keep([1, 2]),
            contentType: "image/png", size: 2, filename: "p.png", created: installed.clock.stamp().now)
        _ = try await installed.broker.store.write(installed.clock.stamp()) { transaction, _ in try transaction.insert(upload) }
        let message = try await installed.say("Look", media: [upload.sid], in: conversation)
        let first = try #require(try await installed.turn(Installed.sms).first)
        #expect(first.payload.media.count == 1)
        try await installed.end(first, .temporary(after: nil, Self.diagnosis))
        let second = try #require(try await installed.turn(Installed.backup).first)
        #expect(second.payload.media.isEmpty && second.payload.text?.contains("p.png: https://parley.example/") == true)
        try await installed.end(second, .accepted(["b-1"]))
        try await installed.receive(ReceiptFact(carrierID: "b-1", carrierStatus: "OK", status: .delivered), Installed.backup)
        let delivery = try #require(try await installed.deliveries(of: message).first)
        #expect(delivery.status == .delivered && delivery.flags == [.failedOver, .mediaLinked] && delivery.errorText == nil)
    }

    @Test func aReceiptOfTheFirstShowsThatItHadLeft() async throws {
        let (installed, conversation) = try await scene([.temporary])
        let message = try await installed.say("hello", in: conversation)
        let first = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(first, .temporary(after: nil, Self.diagnosis))
        try await installed.receive(ReceiptFact(reference: first.reference, carrierStatus: "OK", status: .delivered))
        #expect(try await installed.deliveries(of: message).first?.status == .delivered)
        #expect(try await turns(installed).isEmpty, "it is not sent a second time")
    }

    @Test func whatWaitsAtAPausedAdapterMovesOnInItsOrder() async throws {
        let (installed, conversation) = try await scene()
        for text in ["one", "two", "three"] { _ = try await installed.say(text, in: conversation) }
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .misconfigured(Self.diagnosis))
        for text in ["one", "two", "three"] {
            #expect(try await installed.turn(Installed.sms).isEmpty)
            let dispatches = try await installed.turn(Installed.backup)
            #expect(dispatches.map(\.payload.text) == [text])
            for dispatch in dispatches { try await installed.end(dispatch, .accepted([])) }
        }
        // The pause ends with the next message that the first adapter takes.
        installed.clock.advance(.seconds(300))
        _ = try await installed.say("four", in: conversation)
        let probe = try #require(try await installed.turn(Installed.sms).first)
        let result = AttemptResult(delivery: probe.delivery, attempt: probe.attempt, outcome: .accepted([]))
        _ = try await installed.turn(Installed.sms, [result])
        _ = try await installed.say("five", in: conversation)
        #expect(try await turns(installed) == ["phone 1"])
    }

    @Test func anAddressOfOneAdapterAloneWaits() async throws {
        let (installed, conversation) = try await scene(Set(AdapterRoute.Reason.allCases), by: "+15550100001")
        let message = try await installed.say("hello", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .misconfigured(Self.diagnosis))
        #expect(try await turns(installed).isEmpty)
        #expect(try await installed.deliveries(of: message).first?.adapter == Installed.sms)
        installed.clock.advance(.seconds(300))
        #expect(try await turns(installed) == ["phone 2"])
    }

    @Test func timeMovesOnWhatWasNotTaken() async throws {
        let (installed, conversation) = try await scene([], after: .seconds(60))
        let message = try await installed.say("hello", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .temporary(after: .seconds(3600), Self.diagnosis))
        let waiting = try #require(try await installed.deliveries(of: message).first)
        #expect(waiting.adapter == Installed.sms && waiting.due == waiting.created + .seconds(60), "it is looked at when the time has come")
        installed.clock.advance(.seconds(59))
        #expect(try await turns(installed).isEmpty)
        installed.clock.advance(.seconds(1))
        #expect(try await turns(installed) == ["backup 2"])
        #expect(try await installed.deliveries(of: message).first?.errorText == "phone did not take it in time")
    }

    @Test func timeMovesOnAlsoWhatWaitsForAPause() async throws {
        let (installed, conversation) = try await scene([], after: .seconds(60))
        let message = try await installed.say("hello", in: conversation)
        try await installed.end(try #require(try await installed.turn(Installed.sms).first), .misconfigured(Self.diagnosis))
        #expect(try await turns(installed).isEmpty)
        let waiting = try #require(try await installed.deliveries(of: message).first)
        #expect(waiting.adapter == Installed.sms && waiting.due == waiting.created + .seconds(60), "sooner than the next trial")
        installed.clock.advance(.seconds(60))
        #expect(try await turns(installed) == ["backup 2"])
    }

    @Test func timeGivesTheNextOneItsTurn() async throws {
        let installed = try await Installed(
            route: AdapterRoute(
                name: "sms", adapters: [Installed.sms, Installed.backup, "third"], reasons: [.temporary], after: .seconds(60)))
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        _ = try await installed.say("hello", in: conversation)
        installed.clock.advance(.seconds(61))
        #expect(try await turns(installed) == ["backup 1"], "late, and not too late for the second")
        #expect(try await installed.turn("third").isEmpty)
    }

    @Test(arguments: [Outcome.permanent(FailOverTests.diagnosis), .accepted(["1"]), .unknown(FailOverTests.diagnosis)])
    func timeMovesNothingElse(outcome: Outcome) async throws {
        let (installed, conversation) = try await scene([], after: .seconds(60))
        let message = try await installed.say("hello", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        installed.clock.advance(.seconds(61))
        try await installed.end(dispatch, outcome)
        #expect(try await installed.deliveries(of: message).first?.adapter == Installed.sms)
    }

    @Test func whatHasLeftInPartDoesNotMoveOn() async throws {
        let (installed, conversation) = try await scene(Set(AdapterRoute.Reason.allCases), after: .seconds(60))
        let message = try await installed.say("a long one", in: conversation)
        let first = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(first, .partly(ids: [0: "1"], missing: [1], then: .temporary(after: nil, Self.diagnosis)))
        let waiting = try #require(try await installed.deliveries(of: message).first)
        #expect(waiting.due < waiting.created + .seconds(60), "its retry is as far away as ever")
        // Neither when the adapter is paused, nor when it is late.
        let other = try await installed.conversation()
        _ = try await installed.add("+15557770002", by: "+15550100000", to: other)
        _ = try await installed.say("hello", in: other)
        let second = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(second, .misconfigured(Self.diagnosis))
        installed.clock.advance(.seconds(61))
        #expect(try await turns(installed) == ["backup 2"], "the other one moves")
        #expect(try await installed.deliveries(of: message).first?.adapter == Installed.sms)
    }

    @Test(arguments: [31, 61]) func whatMayNotMoveIsTriedAtItsOwnPace(seconds: Int) async throws {
        let (installed, conversation) = try await scene([], after: .seconds(60))
        let message = try await installed.say("hello", in: conversation)
        let first = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(first, .unknown(Self.diagnosis))
        installed.clock.advance(.seconds(seconds))
        try await installed.broker.perform(PassTime())
        let second = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(second, .temporary(after: .seconds(600), Self.diagnosis))
        let waiting = try #require(try await installed.deliveries(of: message).first)
        #expect(waiting.adapter == Installed.sms && waiting.due >= installed.clock.stamp().now + .seconds(600))
    }

    @Test func aPausedAdapterIsTriedHoweverMuchMovesOn() async throws {
        let (installed, conversation) = try await scene()
        _ = try await installed.say("hello", in: conversation)
        let first = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(first, .misconfigured(Self.diagnosis))
        var tried: [String] = []
        for number in 0..<12 {
            installed.clock.advance(.seconds(60))
            // The dispatcher also looks when there is nothing to send.
            _ = try await installed.turn(Installed.sms)
            for dispatch in try await installed.turn(Installed.backup) { try await installed.end(dispatch, .accepted([])) }
            _ = try await installed.say("message \(number)", in: conversation)
            for dispatch in try await installed.turn(Installed.sms) {
                tried.append(dispatch.payload.text ?? "")
                try await installed.end(dispatch, .misconfigured(Self.diagnosis))
            }
        }
        #expect(tried.count == 2, "one every five minutes: \(tried)")
    }

    @Test func whyItMovedOnDoesNotEndIt() async throws {
        let (installed, conversation) = try await scene([.temporary])
        let message = try await installed.say("hello", in: conversation)
        let first = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(first, .temporary(after: nil, Self.diagnosis))
        try await installed.receive(ReceiptFact(reference: first.reference, carrierStatus: "NO", status: .failed))
        #expect(try await installed.deliveries(of: message).first?.phase == .queued)
        #expect(try await turns(installed) == ["backup 2"])
    }

    @Test func theLastOfARouteTriesAgain() async throws {
        let (installed, conversation) = try await scene([.temporary])
        let message = try await installed.say("hello", in: conversation)
        try await installed.end(try #require(try await installed.turn(Installed.sms).first), .temporary(after: nil, Self.diagnosis))
        try await installed.end(try #require(try await installed.turn(Installed.backup).first), .temporary(after: nil, Self.diagnosis))
        let delivery = try #require(try await installed.deliveries(of: message).first)
        #expect(delivery.adapter == Installed.backup && delivery.phase == .deferred)
    }

    @Test func whoIsRemovedIsNotMovedOn() async throws {
        let (installed, conversation) = try await scene([.temporary])
        let people = try await installed.broker.read {
            try $0.participants(in: conversation.sid, page: PageRequest(size: 9)).rows
        }
        let person = try #require(people.first)
        let message = try await installed.say("hello", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.broker.perform(
            RemoveParticipant(ParticipantName(person.sid.text), from: ConversationName(conversation.sid)))
        try await installed.end(dispatch, .temporary(after: nil, Self.diagnosis))
        let delivery = try #require(try await installed.deliveries(of: message).first)
        #expect(delivery.phase == .settled && delivery.flags == [.cancelled])
    }

    @Test(arguments: [("+15550100000", true), ("+15550100001", false)])
    func eachAdapterOfARouteReceives(proxy: String, isServed: Bool) async throws {
        let (installed, conversation) = try await scene()
        let fact = InboundFact(proxy: proxy, sender: "+15557770001", text: "hi")
        let verdict = try await installed.broker.accept([fact], adapter: Installed.backup)[0]
        if isServed {
            guard case .appended(let where_, _) = verdict else { throw Missing() }
            #expect(where_ == conversation.sid)
        } else {
            #expect(verdict == .held(reason: "proxy_of_other_adapter"))
        }
    }

    private struct Missing: Error {}
}
