public import Foundation

/// A chat user's connection to the gateway: the user's conversations, and what happens in them.
///
/// It connects at once, in the background; each call waits until the first connection stands or has failed. What a call returns, every
/// later call and every later event agree: of two versions of the same thing the later one is told.
///
/// `shutdown()` ends it. A client that is let go without ends its connection by itself, some time later.
public final class ConversationsClient: Sendable {
    let core: ClientCore
    private let task: Task<Void, Never>

    /// - Parameters:
    ///   - url: where the gateway's API is, such as `https://chat.example`; a path before `/v1` is kept.
    ///   - token: the access token of a chat user.
    public convenience init(url: URL, token: String, options: ConversationsClient.Options = .init()) {
        let box = TokenBox(token)
        let wire = HTTPClientWire(options: options)
        let feed = RealtimeFeed(url: url, token: box, group: wire.group, options: options)
        self.init(url: url, token: box, wire: wire, feed: feed, time: FeedTime(ContinuousClock()), options: options)
    }

    init(url: URL, token: TokenBox, wire: any HTTPWire, feed: any Feed, time: FeedTime, options: ConversationsClient.Options) {
        let core = ClientCore(url: url, token: token, wire: wire, feed: feed, time: time, options: options)
        self.core = core
        // The one task without a parent: the connection lives as long as the client does, and an initialiser has no scope to wait in. It
        // holds what it needs and not the client, so `deinit` comes when the application lets go; `stop()` ends it, and `shutdown()` also
        // waits for its end.
        task = Task { await core.run() }
    }

    deinit { core.stop() }

    /// How the realtime connection stands now; `connecting` at first.
    public var connectionState: ConnectionState { core.connectionState }

    /// Who the token says one is, once connected.
    public var identity: String? { core.identity }

    /// Closes the connection and waits for its end. Sequences of events end; calls are refused from then on.
    public func shutdown() async {
        core.closing()
        core.stop()
        await task.value
    }

    /// Goes on with another token of the same user. The same token again changes nothing.
    ///
    /// - Throws: `ConversationsError` when the gateway refuses it; the former one stays in use then.
    public func updateToken(_ token: String) async throws {
        try Check.notEmpty(token, "token")
        try await core.updateToken(token)
    }
}
