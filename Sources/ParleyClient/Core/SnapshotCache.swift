/// What was last known of participants or messages, so that an older event is told with a newer answer, and a change with its reasons. It
/// holds the 1,000 that were touched last; of what was let go an event is told as it was, with all reasons that its kind can have.
struct SnapshotCache<Value: Sendable & Equatable>: Sendable {
    static var entriesMax: Int { 1000 }

    private struct Entry {
        var tracked: Tracked<Value>
        var touched: UInt64
    }

    private var entries: [String: Entry] = [:]
    private var clock: UInt64 = 0

    var count: Int { entries.count }

    subscript(sid: String) -> Tracked<Value>? { entries[sid]?.tracked }

    /// - Parameter former: what the caller knew before.
    /// - Returns: the newest that is known, which may be newer than the answer.
    mutating func take(answer: Value, of sid: String, at position: Int64, former: Value? = nil) -> Value {
        // What the caller knew before is as old as can be.
        guard var tracked = entries[sid]?.tracked ?? former.map({ Tracked($0, at: -1) }) else {
            put(Tracked(answer, at: position), sid)
            return answer
        }
        tracked.take(answer: answer, at: position)
        put(tracked, sid)
        return tracked.value
    }

    /// - Parameters:
    ///   - whole: what the event says; nil when it says only a part.
    ///   - change: the part that the event says, of what is known.
    /// - Returns: nil when the event says only a part, and nothing is known.
    mutating func take(eventAt position: Int64, of sid: String, whole: Value?, _ change: (Value) -> Value) -> Tracked<Value>.Taken? {
        guard var tracked = entries[sid]?.tracked ?? whole.map({ Tracked($0, at: position) }) else { return nil }
        let taken = tracked.take(eventAt: position) { whole ?? change($0) }
        put(tracked, sid)
        return taken
    }

    mutating func forget(_ sid: String) { entries[sid] = nil }

    /// Events after this position are told; some before it were missed.
    mutating func forget(upTo position: Int64) { entries = entries.filter { $0.value.tracked.position > position } }

    private mutating func put(_ tracked: Tracked<Value>, _ sid: String) {
        clock += 1
        entries[sid] = Entry(tracked: tracked, touched: clock)
        guard entries.count > SnapshotCache.entriesMax else { return }
        // A tenth at once, so that the sorting is rare.
        let oldest = entries.sorted { $0.value.touched < $1.value.touched }.prefix(SnapshotCache.entriesMax / 10)
        for (sid, _) in oldest { entries[sid] = nil }
    }
}
