import Logging
public import ParleyCore
public import ServiceLifecycle
import Synchronization

/// Carries deliveries to one adapter: leases lanes that are due, makes the attempts, and commits what became of them in batches.
///
/// On graceful shutdown no attempt begins any more; those under way have until the time limit, and what has not ended by then is found as
/// unknown at the next start.
public struct Dispatcher: Service {
    private let broker: Broker
    private let adapter: AdapterProfile
    private let gateway: any Gateway
    private let drainTime: Duration
    private let clock: any Clock<Duration>

    public init(
        broker: Broker, adapter: AdapterProfile, gateway: any Gateway, drainTime: Duration = .seconds(20),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.broker = broker
        self.adapter = adapter
        self.gateway = gateway
        self.drainTime = drainTime
        self.clock = clock
    }

    public func run() async throws {
        let bell = broker.doorbell(adapter.name)
        let tray = Tray<AttemptResult>()
        let stopping = Mutex(Stopping.no)
        bell.ring()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { attempts in
                var pace = Pace(rate: adapter.rate, unit: adapter.rateUnit)
                var discipline = SendingDiscipline()
                let alarm = Alarm()
                var drained: Instant?
                for await _ in bell.rings {
                    let results = tray.take()
                    let stops = stopping.withLock { $0 }
                    if stops == .asked {
                        stopping.withLock { $0 = .draining }
                        let end = now + drainTime
                        drained = end
                        ring(bell, at: end, nil, &attempts)
                    }
                    let turn = await turn(
                        results, tray, discipline, places: stops != .no ? 0 : pace.places(adapter.concurrency - tray.underWay, now: now))
                    for dispatch in turn.dispatches { attempt(dispatch, tray, bell, &attempts) }
                    pace.began(turn.dispatches, now: now)
                    discipline = turn.discipline
                    if stops != .no, tray.isEmpty || drained.map({ $0 <= now }) ?? false { break }
                    if stops == .no, let due = turn.nextDue.map({ max($0, pace.nextPlace(now: now)) }), alarm.set(due) {
                        ring(bell, at: due, alarm, &attempts)
                    }
                }
                attempts.cancelAll()
            }
        } onGracefulShutdown: {
            stopping.withLock { $0 = .asked }
            bell.ring()
        }
        try? await broker.perform(SettleAttempts(tray.take()))
    }

    private enum Stopping { case no, asked, draining }

    private var now: Instant { broker.source.stamp().now }

    /// One turn. While the database cannot be written, results are kept and the turn is taken again.
    private func turn(_ results: [AttemptResult], _ tray: Tray<AttemptResult>, _ discipline: SendingDiscipline, places: Int) async
        -> TakeTurn.Turn
    {
        var places = places
        if let until = broker.restraint(adapter.name), until > now { places = 0 }
        do {
            var turn = try await broker.perform(
                TakeTurn(adapter: adapter.name, results: results, places: max(places, 0), discipline: discipline))
            if let until = broker.restraint(adapter.name), until > now { turn.nextDue = turn.nextDue.map { max($0, until) } ?? until }
            if tray.underWay + turn.dispatches.count >= adapter.concurrency { turn.nextDue = nil }
            return turn
        } catch {
            broker.logger.error(
                "a dispatcher's turn could not be committed", metadata: ["adapter": "\(adapter.name)", "error": "\(error)"])
            tray.putBack(results)
            return TakeTurn.Turn(dispatches: [], nextDue: now + .seconds(1), paused: nil, discipline: discipline)
        }
    }

    private func attempt(_ dispatch: Dispatch, _ tray: Tray<AttemptResult>, _ bell: Doorbell, _ attempts: inout DiscardingTaskGroup) {
        tray.begin()
        attempts.addTask {
            let outcome = await gateway.send(dispatch)
            tray.put(AttemptResult(delivery: dispatch.delivery, attempt: dispatch.attempt, outcome: outcome))
            bell.ring()
        }
    }

    private func ring(_ bell: Doorbell, at due: Instant, _ alarm: Alarm?, _ group: inout DiscardingTaskGroup) {
        let wait = max(due - now, .milliseconds(1))
        group.addTask {
            try? await clock.sleep(for: wait)
            alarm?.rang(due)
            bell.ring()
        }
    }
}

/// Keeps to a number of messages or segments per second, with a burst of at most one second's worth.
private struct Pace {
    let rate: Double?
    let unit: AdapterProfile.RateUnit
    private var level = 0.0
    private var since: Instant?

    init(rate: Double?, unit: AdapterProfile.RateUnit) {
        self.rate = rate
        self.unit = unit
    }

    mutating func places(_ free: Int, now: Instant) -> Int {
        guard let rate else { return free }
        settle(now, rate)
        let places = Int(min(Double(free), max(rate, 1) - level))
        // How long a text is is known when it has been leased: one at a time, so that no more of them go beyond the rate.
        return unit == .messages ? places : min(places, 1)
    }

    mutating func began(_ dispatches: [Dispatch], now: Instant) {
        for dispatch in dispatches { level += Double(dispatch.payload.weight(unit)) }
    }

    /// When a place is free again.
    func nextPlace(now: Instant) -> Instant {
        guard let rate, level > max(rate, 1) - 1 else { return now }
        return now + .milliseconds(Int64((level - max(rate, 1) + 1) / rate * 1000) + 1)
    }

    private mutating func settle(_ now: Instant, _ rate: Double) {
        if let since { level = max(0, level - Double((now - since).wholeMilliseconds) / 1000 * rate) }
        since = now
    }
}
