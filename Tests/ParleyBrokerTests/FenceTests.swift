import ParleyBroker
import ParleyCore
import ParleyStore
import Testing

/// Order and the lease: what is cancelled, what is not, who is written to.
@Suite struct FenceTests {
    @Test func strictLaneKeepsOrder() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        for text in ["one", "two"] { _ = try await installed.say(text, in: conversation) }
        let first = try await installed.turn(Installed.sms)
        #expect(first.map(\.payload.text) == ["one"], "one in flight per pair")
        try await installed.end(first[0], .temporary(after: nil, Diagnosis(text: "busy")))
        #expect(try await installed.turn(Installed.sms).isEmpty, "a deferred head blocks")
        installed.clock.advance(.seconds(60))
        let again = try await installed.turn(Installed.sms)
        #expect(again.map(\.payload.text) == ["one"])
        let next = try await installed.turn(
            Installed.sms, [AttemptResult(delivery: again[0].delivery, attempt: again[0].attempt, outcome: .accepted(["1"]))])
        #expect(next.map(\.payload.text) == ["two"])
    }

    @Test func deferredMailIsOvertaken() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("bob@customer.example", by: "support@in.example", to: conversation)
        for text in ["one", "two"] { _ = try await installed.say(text, in: conversation) }
        let first = try await installed.turn(Installed.mail)
        #expect(first.map(\.payload.text) == ["one"])
        try await installed.end(first[0], .temporary(after: nil, Diagnosis(text: "greylisted")))
        #expect(try await installed.turn(Installed.mail).map(\.payload.text) == ["two"])
    }

    @Test func removalCancelsWhatHasNotLeft() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        let phone = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let leased = try await installed.say("leased", in: conversation)
        let waiting = try await installed.say("waiting", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.broker.perform(RemoveParticipant(ParticipantName(phone.sid.text), from: ConversationName(conversation.sid)))
        let cancelled = try #require(try await installed.deliveries(of: waiting).first)
        #expect(cancelled.status == .failed)
        #expect(cancelled.flags.contains(.cancelled))
        #expect(cancelled.errorCode == RetryPolicy.cancelledCode)
        try await installed.end(dispatch, .accepted(["1"]))
        #expect(try await installed.deliveries(of: leased).first?.status == .sent)
        #expect(try await installed.turn(Installed.sms).isEmpty)
    }

    @Test func closingCancelsNothingAndFreesThePair() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        _ = try await installed.say("goodbye", in: conversation)
        var closed = ConversationChanges()
        closed.state = .closed
        _ = try await installed.broker.perform(UpdateConversation(ConversationName(conversation.sid), closed))
        #expect(try await installed.turn(Installed.sms).map(\.payload.text) == ["goodbye"])
        let other = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: other)
    }

    @Test func pairIsHeldOnce() async throws {
        let installed = try await Installed()
        let one = try await installed.conversation()
        let other = try await installed.conversation()
        _ = try await installed.add("+1 555 777 0001", by: "+15550100000", to: one)
        await #expect(throws: Refusal.pairBound(in: one.sid)) { try await installed.add("+15557770001", by: "+15550100000", to: other) }
        _ = try await installed.add("+15557770001", by: "+15550100001", to: other)
    }

    @Test func whatWasLeasedIsFrozen() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let message = try await installed.say("before", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        var edit = UpdateMessage(message.sid, in: ConversationName(conversation.sid))
        edit.body = "after"
        _ = try await installed.broker.perform(edit)
        try await installed.end(dispatch, .temporary(after: nil, Diagnosis(text: "busy")))
        installed.clock.advance(.seconds(60))
        #expect(try await installed.turn(Installed.sms).first?.payload.text == "before")
    }

    @Test func authorGetsNothingUnderAnyProxy() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        _ = try await installed.add("+15557770001", by: "+15550100001", to: conversation)
        _ = try await installed.add("+15557770002", by: "+15550100000", to: conversation)
        _ = try await installed.say("mine", as: "+1 (555) 777-0001", in: conversation)
        #expect(try await installed.turn(Installed.sms).map(\.pair.address.key) == ["+15557770002"])
    }

    @Test func mediaGoAlongOrBecomeLinks() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        var media: [SID] = []
        for (type, name) in [("image/png", "a.png"), ("application/pdf", "b.pdf")] {
            let key = try installed.media.keep(Array(name.utf8))
            media.append(try await installed.broker.perform(RegisterMedia(key: key, contentType: type, size: 5, filename: name)).sid)
        }
        _ = try await installed.say("look", media: media, in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        #expect(dispatch.payload.media.map(\.filename) == ["a.png"])
        let text = try #require(dispatch.payload.text)
        #expect(text.hasPrefix("look\nb.pdf: https://parley.example/media/\(media[1])?expires="))
        #expect(try await installed.delivery(dispatch.delivery)?.flags == [.mediaLinked])
        await #expect(throws: Refusal.mediaUsed) { try await installed.say("again", media: media, in: conversation) }
    }

    /// A setting, for SMS alone, and said on the delivery.
    @Test func typographyIsReplacedWhereItIsAskedFor() async throws {
        for replaces in [true, false] {
            let installed = try await Installed(replacesTypography: replaces)
            let conversation = try await installed.conversation()
            _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
            _ = try await installed.add("bob@customer.example", by: "support@in.example", to: conversation)
            _ = try await installed.say("It’s “fine” – really…", in: conversation)
            let sms = try #require(try await installed.turn(Installed.sms).first)
            #expect(sms.payload.text == (replaces ? "It's \"fine\" - really..." : "It’s “fine” – really…"))
            #expect(try await installed.delivery(sms.delivery)?.flags == (replaces ? [.textReplaced] : []))
            let mail = try #require(try await installed.turn(Installed.mail).first)
            #expect(mail.payload.text == "It’s “fine” – really…")
            #expect(try await installed.delivery(mail.delivery)?.flags == [])
        }
    }

    @Test func timersActAndMessagesWindThemAgain() async throws {
        let installed = try await Installed()
        var changes = ConversationChanges()
        changes.inactiveTimer = "PT10M"
        changes.closedTimer = "PT1H"
        let conversation = try await installed.broker.perform(CreateConversation(changes))
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        func state(after pause: Duration) async throws -> Conversation.State? {
            installed.clock.advance(pause)
            _ = try await installed.broker.perform(PassTime())
            return try await installed.broker.read { try $0.conversation(conversation.sid)?.state }
        }
        #expect(try await state(after: .seconds(599)) == .active)
        #expect(try await state(after: .seconds(2)) == .inactive)
        _ = try await installed.say("awake", in: conversation)
        #expect(try await state(after: .seconds(1)) == .active)
        #expect(try await state(after: .seconds(3598)) == .inactive)
        #expect(try await state(after: .seconds(3)) == .closed)
        await #expect(throws: Refusal.conversationClosed) { try await installed.say("late", in: conversation) }
        let next = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: next)
    }

    @Test(arguments: [Outcome.temporary(after: nil, Diagnosis(text: "busy")), .unknown(Diagnosis(text: "no answer"))])
    func whatWasUnderWayIsNotTriedAgain(outcome: Outcome) async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        let phone = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let message = try await installed.say("hello", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.broker.perform(RemoveParticipant(ParticipantName(phone.sid.text), from: ConversationName(conversation.sid)))
        try await installed.end(dispatch, outcome)
        installed.clock.advance(.seconds(600))
        _ = try await installed.broker.perform(PassTime())
        #expect(try await installed.turn(Installed.sms).isEmpty)
        let delivery = try #require(try await installed.deliveries(of: message).first)
        #expect(delivery.phase == .settled)
        #expect(delivery.flags.contains(.cancelled))
    }

    @Test func participantsFollowTheirProxyToAnotherAdapter() async throws {
        let store = try SQLiteStore.inMemory()
        let before = try await Installed(store: store)
        let conversation = try await before.conversation()
        _ = try await before.add("+15557770001", by: "+15550100000", to: conversation)
        _ = try await before.say("waiting", in: conversation)
        let after = try await Installed(store: store, clock: before.clock, smsName: "carrier")
        #expect(try await after.turn(Installed.sms).isEmpty)
        let dispatch = try #require(try await after.turn("carrier").first)
        #expect(dispatch.payload.text == "waiting")
        try await after.end(dispatch, .accepted(["1"]))
        _ = try await after.say("next", in: conversation)
        #expect(try await after.turn("carrier").map(\.payload.text) == ["next"])
    }

    @Test func pausedAdapterProbesAndGoesOn() async throws {
        let installed = try await Installed()
        for number in 1...2 {
            let conversation = try await installed.conversation()
            _ = try await installed.add("+1555777000\(number)", by: "+15550100000", to: conversation)
            _ = try await installed.say("hello", in: conversation)
        }
        let first = try #require(try await installed.turn(Installed.sms, places: 1).first)
        try await installed.end(first, .misconfigured(Diagnosis(text: "wrong password")))
        #expect(try await installed.turn(Installed.sms).isEmpty)
        installed.clock.advance(.seconds(301))
        let probe = try await installed.turn(Installed.sms)
        #expect(probe.count == 1, "one delivery tries")
        #expect(try await installed.turn(Installed.sms).isEmpty)
        let rest = try await installed.turn(
            Installed.sms, [AttemptResult(delivery: probe[0].delivery, attempt: probe[0].attempt, outcome: .accepted(["1"]))])
        #expect(rest.count == 1, "it was accepted, and the adapter goes on")
    }

    @Test func datesThatACallerWritesAreKept() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        let phone = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        let said = try await installed.say("hello", in: conversation)
        var message = UpdateMessage(said.sid, in: ConversationName(conversation.sid))
        message.created = Instant(seconds: 1_000_000_000)
        _ = try await installed.broker.perform(message)
        var participant = UpdateParticipant(ParticipantName(phone.sid.text), in: ConversationName(conversation.sid))
        participant.created = Instant(seconds: 1_000_000_001)
        _ = try await installed.broker.perform(participant)
        #expect(try await installed.messages(in: conversation).first?.created == message.created)
        #expect(try await installed.broker.read { try $0.participant(phone.sid)?.created } == participant.created)
    }
}
