import ParleyBroker
import ParleyCore
import Testing

/// Messages that left in several parts: what receipts of parts say of the whole.
@Suite struct PartReceiptTests {
    /// A receipt by the carrier's id of a part, and the status that is shown after it.
    typealias Step = (id: String, status: Delivery.Status, shown: Delivery.Status)

    @Test(
        arguments: [
            [("a", .delivered, .sent), ("b", .delivered, .sent), ("c", .delivered, .delivered)],
            [
                ("c", .delivered, .sent), ("c", .delivered, .sent), ("a", .sent, .sent), ("b", .delivered, .sent),
                ("a", .delivered, .delivered),
            ],
            [("a", .delivered, .sent), ("b", .undelivered, .undelivered), ("c", .delivered, .undelivered)],
            [
                ("b", .undelivered, .undelivered), ("a", .delivered, .undelivered), ("c", .delivered, .undelivered),
                ("b", .delivered, .delivered),
            ],
            [("a", .read, .sent), ("b", .read, .sent), ("c", .delivered, .delivered), ("c", .read, .read)],
        ] as [[Step]])
    func theWholeIsWhatAllPartsAre(steps: [Step]) async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let message = try await installed.say("a long one", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .accepted(["a", "b", "c"]))
        for step in steps {
            try await installed.receive(ReceiptFact(carrierID: step.id, carrierStatus: "x", status: step.status))
            #expect(try await installed.deliveries(of: message).first?.status == step.shown, "\(steps) at \(step)")
        }
    }

    /// Parts that were taken in two attempts, by a carrier that tells no ids.
    @Test func referencesNumberTheParts() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let message = try await installed.say("a long one", in: conversation)
        let first = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(first, .partly(ids: [0: "x-0"], missing: [1], then: .temporary(after: nil, Diagnosis(text: "busy"))))
        installed.clock.advance(.seconds(60))
        let second = try #require(try await installed.turn(Installed.sms).first)
        #expect(second.partsTaken == [0])
        try await installed.end(second, .partly(ids: [1: "x-1"], missing: [], then: .accepted([])))
        for (reference, shown) in [("\(first.delivery)-1-0", Delivery.Status.sent), ("\(first.delivery)-2-1", .delivered)] {
            try await installed.receive(ReceiptFact(reference: reference, carrierStatus: "1", status: .delivered))
            #expect(try await installed.deliveries(of: message).first?.status == shown)
        }
    }

    /// A part that was refused for good cannot be made up for by the others.
    @Test func whatIsNotWholeIsNotDelivered() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let message = try await installed.say("a long one", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .partly(ids: [0: "a"], missing: [1], then: .permanent(Diagnosis(text: "refused"))))
        for receipt in [
            ReceiptFact(carrierID: "a", carrierStatus: "x", status: .delivered),
            ReceiptFact(reference: "\(dispatch.delivery)-1-0", carrierStatus: "x", status: .delivered),
        ] {
            try await installed.receive(receipt)
            #expect(try await installed.deliveries(of: message).first?.status == .failed)
        }
    }

    /// The answer to the second part is unknown: it waits like any other, and evidence that it arrived keeps it from being sent again.
    @Test(arguments: [false, true]) func anUnknownPartWaitsForEvidence(isProven: Bool) async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let message = try await installed.say("a long one", in: conversation)
        let first = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(first, .partly(ids: [0: "a"], missing: [1, 2], then: .unknown(Diagnosis(text: "timed out"))))
        try await installed.receive(ReceiptFact(carrierID: "a", carrierStatus: "x", status: .delivered))
        var delivery = try #require(try await installed.deliveries(of: message).first)
        #expect(delivery.phase == .awaiting && delivery.flags.contains(.possibleDuplicate) && delivery.status == nil)
        if isProven {
            try await installed.receive(ReceiptFact(reference: "\(first.delivery)-1-1", carrierStatus: "x", status: .delivered))
        }
        installed.clock.advance(.seconds(31))
        _ = try await installed.broker.perform(PassTime())
        let second = try #require(try await installed.turn(Installed.sms).first)
        #expect(second.partsTaken == (isProven ? [0, 1] : [0]))
        try await installed.end(second, .partly(ids: isProven ? [2: "c"] : [1: "b", 2: "c"], missing: [], then: .accepted([])))
        delivery = try #require(try await installed.deliveries(of: message).first)
        #expect(delivery.phase == .settled && delivery.status == .sent)
    }

    /// What a carrier reports of one part while the others are still to be sent settles nothing, whenever it comes.
    @Test(arguments: [Outcome.unknown(Diagnosis(text: "t")), .temporary(after: nil, Diagnosis(text: "t"))], [false, true])
    func theFirstPartDoesNotStandForTheRest(end: Outcome, isEarly: Bool) async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let message = try await installed.say("a long one", in: conversation)
        let first = try #require(try await installed.turn(Installed.sms).first)
        let receipt = ReceiptFact(reference: "\(first.delivery)-1-0", carrierID: "a", carrierStatus: "x", status: .delivered)
        if isEarly { try await installed.receive(receipt) }
        try await installed.end(first, .partly(ids: [:], missing: [0, 1], then: end))
        if !isEarly { try await installed.receive(receipt) }
        #expect(try await installed.deliveries(of: message).first?.status == nil)
        installed.clock.advance(.seconds(60))
        _ = try await installed.broker.perform(PassTime())
        let second = try #require(try await installed.turn(Installed.sms).first)
        #expect(second.partsTaken == [0])
        try await installed.end(second, .partly(ids: [1: "b"], missing: [], then: .accepted([])))
        #expect(try await installed.deliveries(of: message).first?.status == .sent)
        try await installed.receive(ReceiptFact(carrierID: "b", carrierStatus: "x", status: .delivered))
        #expect(try await installed.deliveries(of: message).first?.status == .delivered)
    }

    /// Who opts out by the receipt of a part is not sent the rest.
    @Test func aPartMayTellOfAnOptOut() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let message = try await installed.say("a long one", in: conversation)
        let first = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(first, .partly(ids: [0: "a"], missing: [1], then: .temporary(after: nil, Diagnosis(text: "busy"))))
        try await installed.receive(
            ReceiptFact(carrierID: "a", carrierStatus: "x", status: .failed, diagnosis: Diagnosis(code: 21610, text: "")))
        installed.clock.advance(.seconds(60))
        #expect(try await installed.turn(Installed.sms).isEmpty)
        #expect(try await installed.deliveries(of: message).first?.errorCode == 21610)
    }

    /// A reference and an id of two deliveries were put together by somebody.
    @Test func aReferenceWithTheIDOfAnotherIsNoEvidence() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let one = try await installed.say("one", in: conversation)
        let first = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(first, .accepted(["a"]))
        let other = try await installed.say("other", in: conversation)
        let second = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(second, .accepted(["b"]))
        try await installed.receive(
            ReceiptFact(reference: second.reference, carrierID: "a", carrierStatus: "x", status: .delivered))
        for message in [one, other] { #expect(try await installed.deliveries(of: message).first?.status == .sent) }
    }

    /// A part that the account may not send pauses the adapter as a whole message would.
    @Test func aPartMayPauseTheAdapter() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        _ = try await installed.say("a long one", in: conversation)
        let first = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(first, .partly(ids: [0: "a"], missing: [1], then: .misconfigured(Diagnosis(text: "401"))))
        #expect(try await installed.broker.read { try $0.adapterPauses().map(\.adapter) } == [Installed.sms])
    }

    /// An id that is written in another way in the receipt, early and late.
    @Test(arguments: [false, true]) func idsInTwoSpellings(isEarly: Bool) async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let message = try await installed.say("hello", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        let receipt = ReceiptFact(carrierID: "77", comparison: .ignoreLeadingZeros, carrierStatus: "x", status: .delivered)
        if isEarly { try await installed.receive(receipt) }
        try await installed.end(dispatch, .accepted(["0077"]))
        if !isEarly { try await installed.receive(receipt) }
        #expect(try await installed.deliveries(of: message).first?.status == .delivered)
    }
}
