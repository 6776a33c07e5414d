public import ParleyCore

/// An event with the identities of those who see it.
public struct SeenEvent: Sendable, Hashable {
    public var event: Event
    public var audience: [String]

    public init(_ event: Event, audience: [String]) {
        self.event = event
        self.audience = audience
    }
}

/// Whose events are read: a chat user's, with the other users whose changes they want to hear of.
public struct Viewer: Sendable, Hashable {
    public var identity: String
    public var service: SID
    /// SIDs of users.
    public var users: Set<SID>

    public init(_ identity: String, in service: SID, users: Set<SID> = []) {
        self.identity = identity
        self.service = service
        self.users = users
    }
}

/// A stretch of the event log.
public struct FeedStretch<Element: Sendable>: Sendable {
    /// In the order of their positions.
    public var events: [Element]
    /// The stretch tells everything up to here; the next one begins after it.
    public var position: Int64
    /// True while there may be more.
    public var hasMore: Bool

    public init(events: [Element], position: Int64, hasMore: Bool) {
        self.events = events
        self.position = position
        self.hasMore = hasMore
    }
}

/// What somebody who types makes others see.
public struct Typing: Sendable, Hashable {
    public var conversation: SID
    public var participant: SID
    public var identity: String
    /// The identities of the others in the conversation.
    public var audience: [String]
}

/// The event log as people see it who are connected (contract: SDK §1 and §2, events).
extension Broker {
    /// Rings when the event log has grown. For one reader.
    public var feedRings: AsyncStream<Void> { feedEvents.rings }

    /// The position of the latest event.
    public func feedEnd() async throws -> Int64 { try await read { try $0.latestPosition() } }

    /// True when everything after a position is still in the log, so that whoever saw that event misses nothing.
    public func feedReaches(_ position: Int64) async throws -> Bool {
        try await read { transaction in
            let latest = try transaction.latestPosition()
            guard position < latest else { return position == latest }
            return try position >= (transaction.oldestPosition() ?? 0) - 1
        }
    }

    /// The next events after a position that people see at all, each with its service and with who sees it. A user's have no audience here:
    /// who watches the user knows it.
    public func feed(after position: Int64, limit: Int) async throws -> FeedStretch<SeenEvent> {
        try await read { transaction in
            let events = try transaction.events(after: position, limit: limit)
            let seen = try events.filter(FeedRule.isShown).map { event in
                // An identity is somebody in one service, and receipts do not say in which they are told.
                let service = try event.service ?? event.conversation.flatMap { try transaction.service(of: $0) }
                return SeenEvent(event.told(in: service), audience: try transaction.audience(of: event))
            }
            return FeedStretch(events: seen, position: events.last?.position ?? position, hasMore: events.count == limit)
        }
    }

    /// The next events after a position that one person sees.
    public func feed(of viewer: Viewer, after position: Int64, limit: Int) async throws -> FeedStretch<Event> {
        try await read { transaction in
            let events = try transaction.events(
                seenBy: viewer.identity, in: viewer.service, users: viewer.users.sorted { $0.text < $1.text }, after: position, limit: limit
            )
            let hasMore = events.count == limit
            let end = hasMore ? events.last?.position ?? position : max(position, try transaction.latestPosition())
            return FeedStretch(events: events.filter(FeedRule.isShown), position: end, hasMore: hasMore)
        }
    }

    /// Somebody types in a conversation.
    ///
    /// - Throws: 404/20404; 403/50430 when they are not in it; 400/50377 when it is closed.
    public func typing(in name: ConversationName, by identity: String) async throws -> Typing {
        let service = rules.installation.service
        return try await read { transaction in
            let conversation = try name.find(in: transaction, default: service)
            guard let actor = try Permissions.Actor(in: conversation, transaction, .sdk(identity)) else { throw Refusal.notParticipant }
            guard conversation.state != .closed else { throw Refusal.conversationClosed }
            let others = try transaction.identities(in: conversation.sid).filter { $0 != identity }
            return Typing(conversation: conversation.sid, participant: actor.participant.sid, identity: identity, audience: others)
        }
    }
}

/// Which events people see at all.
enum FeedRule {
    static func isShown(_ event: Event) -> Bool {
        switch event.kind {
        case .conversationAdded, .conversationUpdated, .conversationRemoved, .conversationStateUpdated: true
        case .participantAdded, .participantUpdated, .participantRemoved: true
        case .messageAdded, .messageUpdated, .messageRemoved: true
        case .userUpdated: true
        // Attempts that change nothing of what a receipt shows are the operator's.
        case .deliveryUpdated: event.payload.contains("\"shown\":true")
        case .userAdded, .userRemoved, .inboundHeld, .pairPaused, .adapterPaused, .personErased, .consentUpdated: false
        }
    }
}

extension Event {
    fileprivate func told(in service: SID?) -> Event {
        Event(
            position: position, kind: kind, conversation: conversation, subject: subject, payload: payload, at: at, service: service,
            origin: origin)
    }
}
