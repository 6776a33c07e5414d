import ParleyCore

/// What a transaction added to the event log, read within that very transaction.
struct Glimpse: Sendable {
    var moments: [Moment] = []

    /// One event, with the message as it was appended.
    struct Moment: Sendable {
        let event: Event
        let message: Message?
    }

    init(_ transaction: any WriteTransaction, after position: Int64) throws {
        let transaction = (transaction as? RelayedTransaction)?.base ?? transaction
        for event in try transaction.events(after: position, limit: 1000) {
            let message = event.kind == .messageAdded ? try event.subject.flatMap { try transaction.message($0) } : nil
            moments.append(Moment(event: event, message: message))
        }
    }
}

/// The event log as it grew, seen from outside the database.
struct History {
    private(set) var moments: [Glimpse.Moment] = []
    /// The position of the last event.
    private(set) var position: Int64 = 0

    /// - Returns: the messages that were appended.
    mutating func take(_ glimpse: Glimpse) -> [Message] {
        moments += glimpse.moments
        position = glimpse.moments.last?.event.position ?? position
        return glimpse.moments.compactMap(\.message)
    }
}
