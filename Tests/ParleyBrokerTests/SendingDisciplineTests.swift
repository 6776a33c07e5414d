import ParleyBroker
import ParleyCore
import Testing

/// An adapter keeps to what its provider takes, answers people before it tells them things, and stops when nothing comes back.
@Suite struct SendingDisciplineTests {
    private static let weather = Diagnosis(carrierCode: "503", text: "unavailable")

    /// People with a phone each, all in one conversation; the first half under one proxy address, the rest under another.
    private func scene(
        _ count: Int, rate: Double? = nil, unit: AdapterProfile.RateUnit = .messages
    ) async throws -> (Installed, Conversation) {
        let installed = try await Installed { profile in
            profile.ratePerProxy = rate
            profile.validity = .seconds(48 * 3600)
            profile.rateUnit = unit
        }
        let conversation = try await installed.conversation()
        for number in 0..<count {
            let proxy = number < (count + 1) / 2 ? "+15550100000" : "+15550100001"
            _ = try await installed.add("+1555777000\(number)", by: proxy, to: conversation)
        }
        return (installed, conversation)
    }

    /// One turn after the other, each with the state that the last one left.
    private struct Turns {
        let installed: Installed
        var discipline = SendingDiscipline()

        mutating func take(_ results: [AttemptResult] = [], places: Int = 100) async throws -> TakeTurn.Turn {
            let turn = try await installed.broker.perform(
                TakeTurn(adapter: Installed.sms, results: results, places: places, discipline: discipline))
            discipline = turn.discipline
            return turn
        }

        /// Takes turns until nothing is due, and has everything accepted.
        mutating func run() async throws -> [Dispatch] {
            var all: [Dispatch] = []
            var results: [AttemptResult] = []
            while true {
                let turn = try await take(results)
                results = turn.dispatches.map { AttemptResult(delivery: $0.delivery, attempt: $0.attempt, outcome: .accepted([])) }
                all += turn.dispatches
                let isDue = turn.nextDue.map { $0 <= installed.clock.stamp().now } ?? false
                if results.isEmpty, !isDue { return all }
            }
        }
    }

    @Test func eachProxyAddressHasItsOwnRate() async throws {
        let (installed, conversation) = try await scene(6, rate: 1)
        _ = try await installed.say("hello", in: conversation)
        var turns = Turns(installed: installed)
        for second in 0..<3 {
            let sent = try await turns.run().map(\.pair.proxy.key).sorted()
            #expect(sent == ["+15550100000", "+15550100001"], "second \(second)")
            installed.clock.advance(.milliseconds(999))
            #expect(try await turns.run().isEmpty)
            installed.clock.advance(.milliseconds(1))
        }
        #expect(try await turns.run().isEmpty)
    }

    @Test func whatIsPutOffIsWrittenOnceAndNotEveryTurn() async throws {
        let (installed, conversation) = try await scene(10, rate: 0.5)
        _ = try await installed.say("hello", in: conversation)
        var turns = Turns(installed: installed)
        _ = try await turns.run()
        let now = installed.clock.stamp().now
        let message = try #require(try await installed.messages(in: conversation).first)
        let waiting = try await installed.deliveries(of: message).filter { $0.phase == .queued }
        let waits = Set(waiting.map { ($0.due.milliseconds - now.milliseconds) / 1000 })
        #expect(waiting.count == 8 && waits == [2, 4, 6, 8], "each has a time of its own")
        let turn = try await turns.take()
        #expect(turn.dispatches.isEmpty && turn.nextDue == now + .seconds(2))
    }

    @Test func segmentsAreCountedWhereTheProviderCountsThem() async throws {
        let (installed, conversation) = try await scene(2, rate: 1, unit: .segments)
        _ = try await installed.say(String(repeating: "x", count: 400), in: conversation)
        var turns = Turns(installed: installed)
        #expect(try await turns.run().count == 2)
        _ = try await installed.say("short", in: conversation)
        installed.clock.advance(.milliseconds(2999))
        #expect(try await turns.run().isEmpty, "three segments take three seconds")
        installed.clock.advance(.milliseconds(1))
        #expect(try await turns.run().count == 2)
    }

    @Test func whoHasSpokenIsAnsweredBeforeTheOthers() async throws {
        let (installed, conversation) = try await scene(6, rate: 1)
        _ = try await installed.say("to everybody", in: conversation)
        var turns = Turns(installed: installed)
        _ = try await turns.run()
        let other = try await installed.conversation()
        _ = try await installed.add("+15557779999", by: "+15550100000", to: other)
        let question = InboundFact(proxy: "+15550100000", sender: "+15557779999", text: "When?")
        _ = try await installed.broker.accept([question], adapter: Installed.sms)
        _ = try await installed.say("at nine", in: other)
        #expect(try await turns.run().isEmpty)
        installed.clock.advance(.seconds(1))
        let first = try await turns.run().filter { $0.pair.proxy.key == "+15550100000" }
        #expect(first.map(\.payload.text) == ["at nine"])
        installed.clock.advance(.seconds(1))
        #expect(try await turns.run().contains { $0.payload.text == "to everybody" && $0.pair.proxy.key == "+15550100000" })
        // The answer is given: the next one stands in line like everything else.
        _ = try await installed.say("or ten", in: other)
        _ = try await turns.run()
        installed.clock.advance(.seconds(1))
        #expect(try await turns.run().contains { $0.payload.text == "or ten" } == false)
    }

    @Test func withoutARateTheAnswerStillGoesFirst() async throws {
        let (installed, conversation) = try await scene(4)
        _ = try await installed.say("to everybody", in: conversation)
        let question = InboundFact(proxy: "+15550100001", sender: "+15557770003", text: "Who?")
        _ = try await installed.broker.accept([question], adapter: Installed.sms)
        var turns = Turns(installed: installed)
        let turn = try await turns.take(places: 1)
        #expect(turn.dispatches.map(\.pair.address.key) == ["+15557770003"])
    }

    /// Ends everything that a turn began in one way.
    private func end(_ turn: TakeTurn.Turn, _ outcome: Outcome) -> [AttemptResult] {
        turn.dispatches.map { AttemptResult(delivery: $0.delivery, attempt: $0.attempt, outcome: outcome) }
    }

    @Test func attemptsThatFailInARowPauseTheAdapterUntilSomethingIsAnswered() async throws {
        let (installed, conversation) = try await scene(4)
        var turns = Turns(installed: installed)
        for number in 0..<5 { _ = try await installed.say("message \(number)", in: conversation) }
        var count = 0
        var turn = try await turns.take()
        while turn.paused == nil {
            try #require(count < 100)
            count += turn.dispatches.count
            turn = try await turns.take(end(turn, .temporary(after: nil, Self.weather)))
            installed.clock.advance(.seconds(700))
        }
        #expect(count == RetryPolicy().failuresInARowMax)
        #expect(turn.paused == "20 attempts in a row failed; the last: 503 unavailable")
        let pause = try #require(try await installed.broker.read { try $0.adapterPauses() }.first)
        #expect(pause.cause == .failing)
        // One tries, and fails; half a minute later one is refused, which is an answer.
        turn = try await turns.take()
        #expect(turn.dispatches.count == 1)
        turn = try await turns.take(end(turn, .temporary(after: nil, Self.weather)))
        #expect(turn.dispatches.isEmpty && turn.paused != nil)
        installed.clock.advance(.seconds(30))
        turn = try await turns.take()
        #expect(turn.dispatches.count == 1)
        turn = try await turns.take(end(turn, .permanent(Diagnosis(text: "no such number"))))
        #expect(turn.paused == nil && turn.dispatches.count == 3, "all but the one that tried and waits")
        #expect(try await installed.broker.read { try $0.adapterPauses() }.isEmpty)
    }

    @Test(arguments: [
        Outcome.accepted(["1"]), .permanent(Diagnosis(text: "no")), .optedOut(Diagnosis(text: "no")),
        .throttled(after: .zero, Diagnosis(text: "slow")),
    ])
    func anAnswerBeginsTheCountAnew(answer: Outcome) async throws {
        let (installed, conversation) = try await scene(1)
        var turns = Turns(installed: installed)
        for number in 0..<3 { _ = try await installed.say("message \(number)", in: conversation) }
        for number in 1...RetryPolicy().failuresInARowMax + 5 {
            installed.clock.advance(.seconds(700))
            let turn = try await turns.take()
            try #require(turn.paused == nil && turn.dispatches.count == 1, "attempt \(number)")
            _ = try await turns.take(end(turn, number == 15 ? answer : .temporary(after: nil, Self.weather)), places: 0)
            // Who has opted out starts again, so that there is something to send.
            if let pair = turn.dispatches.first?.pair { try await installed.broker.perform(SetConsent(.active, pair: pair)) }
        }
    }

    @Test func onePersonWhoCannotBeReachedPausesNobody() async throws {
        let (installed, conversation) = try await scene(1)
        var turns = Turns(installed: installed)
        _ = try await installed.say("hello", in: conversation)
        for number in 1...RetryPolicy().failuresInARowMax + 5 {
            let turn = try await turns.take()
            try #require(turn.paused == nil && turn.dispatches.count == 1, "attempt \(number)")
            _ = try await turns.take(end(turn, .temporary(after: nil, Self.weather)), places: 0)
            #expect(try await installed.broker.read { try $0.adapterPauses() }.isEmpty, "attempt \(number)")
            installed.clock.advance(.seconds(700))
        }
    }

    @Test func whatWentAnotherWayKeepsNoTime() async throws {
        let (installed, conversation) = try await scene(10, rate: 0.01)
        _ = try await installed.say("hello", in: conversation)
        var turns = Turns(installed: installed)
        _ = try await turns.run()
        try await installed.broker.perform(DeleteConversation(ConversationName(conversation.sid)))
        #expect(try await turns.take().nextDue == nil)
        let other = try await installed.conversation()
        for number in 0..<2 { _ = try await installed.add("+1555888000\(number)", by: "+15550100000", to: other) }
        installed.clock.advance(.seconds(100))
        _ = try await installed.say("hello again", in: other)
        #expect(try await turns.run().count == 1)
        installed.clock.advance(.seconds(100))
        #expect(try await turns.run().count == 1, "the second waits for the first alone")
    }

    @Test func receiptsThatNeverComeAreShown() async throws {
        let (installed, conversation) = try await scene(1)
        let message = try await installed.say("hello", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .accepted(["id-1"]))
        installed.clock.advance(.seconds(24 * 3600 - 1))
        let next = try await installed.broker.perform(PassTime())
        #expect(next == installed.clock.stamp().now + .seconds(1))
        #expect(try await installed.deliveries(of: message).first?.flags == [])
        installed.clock.advance(.seconds(1))
        #expect(try await installed.broker.perform(PassTime()) == nil)
        let shown = try #require(try await installed.deliveries(of: message).first)
        #expect(shown.flags == [.noReceipt] && shown.status == .sent && shown.phase == .settled && shown.errorText == "no receipt came")
        // One that comes in the end is believed.
        try await installed.receive(ReceiptFact(carrierID: "id-1", carrierStatus: "OK", status: .delivered))
        let later = try #require(try await installed.deliveries(of: message).first)
        #expect(later.flags == [] && later.status == .delivered && later.errorText == nil)
        #expect(try await installed.broker.perform(PassTime()) == nil)
    }

    @Test func aReceiptInTimeLeavesNothingToWaitFor() async throws {
        let (installed, conversation) = try await scene(1)
        let message = try await installed.say("hello", in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .accepted(["id-1"]))
        try await installed.receive(ReceiptFact(carrierID: "id-1", carrierStatus: "OK", status: .delivered))
        installed.clock.advance(.seconds(48 * 3600))
        #expect(try await installed.broker.perform(PassTime()) == nil)
        #expect(try await installed.deliveries(of: message).first?.flags == [])
    }
}
