import ParleyCore
import ParleySimulation
import Testing

struct ClockTests {
    @Test func neverGoesBack() {
        let clock = VirtualClock(seed: 1)
        clock.advance(by: .seconds(60))
        let then = clock.now
        clock.advance(to: VirtualClock.beginning)
        clock.advance(by: .seconds(-5))
        #expect(clock.now == then)
        #expect(clock.stamp().now == then)
    }

    @Test func drawsTheSameIdentifiersFromTheSameSeed() {
        let (one, other, third) = (VirtualClock(seed: 7), VirtualClock(seed: 7), VirtualClock(seed: 8))
        var stamps = (one.stamp(), other.stamp(), third.stamp())
        let first = stamps.0.identifiers.sid(.message)
        #expect(first == stamps.1.identifiers.sid(.message))
        #expect(first != stamps.2.identifiers.sid(.message))
        var next = one.stamp()
        #expect(first != next.identifiers.sid(.message))
    }

    @Test func stampsTick() {
        let stamps = SeededStamps(seed: 1, tick: .seconds(1))
        #expect(stamps.stamp().now == VirtualClock.beginning + .seconds(1))
        #expect(stamps.stamp().now == VirtualClock.beginning + .seconds(2))
    }
}
