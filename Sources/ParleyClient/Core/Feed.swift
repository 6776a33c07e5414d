/// The realtime connection as the client uses it.
protocol Feed: Sendable {
    /// Connects, reconnects and resumes until `shutdown()`; gives one item at a time.
    func run(_ deliver: @Sendable (FeedItem) async -> Void) async
    func typing(_ conversation: String) async throws(ConversationsError)
    /// - Parameter identities: says whom, at the moment at which it is decided.
    func watch(_ identities: @Sendable () -> [String]) async throws(ConversationsError)
    func update(token: String) async throws(ConversationsError)
    func shutdown() async
}

extension RealtimeFeed: Feed {}
