import Synchronization

@testable import ParleyClient

/// A realtime connection that tells what the test says.
final class FakeFeed: Feed {
    private struct State {
        var typing: [String] = []
        var watched: [[String]] = []
        var tokens: [String] = []
        var refusal: ConversationsError?
        var isShutDown = false
    }

    private let state = Mutex(State())
    private let items: AsyncStream<(FeedItem, CheckedContinuation<Void, Never>)>
    private let continuation: AsyncStream<(FeedItem, CheckedContinuation<Void, Never>)>.Continuation

    init() { (items, continuation) = AsyncStream.makeStream() }

    var typing: [String] { state.withLock { $0.typing } }
    var watched: [[String]] { state.withLock { $0.watched } }
    var tokens: [String] { state.withLock { $0.tokens } }
    var isShutDown: Bool { state.withLock { $0.isShutDown } }

    /// Commands are refused with this from now on.
    func refuse(_ error: ConversationsError?) { state.withLock { $0.refusal = error } }

    /// Returns when the client has taken it.
    func tell(_ item: FeedItem) async {
        await withCheckedContinuation { done in
            if case .terminated = continuation.yield((item, done)) { done.resume() }
        }
    }

    func run(_ deliver: @Sendable (FeedItem) async -> Void) async {
        for await (item, done) in items {
            await deliver(item)
            done.resume()
        }
    }

    func typing(_ conversation: String) async throws(ConversationsError) {
        try command { $0.typing.append(conversation) }
    }

    func watch(_ identities: @Sendable () -> [String]) async throws(ConversationsError) {
        let said = identities()
        try command { $0.watched.append(said) }
    }

    func update(token: String) async throws(ConversationsError) {
        try command { $0.tokens.append(token) }
    }

    func shutdown() async {
        state.withLock { $0.isShutDown = true }
        continuation.finish()
    }

    private func command(_ body: (inout State) -> Void) throws(ConversationsError) {
        let refusal = state.withLock { state in
            body(&state)
            return state.refusal
        }
        if let refusal { throw refusal }
    }
}
