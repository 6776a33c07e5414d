/// What happens from the moment of the property's access on, in order; it ends when the client is shut down.
///
/// Each access begins a sequence of its own, for one reader. It holds what its reader has not taken yet, up to
/// `ConversationsClient.Options.eventsMax` events; beyond, the oldest are dropped and the client tells `resynced`.
public struct EventSequence<Element: Sendable>: AsyncSequence, Sendable {
    /// It never throws.
    public typealias Failure = Never

    let stream: AsyncStream<Element>

    /// For the one reader: several iterators of one sequence share its events between them.
    public func makeAsyncIterator() -> Iterator { Iterator(iterator: stream.makeAsyncIterator()) }

    /// Takes the events out of a sequence.
    public struct Iterator: AsyncIteratorProtocol {
        var iterator: AsyncStream<Element>.Iterator

        /// The next event, waited for; nil when the client was shut down or the task was cancelled.
        public mutating func next() async -> Element? { await iterator.next() }

        /// The same, without leaving the caller's actor.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> Element? { await iterator.next(isolation: actor) }
    }
}
