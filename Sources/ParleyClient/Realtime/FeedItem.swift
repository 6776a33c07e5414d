import Foundation

/// What the realtime connection tells, in order.
enum FeedItem: Sendable {
    case state(ConnectionState)
    case subscribed(FeedStart)
    case event(FeedEvent)
    case typing(FeedTyping)
    case tokenAboutToExpire(Date)
    case tokenExpired(Date)
    case failure(ConversationsError, isTerminal: Bool)
}

/// From where on events are told, and to whom.
struct FeedStart: Sendable, Hashable {
    let position: Int64
    let identity: String
    let service: String
    /// When the token ends.
    let expires: Date
    /// Events before `position` were missed.
    let isResync: Bool
    /// Every event since the former connection follows.
    let isResumed: Bool
}

/// Something that happened.
struct FeedEvent: Sendable, Hashable {
    let position: Int64
    let kind: String
    let conversation: String?
    let subject: String?
    let at: Date
    let resource: JSONValue
}

/// Somebody is typing.
struct FeedTyping: Sendable, Hashable {
    let conversation: String
    let participant: String
    let identity: String
    /// How long to show it, unless their message comes first.
    let seconds: Int
}
