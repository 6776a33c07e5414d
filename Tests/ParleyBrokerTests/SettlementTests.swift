import ParleyBroker
import ParleyCore
import ParleyStore
import Testing

/// One delivery per message and recipient, which settles; evidence may correct it.
@Suite struct SettlementTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var outcome: Outcome
        var phase: Delivery.Phase
        var status: Delivery.Status?
        var code: Int
        var testDescription: String { "\(outcome)" }

        init(_ outcome: Outcome, _ phase: Delivery.Phase, _ status: Delivery.Status?, _ code: Int = 0) {
            (self.outcome, self.phase, self.status, self.code) = (outcome, phase, status, code)
        }
    }

    @Test(arguments: [
        Case(.accepted(["a"]), .settled, .sent), Case(.accepted([]), .settled, .sent),
        Case(.partly(ids: [0: "a"], missing: [1], then: .temporary(after: nil, Diagnosis(text: "t"))), .deferred, nil),
        Case(.partly(ids: [0: "a"], missing: [1], then: .permanent(Diagnosis(text: "t"))), .settled, .failed, 30008),
        Case(.partly(ids: [0: "a"], missing: [1], then: .optedOut(Diagnosis(text: "t"))), .settled, .failed, 21610),
        Case(.partly(ids: [0: "a"], missing: [1], then: .misconfigured(Diagnosis(text: "t"))), .deferred, nil),
        Case(.partly(ids: [0: "a"], missing: [1], then: .unknown(Diagnosis(text: "t"))), .awaiting, nil),
        Case(.temporary(after: nil, Diagnosis(text: "t")), .deferred, nil),
        Case(.throttled(after: .seconds(9), Diagnosis(text: "t")), .deferred, nil),
        Case(.permanent(Diagnosis(text: "t")), .settled, .failed, 30008),
        Case(.permanent(Diagnosis(code: 30003, text: "t")), .settled, .failed, 30003),
        Case(.optedOut(Diagnosis(text: "t")), .settled, .failed, 21610), Case(.misconfigured(Diagnosis(text: "t")), .deferred, nil),
        Case(.unknown(Diagnosis(text: "t")), .awaiting, nil),
    ])
    func outcomes(_ expected: Case) async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let message = try await installed.say("hello", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, expected.outcome)
        let delivery = try #require(try await installed.deliveries(of: message).first)
        #expect(delivery.phase == expected.phase)
        #expect(delivery.status == expected.status)
        #expect(delivery.errorCode == expected.code)
        let paused = try await installed.broker.read { try $0.adapterPauses().map(\.adapter) }
        #expect(paused == (expected.outcome.isMisconfigured ? [Installed.sms] : []))
    }

    @Test(arguments: [
        (Delivery.Status.sent, Delivery.Status.delivered, Delivery.Status.delivered), (.sent, .undelivered, .undelivered),
        (.delivered, .sent, .delivered),
        (.delivered, .failed, .delivered), (.delivered, .read, .read), (.read, .delivered, .read), (.undelivered, .delivered, .delivered),
        (.failed, .read, .read), (.failed, .sent, .failed), (.undelivered, .failed, .undelivered),
    ])
    func evidence(known: Delivery.Status, new: Delivery.Status, then: Delivery.Status) async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let message = try await installed.say("hello", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .accepted(["id-1"]))
        try await installed.receive(ReceiptFact(carrierID: "id-1", carrierStatus: "x", status: known))
        for _ in 1...2 { try await installed.receive(ReceiptFact(carrierID: "id-1", carrierStatus: "y", status: new)) }
        #expect(try await installed.deliveries(of: message).first?.status == then)
        let counts = try #require(try await installed.messages(in: conversation).first?.delivery)
        #expect(counts.total == 1)
        #expect(counts.delivered == ([.delivered, .read].contains(then) ? 1 : 0))
        #expect(counts.failed + counts.undelivered == (then.isFailure ? 1 : 0))
    }

    @Test func receiptBeforeTheAnswerIsClaimed() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let message = try await installed.say("hello", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.receive(ReceiptFact(carrierID: "early", carrierStatus: "ok", status: .delivered))
        #expect(try await installed.deliveries(of: message).first?.status == nil)
        try await installed.end(dispatch, .accepted(["early"]))
        #expect(try await installed.deliveries(of: message).first?.status == .delivered)
    }

    @Test func receiptByReferenceEndsTheWait() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let message = try await installed.say("hello", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .unknown(Diagnosis(text: "no answer")))
        try await installed.receive(ReceiptFact(reference: dispatch.reference, carrierStatus: "1", status: .delivered))
        installed.clock.advance(.seconds(3600))
        _ = try await installed.broker.perform(PassTime())
        #expect(try await installed.turn(Installed.sms).isEmpty, "what arrived is not sent again")
        let delivery = try #require(try await installed.deliveries(of: message).first)
        #expect(delivery.phase == .settled)
        #expect(delivery.flags.contains(.possibleDuplicate))
    }

    @Test(arguments: [AdapterProfile.WhenUnknown.retry, .hold])
    func unknownAnswerWaitsThenFollowsTheSetting(_ setting: AdapterProfile.WhenUnknown) async throws {
        let installed = try await Installed(whenUnknown: setting)
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let message = try await installed.say("one", in: conversation)
        let later = try await installed.say("two", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .unknown(Diagnosis(text: "no answer")))
        installed.clock.advance(.seconds(29))
        _ = try await installed.broker.perform(PassTime())
        #expect(try await installed.turn(Installed.sms).isEmpty, "the lane is strict and waits")
        installed.clock.advance(.seconds(2))
        _ = try await installed.broker.perform(PassTime())
        let next = try #require(try await installed.turn(Installed.sms).first)
        switch setting {
        case .retry:
            #expect(next.delivery == dispatch.delivery)
            #expect(next.mayBeRepeat)
            #expect(next.payload == dispatch.payload)
        case .hold:
            #expect(try await installed.deliveries(of: message).first?.phase == .held)
            #expect(try await installed.deliveries(of: later).first?.sid == next.delivery, "what is held frees its lane")
        }
    }

    @Test func anAnswerThatNobodyUnderstandsIsNotSentAllDay() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let message = try await installed.say("hello", in: conversation)
        var copies = 0
        for _ in 0..<400 {
            for dispatch in try await installed.turn(Installed.sms) {
                copies += 1
                try await installed.end(dispatch, .unknown(Diagnosis(text: "an answer of no known form")))
            }
            installed.clock.advance(.seconds(31))
            _ = try await installed.broker.perform(PassTime())
        }
        #expect(copies == 5)
        #expect(try await installed.deliveries(of: message).first?.phase == .held)
    }

    @Test func validityEnds() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let message = try await installed.say("hello", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .temporary(after: nil, Diagnosis(text: "busy")))
        installed.clock.advance(.seconds(4 * 3600))
        _ = try await installed.broker.perform(PassTime())
        let delivery = try #require(try await installed.deliveries(of: message).first)
        #expect(delivery.phase == .settled)
        #expect(delivery.status == .failed)
        #expect(delivery.errorCode == RetryPolicy.validityEndedCode)
        #expect(delivery.flags.contains(.expired))
    }

    @Test func importedHistoryIsStillDelivered() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        _ = try await installed.broker.perform(
            CreateMessage(in: ConversationName(conversation.sid), author: "alice", body: "old", created: Instant(seconds: 1_000_000_000)))
        #expect(try await installed.turn(Installed.sms).count == 1, "the validity runs from now, not from the date that a caller wrote")
    }

    @Test func interruptedAttemptsAreUnknown() async throws {
        let store = try SQLiteStore.inMemory()
        let installed = try await Installed(store: store)
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let message = try await installed.say("hello", in: conversation)
        let lost = try #require(try await installed.turn(Installed.sms).first)
        let again = try await Installed(store: store, clock: installed.clock)
        #expect(try await again.deliveries(of: message).first?.phase == .awaiting)
        try await again.end(lost, .accepted(["late"]))
        #expect(
            try await again.deliveries(of: message).first?.phase == .awaiting,
            "an answer of before the restart is not taken for the present")
        again.clock.advance(.seconds(31))
        _ = try await again.broker.perform(PassTime())
        let retried = try #require(try await again.turn(Installed.sms).first)
        #expect(retried.delivery == lost.delivery)
        #expect(retried.mayBeRepeat)
    }
}

extension Outcome {
    fileprivate var isMisconfigured: Bool { if case .misconfigured = end { true } else { false } }
}
