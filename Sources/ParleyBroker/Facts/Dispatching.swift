public import ParleyCore

/// An adapter's dispatcher takes a turn: attempts that ended are settled, and free places are filled from the lanes that are due. One
/// commit.
public struct TakeTurn: Fact {
    public var adapter: String
    public var results: [AttemptResult]
    /// How many attempts may begin.
    public var places: Int
    /// What the last turn said of it.
    public var discipline: SendingDiscipline

    public init(adapter: String, results: [AttemptResult], places: Int, discipline: SendingDiscipline = SendingDiscipline()) {
        self.adapter = adapter
        self.results = results
        self.places = places
        self.discipline = discipline
    }

    /// What is to be attempted now, and when to look again.
    public struct Turn: Sendable {
        public var dispatches: [Dispatch]
        /// When a lane is due next; nil when none is known.
        public var nextDue: Instant?
        /// Why the adapter sends nothing, or nil.
        public var paused: String?
        /// For the next turn.
        public var discipline: SendingDiscipline
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> Turn
    {
        var discipline = discipline
        for result in results {
            try Settlement.settle(result, transaction, rules, &stamp, &effects)
            discipline.note(result)
        }
        try breakCircuit(discipline, transaction, rules, stamp, &effects)
        var places = places
        var probing: AdapterPause?
        if let pause = try transaction.adapterPauses().first(where: { $0.adapter == adapter }) {
            let next = pause.since + rules.retry.probeInterval(pause.cause)
            if results.contains(where: { $0.ends(pause.cause) }) {
                try transaction.resumeAdapter(adapter)
                effects.append(.alert("adapter \(adapter) sends again"))
            } else if stamp.now < next {
                let isMore = try moveOn(from: pause, until: next, transaction, rules, stamp, &effects)
                return Turn(dispatches: [], nextDue: isMore ? stamp.now : next, paused: pause.reason, discipline: discipline)
            } else {
                // One delivery tries whether the settings, or the provider, are right again.
                probing = pause
                places = min(places, 1)
            }
        }
        var dispatches: [Dispatch] = []
        if places > 0 {
            for (head, isAnswer) in try leaseLanes(places, transaction, stamp) {
                do {
                    if let rate = rules.directory.profile(adapter)?.ratePerProxy,
                        let slot = discipline.putOff(
                            // Whose own time has come does not go behind those who came later.
                            head.lane, isFirst: isAnswer || head.due > head.created, rate: rate, now: stamp.now)
                    {
                        try Settlement.putOff(head, until: slot, isAnswer: isAnswer, transaction)
                    } else if let dispatch = try lease(head, transaction, rules, stamp, &effects) {
                        dispatches.append(dispatch)
                        note(dispatch, &discipline, rules, stamp)
                    }
                } catch let failure as Projection.Unsendable {
                    // One row that cannot be read holds up none of its neighbours.
                    try Settlement.hold(head, because: failure.description, transaction, rules, stamp, &effects)
                }
            }
        }
        // Only what leaves has tried: a turn without anything to send leaves the next one its chance.
        if var pause = probing, !dispatches.isEmpty {
            pause.since = stamp.now
            try transaction.pauseAdapter(pause)
        }
        let nextDue = try transaction.nextLaneDue(adapter: adapter)
        if nextDue == nil { discipline.freeReservations() }
        return Turn(dispatches: dispatches, nextDue: nextDue, paused: nil, discipline: discipline)
    }

    /// What is due at a paused adapter goes on to the next one of its route. Returns true while there may be more.
    private func moveOn(
        from pause: AdapterPause, until next: Instant, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: Stamp,
        _ effects: inout [Effect]
    ) throws -> Bool {
        guard let route = rules.directory.route(of: adapter), route.reasons.contains(.paused) || route.after != nil else { return false }
        let chunk = 200
        let heads = try leaseLanes(chunk, transaction, stamp)
        for (head, isAnswer) in heads {
            let cause = (AdapterRoute.Reason.paused, "it is paused: \(pause.reason)")
            if let move = try FailOver(head, cause, transaction, rules, now: stamp.now) {
                try Settlement.failOver(head, move, transaction, rules, stamp, &effects)
            } else {
                let deadline = FailOver.deadline(of: head, rules, now: stamp.now)
                try Settlement.putOff(head, until: deadline.map { min($0, next) } ?? next, isAnswer: isAnswer, transaction)
            }
        }
        return heads.count == chunk
    }

    /// Who waits for an answer gets it before those who are told something.
    private func leaseLanes(
        _ places: Int, _ transaction: any WriteTransaction, _ stamp: Stamp
    ) throws -> [(head: Delivery, isAnswer: Bool)] {
        let end = stamp.now + .seconds(24 * 3600)
        var heads = try transaction.leaseLanes(adapter: adapter, now: stamp.now, until: end, limit: places, owed: true).map { ($0, true) }
        if heads.count < places {
            heads += try transaction.leaseLanes(
                adapter: adapter, now: stamp.now, until: end, limit: places - heads.count, owed: false
            ).map { ($0, false) }
        }
        return heads
    }

    private func note(_ dispatch: Dispatch, _ discipline: inout SendingDiscipline, _ rules: Rules, _ stamp: Stamp) {
        guard let profile = rules.directory.profile(adapter), let rate = profile.ratePerProxy else { return }
        discipline.sent(dispatch.pair.key, weight: dispatch.payload.weight(profile.rateUnit), rate: rate, now: stamp.now)
    }

    /// Pauses the adapter when attempt after attempt has failed, so that deliveries do not use up their attempts and an operator sees why.
    private func breakCircuit(
        _ discipline: SendingDiscipline, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: Stamp, _ effects: inout [Effect]
    ) throws {
        // One person who cannot be reached is not the provider's failure.
        guard discipline.failing.count >= rules.retry.failingDeliveriesMin else { return }
        let count = discipline.failuresInARow
        // A relay that puts off one recipient after the other works all the same.
        guard rules.channel(of: adapter) == .sms, count >= rules.retry.failuresInARowMax,
            let last = results.last(where: { $0.failure != nil })?.failure,
            try !transaction.adapterPauses().contains(where: { $0.adapter == adapter })
        else { return }
        try Settlement.pause(
            AdapterPause(
                adapter: adapter, reason: "\(count) attempts in a row failed; the last: \(last.words)", since: stamp.now, cause: .failing),
            transaction, &effects)
    }

    private func lease(
        _ head: Delivery, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: Stamp, _ effects: inout [Effect]
    ) throws -> Dispatch? {
        guard head.validUntil > stamp.now else {
            try Settlement.expire(head, transaction, rules, stamp, &effects)
            return nil
        }
        guard try transaction.conversation(head.conversation) != nil else {
            // Its service was deleted, and what it holds is not cleared away yet.
            try Settlement.cancel([head], because: "the service was deleted", transaction, rules, stamp, &effects)
            return nil
        }
        if let objection = try ConsentBook.objection(to: head, transaction) {
            try Settlement.refuse(head, objection, transaction, rules, stamp, &effects)
            return nil
        }
        if let move = try FailOver(head, nil, transaction, rules, now: stamp.now) {
            try Settlement.failOver(head, move, transaction, rules, stamp, &effects)
            return nil
        }
        var delivery = head
        guard let binding = try transaction.participant(delivery.participant)?.binding else {
            throw Projection.Unsendable(description: "it is for nobody")
        }
        let payload: Payload
        if let frozen = delivery.payload {
            payload = try Projection.read(frozen)
        } else {
            let projected = try Projection(rules: rules, transaction: transaction).payload(for: delivery, to: binding, now: stamp.now)
            payload = projected.payload
            delivery.payload = try Projection.freeze(payload)
            delivery.flags.formUnion(projected.flags)
            if let id = payload.messageID {
                try transaction.recordMailID(
                    id, conversation: delivery.conversation, participant: delivery.participant, message: delivery.message, ours: true,
                    at: stamp.now)
            }
        }
        delivery.phase = .sending
        delivery.attempt += 1
        delivery.updated = stamp.now
        try transaction.update(delivery)
        return Dispatch(
            delivery: delivery.sid, attempt: delivery.attempt, pair: binding.pair, payload: payload,
            mayBeRepeat: delivery.flags.contains(.possibleDuplicate),
            // Before the first attempt nothing was taken.
            partsTaken: delivery.attempt > 1 ? try transaction.parts(of: delivery.sid).map(\.part) : [])
    }
}

/// A dispatcher stops: what ended is settled, nothing begins.
public struct SettleAttempts: Fact {
    public var results: [AttemptResult]

    public init(_ results: [AttemptResult]) { self.results = results }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws {
        for result in results { try Settlement.settle(result, transaction, rules, &stamp, &effects) }
    }
}
