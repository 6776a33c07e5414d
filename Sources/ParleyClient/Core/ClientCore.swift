import Foundation
import Synchronization

/// A client without its public face: what it knows, and its ways to the gateway. Conversations hold it, and it holds those that the user
/// is in until `run()` ends.
final class ClientCore: Sendable {
    let options: ConversationsClient.Options
    let events: ClientEvents
    let typingBook: TypingBook
    let feed: any Feed
    let model = Mutex(ClientModel())
    private let rest: RESTCaller
    private let token: TokenBox
    private let first = FirstConnection()
    private let stopped: AsyncStream<Never>
    private let stopping: AsyncStream<Never>.Continuation

    init(url: URL, token: TokenBox, wire: any HTTPWire, feed: any Feed, time: FeedTime, options: ConversationsClient.Options) {
        self.options = options
        self.token = token
        self.feed = feed
        rest = RESTCaller(url: url, token: token, wire: wire, time: time, options: options)
        events = ClientEvents(eventsMax: options.eventsMax)
        typingBook = TypingBook(time: time, window: options.typingWindow, ended: events.typingEnded)
        (stopped, stopping) = AsyncStream.makeStream(of: Never.self)
    }

    var connectionState: ConnectionState { model.withLock { $0.connectionState } }
    var identity: String? { model.withLock { $0.identity } }

    /// Runs the connection until `stop()`, then lets go of everything.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.feed.run { await self.deliver($0) } }
            group.addTask { await self.typingBook.run() }
            for await _ in stopped {}
            await feed.shutdown()
            typingBook.stop()
            // Also ends what the delivery of an event may be asking for, or be waiting for before it asks again.
            await rest.wire.shutdown()
            group.cancelAll()
        }
        set(.disconnected)
        events.finish()
        // They hold this object. They are let go outside of the lock, since that may end it.
        let held = model.withLock { model in
            defer {
                model.conversations = ConversationRegistry()
                model.users = []
            }
            return (model.conversations, model.users)
        }
        withExtendedLifetime(held) {}
    }

    /// From now on calls are refused.
    func closing() {
        set(.disconnecting)
        model.withLock { $0.isClosing = true }
        first.over()
    }

    func stop() {
        model.withLock { $0.isClosing = true }
        first.over()
        stopping.finish()
    }

    func set(_ state: ConnectionState) {
        let isNew = model.withLock { model in
            guard model.connectionState != state else { return false }
            guard !model.isClosing || state == .disconnecting || state == .disconnected else { return false }
            model.connectionState = state
            return true
        }
        if isNew { events.connectionStateChanged.tell(state) }
    }

    /// The first connection stands, or has failed.
    func firstIsOver() { first.over() }

    /// Waits for the first connection attempt.
    func ready() async throws {
        try await first.wait()
        guard !model.withLock({ $0.isClosing }) else { throw ConversationsError.shutDown }
    }

    /// Asks the gateway.
    func call(_ request: RESTRequest) async throws -> RESTAnswer {
        try await ready()
        let service = model.withLock { model in
            if model.cursor == nil { model.wasAskedUntold = true }
            return model.service
        }
        return try await rest.send(request, service: service ?? token.service)
    }

    func updateToken(_ new: String) async throws {
        try await ready()
        guard new != token.token else { return }
        try await feed.update(token: new)
        token.set(new)
    }
}
