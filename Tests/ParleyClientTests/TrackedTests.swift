import Testing

@testable import ParleyClient

@Suite struct TrackedTests {
    @Test func ofAnswersTheLaterOneWins() {
        var tracked = Tracked("b", at: 20)
        tracked.take(answer: "a", at: 10)
        #expect(tracked.value == "b")
        tracked.take(answer: "c", at: 30)
        #expect(tracked.value == "c")
    }

    @Test func anEventGoesOnFromWhatIsKnown() {
        var tracked = Tracked("a", at: 10)
        let taken = tracked.take(eventAt: 11) { $0 + "b" }
        #expect(taken.former == "a" && taken.said == "ab" && taken.now == "ab")
    }

    @Test func anOlderEventIsToldWithTheNewerAnswer() {
        var tracked = Tracked("a", at: 10)
        tracked.take(answer: "c", at: 12)
        let first = tracked.take(eventAt: 11) { _ in "b" }
        #expect(first.former == "a" && first.said == "b" && first.now == "c")
        let second = tracked.take(eventAt: 12) { _ in "c" }
        #expect(second.former == "b" && second.said == "c" && second.now == "c")
        #expect(tracked.value == "c" && tracked.position == 12)
    }

    @Test func beforeTheFirstAnswerNothingIsKnown() {
        var tracked = Tracked("c", at: 12)
        #expect(tracked.take(eventAt: 11) { _ in "b" }.former == nil)
        #expect(tracked.take(eventAt: 12) { _ in "c" }.former == "b")
    }

    @Test func anOldEventDoesNotCountAsWhatCameAfterIt() {
        var tracked = Tracked("b", at: 10)
        tracked.take(answer: "c", at: 12)
        #expect(tracked.take(eventAt: 9) { _ in "a" }.former == nil)
        #expect(tracked.take(eventAt: 12) { _ in "c" }.former == "b")
    }
}
