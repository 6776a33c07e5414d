/// Something that answers and events both tell about, each with the position in the event log up to which it says everything: the version with the higher
/// position wins.
struct Tracked<Value: Sendable & Equatable>: Sendable {
    private(set) var value: Value
    private(set) var position: Int64
    /// What the events told so far have said, or would have; nil while events may still come that are older than `value`, and nothing was known before.
    private(set) var told: Value?

    init(_ value: Value, at position: Int64) {
        self.value = value
        self.position = position
    }

    /// An answer said this.
    ///
    /// - Parameter former: what the caller knew before, for the reasons of the event that will follow.
    mutating func take(answer: Value, at position: Int64, former: Value? = nil) {
        guard position >= self.position else { return }
        // What the events say is no longer what is known, so it is kept apart.
        told = told ?? former ?? (answer == value ? nil : value)
        value = answer
        self.position = position
    }

    /// An event came. Events come in the order of their positions.
    ///
    /// - Parameter change: makes the new value of the former one.
    /// - Returns: what was told before, nil when nothing is known of it; and what is to be told now, which may be newer than the event.
    mutating func take(eventAt position: Int64, _ change: (Value) -> Value) -> (former: Value?, now: Value) {
        if self.position < position {
            // Every event up to here has been told, so what is known is what was told.
            told = value
            value = change(value)
            self.position = position
        }
        defer { told = value }
        return (told, value)
    }
}
