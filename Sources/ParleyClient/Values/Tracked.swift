/// Something that answers and events both tell about, each with the position in the event log up to which it says everything: the version
/// with the higher position wins.
///
/// An event may be older than what an answer said before it came. It is told then with what the answer said, and with what the event
/// itself changed: for that the state as the events told it is kept beside what is known.
struct Tracked<Value: Sendable & Equatable>: Sendable {
    /// What an event comes to.
    struct Taken {
        /// The state before the event; nil when it is not known.
        let former: Value?
        /// The state as the event left it.
        let said: Value
        /// What is to be shown: `said`, or what is newer.
        let now: Value
    }

    private(set) var value: Value
    private(set) var position: Int64
    /// The state at a position that lies before `position`, from which the events that are still to come go on.
    private var log: (value: Value, position: Int64)?

    init(_ value: Value, at position: Int64) {
        self.value = value
        self.position = position
    }

    /// An answer said this. An older answer than what is known changes nothing.
    mutating func take(answer: Value, at position: Int64) {
        guard position >= self.position else { return }
        log = log ?? (value, self.position)
        value = answer
        self.position = position
    }

    /// An event came. Events come in the order of their positions.
    ///
    /// - Parameter change: makes the state after the event of the state before.
    mutating func take(eventAt position: Int64, _ change: (Value) -> Value) -> Taken {
        guard self.position >= position else {
            // Nothing happened between what is known and the event.
            let former = value
            value = change(value)
            self.position = position
            log = (value, position)
            return Taken(former: former, said: value, now: value)
        }
        guard let former = log, former.position < position else {
            // The state before the event was never known. That after it is, but for what the answer has of later events.
            let said = change(value)
            if log == nil { log = (said, position) }
            return Taken(former: nil, said: said, now: value)
        }
        let said = change(former.value)
        log = (said, position)
        return Taken(former: former.value, said: said, now: value)
    }

    /// Positions begin anew: whatever is told next is newer than what is known.
    mutating func rewind() {
        position = -1
        log = (value, -1)
    }

    /// Events were missed, so that what is known is where the following ones go on.
    ///
    /// - Returns: the last state that was told, nil when there is none.
    mutating func settle() -> Value? {
        defer { log = (value, position) }
        return log?.value
    }
}
