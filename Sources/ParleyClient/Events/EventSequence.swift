/// What happens from the moment of the property's access on, in order; it ends when the client is shut down.
///
/// Each access begins a sequence of its own, for one reader. It holds what its reader has not taken yet, up to
/// `ConversationsClient.Options.eventsMax` events; beyond, the oldest are dropped and the client tells `resynced`.
public struct EventSequence<Element: Sendable>: AsyncSequence, Sendable {
    public typealias Failure = Never

    let stream: AsyncStream<Element>

    public func makeAsyncIterator() -> Iterator { Iterator(iterator: stream.makeAsyncIterator()) }

    public struct Iterator: AsyncIteratorProtocol {
        var iterator: AsyncStream<Element>.Iterator

        public mutating func next() async -> Element? { await iterator.next() }

        public mutating func next(isolation actor: isolated (any Actor)?) async -> Element? { await iterator.next(isolation: actor) }
    }
}
