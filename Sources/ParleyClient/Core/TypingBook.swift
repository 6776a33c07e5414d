import Synchronization

/// Who is typing where, and when one's own typing was last reported.
final class TypingBook: Sendable {
    private struct Key: Hashable {
        let conversation: String
        let participant: String
    }

    private struct Entry {
        let participant: Participant
        /// Of the report that it stands for: a timer of an older one ends nothing.
        let report: UInt64
    }

    private struct Timer: Sendable {
        let key: Key
        let report: UInt64
        let time: Duration
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var reports: UInt64 = 0
        var ownReports: [String: Duration] = [:]
        var isStopped = false
    }

    /// Beyond, further people are not shown typing.
    private static let entriesMax = 1000
    private static let secondsMax = 60

    private let state = Mutex(State())
    private let time: FeedTime
    private let window: Duration
    private let ended: EventHub<Participant>
    private let timers: AsyncStream<Timer>
    private let schedule: AsyncStream<Timer>.Continuation

    init(time: FeedTime, window: Duration, ended: EventHub<Participant>) {
        self.time = time
        self.window = window
        self.ended = ended
        (timers, schedule) = AsyncStream.makeStream(of: Timer.self)
    }

    /// Ends typing that was not reported again, until `stop()`.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await timer in timers {
                group.addTask {
                    guard (try? await self.time.sleep(timer.time)) != nil else { return }
                    self.expire(timer)
                }
            }
            group.cancelAll()
        }
    }

    func stop() {
        schedule.finish()
        let entries = state.withLock { state in
            state.isStopped = true
            defer { state.entries = [:] }
            return state.entries
        }
        // Let go outside of the lock.
        _ = consume entries
    }

    /// Somebody reported typing; it ends a second after the time that the report is good for, unless there is another.
    func started(_ participant: Participant, seconds: Int) {
        let key = Key(conversation: participant.conversation.sid, participant: participant.sid)
        let report: UInt64? = state.withLock { state in
            guard !state.isStopped, state.entries[key] != nil || state.entries.count < TypingBook.entriesMax else { return nil }
            state.reports += 1
            state.entries[key] = Entry(participant: participant, report: state.reports)
            return state.reports
        }
        guard let report else { return }
        let seconds = min(max(seconds, 0), TypingBook.secondsMax) + 1
        schedule.yield(Timer(key: key, report: report, time: .seconds(seconds)))
    }

    func isTyping(_ participant: String, in conversation: String) -> Bool {
        state.withLock { $0.entries[Key(conversation: conversation, participant: participant)] != nil }
    }

    /// Somebody's message came.
    func ended(by identity: String, in conversation: String) {
        let over = state.withLock { state in
            let keys = state.entries.filter { $0.key.conversation == conversation && $0.value.participant.identity == identity }.map(\.key)
            return keys.compactMap { state.entries.removeValue(forKey: $0)?.participant }
        }
        for participant in over { ended.tell(participant) }
    }

    /// One is no longer in that conversation: nothing more is told of it.
    func forget(_ conversation: String) {
        let gone = state.withLock { state in
            state.ownReports[conversation] = nil
            defer { state.entries = state.entries.filter { $0.key.conversation != conversation } }
            return state.entries
        }
        _ = consume gone
    }

    /// Whether a report of one's own is due. When it is, the window begins.
    func takeTurn(_ conversation: String) -> Bool {
        let now = time.now()
        return state.withLock { state in
            if let last = state.ownReports[conversation], now - last < window { return false }
            if state.ownReports.count >= TypingBook.entriesMax { state.ownReports = state.ownReports.filter { now - $0.value < window } }
            state.ownReports[conversation] = now
            return true
        }
    }

    /// The report could not be sent: the next call may try again.
    func giveBackTurn(_ conversation: String) { state.withLock { $0.ownReports[conversation] = nil } }

    private func expire(_ timer: Timer) {
        let over: Participant? = state.withLock { state in
            guard state.entries[timer.key]?.report == timer.report else { return nil }
            return state.entries.removeValue(forKey: timer.key)?.participant
        }
        if let over { ended.tell(over) }
    }
}
