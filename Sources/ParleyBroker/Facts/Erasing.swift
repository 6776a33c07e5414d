public import ParleyCore

/// An operator asked for the erasure of a person. A person whose erasure is under way keeps that job.
public struct RequestErasure: Fact {
    public var person: ErasedPerson

    public init(_ person: ErasedPerson) { self.person = person }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> Erasure
    {
        if let open = try transaction.openErasure(digest: person.digest) { return open }
        let digits = String(UInt32(truncatingIfNeeded: stamp.identifiers.next()), radix: 16)
        return try transaction.insert(
            Erasure(
                digest: person.digest, person: person, pseudonym: "erased-" + String(repeating: "0", count: 8 - digits.count) + digits,
                due: stamp.now, requested: stamp.now))
    }
}

/// Takes one step of the erasure that is due. A step changes about two hundred rows at most.
public struct EraseSome: Fact {
    public init() {}

    /// Returns false when nothing is due.
    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> Bool
    {
        guard let job = try transaction.dueErasure(at: stamp.now), let person = job.person else { return false }
        var step = ErasureStep(job: job, person: person, rules: rules, stamp: stamp)
        try step.take(transaction, &effects)
        try transaction.update(step.job)
        return true
    }
}

/// The step of the erasure that is due failed: it waits, and others have their turn.
struct PostponeErasure: Fact {
    /// Returns the job's number.
    func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> Int64? {
        guard var job = try transaction.dueErasure(at: stamp.now) else { return nil }
        job.due = stamp.now + .seconds(60)
        try transaction.update(job)
        return job.id
    }
}

/// One step of an erasure. Whatever is done is found no more, or lies behind the cursor, so that a step which is taken again goes on.
private struct ErasureStep {
    var job: Erasure
    let person: ErasedPerson
    let rules: Rules
    let stamp: Stamp

    /// Rows of one kind that one step changes.
    private static let rowsMax = 200
    /// Messages that one step empties; each has its events, media and deliveries.
    private static let messagesMax = 20
    /// How long what is under way is waited for.
    private static let patience: Duration = .seconds(5)
    private static let reason = "the person's data is erased"

    mutating func take(_ transaction: any WriteTransaction, _ effects: inout [Effect]) throws {
        switch job.phase {
        case .answers:
            if let row = try transaction.eraseAnswers(of: person, after: job.cursor, limit: 50) { job.cursor = row } else { goOn() }
        case .participations:
            let rows = try transaction.participations(of: person, limit: 10)
            for row in rows { _ = try remove(row, transaction, &effects) }
            if rows.isEmpty { goOn() }
        case .people: try takePerson(transaction, &effects)
        case .messages:
            let rows = try transaction.messages(by: person, after: job.cursor, limit: Self.messagesMax)
            if try empty(rows, transaction, &effects), let last = rows.last { job.cursor = last.row }
            if rows.isEmpty { endRound() }
        case .users:
            if case .identity(let name) = person { try takeUser(name, transaction, &effects) } else { goOn() }
        case .inbox:
            let count = try transaction.eraseInbox(of: person, limit: Self.rowsMax)
            job.counts.inbound += count
            if count < Self.rowsMax { goOn() }
        case .lanes:
            if try transaction.eraseLanes(of: person, limit: Self.rowsMax) { wait() } else { goOn() }
        case .traces:
            try takeTraces(transaction)
        case .index:
            let starts = job.cursor == 0
            let hasMore = try transaction.mergeSearchIndex(starts: starts)
            job.cursor += 1
            if !hasMore, !starts { goOn() }
        case .bytes:
            if try transaction.looseMedia(limit: 1).isEmpty { try finish(transaction, &effects) } else { wait() }
        case .done: break
        }
    }

    /// One participant of the person, to the end: then the row itself keeps the pseudonym and no more.
    private mutating func takePerson(_ transaction: any WriteTransaction, _ effects: inout [Effect]) throws {
        guard let row = try transaction.nextParticipant(of: person, after: job.cursor) else { return endRound() }
        // Somebody may have added the person again meanwhile.
        if !row.isRemoved, try !remove(row, transaction, &effects) { return }
        if let lane = row.lane {
            let unsettled = try transaction.unsettled(to: row.sid, under: lane, limit: Self.rowsMax)
            try cancel(unsettled, transaction, &effects)
            if unsettled.contains(where: \.isUnderWay) { return leaveOver(row) }
            let count = try transaction.eraseDeliveries(to: row.sid, under: lane, pseudonym: job.pseudonym, limit: Self.rowsMax)
            job.counts.deliveries += count
            if count >= Self.rowsMax { return }
        }
        if try transaction.eraseMailIDs(of: row.sid, limit: Self.rowsMax) >= Self.rowsMax { return }
        let messages = try transaction.messages(by: row.sid, after: 0, limit: Self.messagesMax)
        if !messages.isEmpty {
            let before = job.counts.messages
            if try !empty(messages, transaction, &effects) { return }
            // What is left out is met again in the next round, together with its author.
            if job.counts.messages == before { leaveOver(row) }
            return
        }
        if try transaction.hasWebhookUnderWay(about: row.sid) { return leaveOver(row) }
        guard try eraseTold([row.sid], transaction) else { return }
        try transaction.erase(participant: row.sid, pseudonym: job.pseudonym)
        job.counts.participants += 1
        job.cursor = row.row
    }

    /// One user of the identity, to the end; then their devices.
    private mutating func takeUser(_ identity: String, _ transaction: any WriteTransaction, _ effects: inout [Effect]) throws {
        let user = try transaction.users(identity: identity, limit: 1).first
        if let sid = try user?.sid ?? transaction.toldUsers(identity: identity, limit: 1).first {
            if try transaction.hasWebhookUnderWay(about: sid) { return wait() }
            guard try eraseTold([sid], transaction) else { return }
        }
        if let user {
            try transaction.erase(user: user.sid)
            job.counts.users += 1
            let bare = User(
                sid: user.sid, service: user.service, identity: job.pseudonym, role: user.role, created: user.created, updated: user.updated
            )
            try transaction.append(Event(.userRemoved, bare, payload: EventPayload.user(bare), by: stamp))
            effects.append(.publish)
        } else if try transaction.toldUsers(identity: identity, limit: 1).isEmpty,
            try transaction.eraseDevices(of: identity, limit: Self.rowsMax) < Self.rowsMax
        {
            goOn()
        }
    }

    /// The person's name on what is not theirs.
    private mutating func takeTraces(_ transaction: any WriteTransaction) throws {
        if try transaction.eraseTraces(of: person, pseudonym: job.pseudonym, limit: Self.rowsMax) >= Self.rowsMax { return }
        if try transaction.eraseMedia(by: person, pseudonym: job.pseudonym, limit: Self.rowsMax) >= Self.rowsMax { return }
        if case .identity(let name) = person {
            if try transaction.eraseWebhooks(by: name, pseudonym: job.pseudonym, limit: Self.rowsMax) >= Self.rowsMax { return }
            if try transaction.hasWebhookUnderWay(by: name) { return wait() }
        }
        goOn()
    }

    /// Takes from events, and from what webhooks are told, what they say of subjects. Returns false when there is more than one step takes.
    private func eraseTold(_ subjects: [SID], _ transaction: any WriteTransaction) throws -> Bool {
        // Events first: what is queued later is queued from them.
        try transaction.eraseEvents(about: subjects, pseudonym: job.pseudonym, limit: Self.rowsMax) < Self.rowsMax
            && transaction.eraseWebhooks(about: subjects, pseudonym: job.pseudonym, limit: Self.rowsMax) < Self.rowsMax
    }

    /// Takes a person out of a conversation. Returns false while there is more to cancel.
    private func remove(_ row: ErasedRow, _ transaction: any WriteTransaction, _ effects: inout [Effect]) throws -> Bool {
        let waiting = try transaction.cancellable(.participant(row.sid), limit: Self.rowsMax)
        try Settlement.cancel(waiting, because: Self.reason, transaction, rules, stamp, &effects)
        guard waiting.count < Self.rowsMax, let participant = try transaction.participant(row.sid) else { return false }
        try transaction.remove(participant, at: stamp.now)
        // The event says who left by the pseudonym alone; that of a conversation which is gone would tell nobody.
        if let conversation = try transaction.conversation(row.conversation) {
            try transaction.append(
                Event(
                    .participantRemoved, in: conversation, subject: row.sid,
                    payload: EventPayload.erased(participant, as: job.pseudonym), by: stamp))
            effects.append(.publish)
        }
        return true
    }

    /// Empties messages. Returns false when there are more events about them than one step takes.
    private mutating func empty(_ rows: [ErasedRow], _ transaction: any WriteTransaction, _ effects: inout [Effect]) throws -> Bool {
        var ready: [SID] = []
        for row in rows {
            let unsettled = try transaction.unsettled(of: row.sid, limit: Self.rowsMax)
            try cancel(unsettled, transaction, &effects)
            let isUnderWay = try unsettled.contains(where: \.isUnderWay) || transaction.hasWebhookUnderWay(about: row.sid)
            if isUnderWay { job.hasLeftOver = true } else { ready.append(row.sid) }
        }
        guard !ready.isEmpty else { return true }
        guard try eraseTold(ready, transaction) else { return false }
        let counts = try transaction.erase(ready, pseudonym: job.pseudonym)
        job.counts.messages += counts.messages
        job.counts.media += counts.media
        return true
    }

    private func cancel(_ deliveries: [Delivery], _ transaction: any WriteTransaction, _ effects: inout [Effect]) throws {
        try Settlement.cancel(deliveries.filter { !$0.isUnderWay }, because: Self.reason, transaction, rules, stamp, &effects)
    }

    private mutating func leaveOver(_ row: ErasedRow) {
        job.hasLeftOver = true
        job.cursor = row.row
    }

    /// The end of the rows: another round when something was left out, else the next phase.
    private mutating func endRound() {
        guard job.hasLeftOver else { return goOn() }
        (job.cursor, job.hasLeftOver) = (0, false)
        wait()
    }

    private mutating func wait() { job.due = stamp.now + Self.patience }

    private mutating func goOn() {
        let all = Erasure.Phase.allCases
        let place = all.firstIndex(of: job.phase).map { all.index(after: $0) } ?? all.endIndex
        job.phase = place < all.endIndex ? all[place] : .done
        job.cursor = 0
    }

    private mutating func finish(_ transaction: any WriteTransaction, _ effects: inout [Effect]) throws {
        job.phase = .done
        job.person = nil
        job.finished = stamp.now
        try transaction.append(Event(kind: .personErased, payload: EventPayload.erasure(job), at: stamp.now))
        effects.append(.publish)
    }
}

extension Delivery {
    /// True while an attempt is under way or its answer is awaited: such a delivery is not cancelled, it ends.
    fileprivate var isUnderWay: Bool { phase == .sending || phase == .awaiting }
}
