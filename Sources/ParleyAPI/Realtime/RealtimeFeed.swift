import ParleyBroker
import ParleyCore

/// What the realtime feed asks of the Broker.
protocol RealtimeFeed: Sendable {
    var feedRings: AsyncStream<Void> { get }
    func feedEnd() async throws -> Int64
    func feedReaches(_ position: Int64) async throws -> Bool
    func feed(after position: Int64, limit: Int) async throws -> FeedStretch<SeenEvent>
    func feed(of viewer: Viewer, after position: Int64, limit: Int) async throws -> FeedStretch<Event>
    func typing(in name: ConversationName, by identity: String) async throws -> Typing
    /// The users of a service with these identities; who is unknown is left out.
    func users(named identities: [String], in service: SID) async throws -> Set<SID>
}

extension Broker: RealtimeFeed {
    func users(named identities: [String], in service: SID) async throws -> Set<SID> {
        guard !identities.isEmpty else { return [] }
        return try await read { transaction in
            try Set(Set(identities).compactMap { try transaction.user(identity: $0, service: service)?.sid })
        }
    }
}
