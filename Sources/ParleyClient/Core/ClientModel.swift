import Synchronization

/// What a client knows, beside what its conversations and users know of themselves.
struct ClientModel {
    var connectionState = ConnectionState.connecting
    var identity: String?
    var service: String?
    /// The last event that was told; nil before the first connection.
    var cursor: Int64?
    var isClosing = false
    var conversations = ConversationRegistry()
    var participants = SnapshotCache<ParticipantFacts>()
    var messages = SnapshotCache<MessageFacts>()
    /// Users who are watched, those watched the longest first.
    var users: [User] = []
    /// Those who are about to be, how often they are asked for.
    var awaitedUsers: [String: Int] = [:]
    /// Whether the gateway was asked for anything before the realtime connection first stood: what happened in between was not told.
    var wasAskedUntold = false
    /// Conversations that this client has left or deleted, with the position of it: older events of theirs are not told.
    var departures: [String: Int64] = [:]

    static let usersMax = 100

    /// The identities that the gateway is to watch. One's own changes are told anyhow.
    var watched: [String] {
        let awaited = awaitedUsers.keys.filter { name in !users.contains { $0.identity.isSame(as: name) } }.sorted()
        return Array((users.map(\.identity) + awaited).filter { !$0.isSame(as: identity) }.suffix(ClientModel.usersMax))
    }

    func user(_ identity: String) -> User? { users.first { $0.identity.isSame(as: identity) } }

    mutating func stopAwaiting(_ identity: String) {
        let count = awaitedUsers[identity, default: 1] - 1
        awaitedUsers[identity] = count > 0 ? count : nil
    }

    /// The gateway's log is another one, shorter than what was told of: its positions begin anew, and nothing that is known is newer.
    mutating func rewind(to position: Int64) {
        cursor = position
        departures = [:]
        participants = SnapshotCache()
        messages = SnapshotCache()
        for conversation in conversations.all { conversation.record.withLock { $0.rewind() } }
        for user in users { user.record.withLock { $0.rewind() } }
    }

    /// The feed has told everything up to here.
    mutating func pass(_ position: Int64) {
        cursor = max(cursor ?? position, position)
        if !departures.isEmpty { departures = departures.filter { $0.value > position } }
    }
}
