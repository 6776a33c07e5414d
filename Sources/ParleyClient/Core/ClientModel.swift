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
    /// Conversations that this client has left or deleted, with the position of it: older events of theirs are not told.
    var departures: [String: Int64] = [:]

    static let usersMax = 100

    /// The feed has told everything up to here.
    mutating func pass(_ position: Int64) {
        cursor = max(cursor ?? position, position)
        if !departures.isEmpty { departures = departures.filter { $0.value > position } }
    }
}
