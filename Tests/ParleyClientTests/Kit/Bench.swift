import Foundation
import Synchronization

@testable import ParleyClient

/// A client of alice's on a scripted gateway, connected at position 10.
final class Bench: Sendable {
    let wire = FakeWire()
    let feed = FakeFeed()
    let clock = SteppedClock()
    let client: ConversationsClient

    init() {
        client = ConversationsClient(
            url: Bench.url, token: TokenBox("token-1"), wire: wire, feed: feed, time: FeedTime(clock), options: .init())
    }

    static let url = URL(string: "http://gateway.test/") ?? URL(fileURLWithPath: "/")

    func connect(at position: Int64 = 10, isResync: Bool = false, isResumed: Bool = false) async {
        await feed.tell(.state(.connected))
        await feed.tell(
            .subscribed(
                FeedStart(
                    position: position, identity: "alice", service: "IS1", expires: .distantFuture, isResync: isResync, isResumed: isResumed
                )))
    }

    static func connected() async -> Bench {
        let bench = Bench()
        await bench.connect()
        return bench
    }

    /// A conversation that alice is in, read at that position.
    func conversation(_ sid: String = "CH1", at position: Int64 = 10, _ changes: [String: JSONValue] = [:]) async throws -> Conversation {
        wire.on("GET MyConversations/\(sid)", at: position, Bench.view(sid, changes))
        return try await client.getConversationBySid(sid)
    }

    func event(
        _ kind: String, at position: Int64, in conversation: String? = "CH1", of subject: String? = nil, _ resource: JSONValue
    ) async {
        await feed.tell(
            .event(
                FeedEvent(
                    position: position, kind: kind, conversation: conversation, subject: subject ?? resource["sid"]?.stringValue,
                    at: Date(timeIntervalSince1970: 0), resource: resource)))
    }

    /// What is told from now on, in order, as `name detail`.
    func record() -> @Sendable () -> [String] {
        let (events, log) = (client.core.events, Recorded())
        func watch<Element>(_ hub: EventHub<Element>, _ line: @escaping @Sendable (Element) -> String) -> any Sendable {
            hub.sequence { element in
                log.append(line(element))
                return false
            }
        }
        let watches: [any Sendable] = [
            watch(events.conversationAdded) { "added \($0.sid)" }, watch(events.conversationJoined) { "joined \($0.sid)" },
            watch(events.conversationLeft) { "left \($0.sid)" }, watch(events.conversationRemoved) { "gone \($0.sid)" },
            watch(events.removed) { "removed \($0.sid)" },
            watch(events.conversationUpdated) { "conversation \($0.updateReasons.map(\.rawValue).sorted().joined(separator: ","))" },
            watch(events.participantJoined) { "participantJoined \($0.identity ?? "")" },
            watch(events.participantLeft) { "participantLeft \($0.identity ?? "")" },
            watch(events.participantUpdated) { "participant \($0.updateReasons.map(\.rawValue).sorted().joined(separator: ","))" },
            watch(events.messageAdded) { "messageAdded \($0.body ?? "")" }, watch(events.messageRemoved) { "messageRemoved \($0.index)" },
            watch(events.messageUpdated) {
                "message \($0.message.body ?? "") \($0.updateReasons.map(\.rawValue).sorted().joined(separator: ","))"
            },
            watch(events.typingStarted) { "typingStarted \($0.identity ?? "")" },
            watch(events.typingEnded) { "typingEnded \($0.identity ?? "")" },
            watch(events.userUpdated) { "user \($0.user.identity) \($0.updateReasons.map(\.rawValue).sorted().joined(separator: ","))" },
            watch(events.resynced) { _ in "resynced" },
        ]
        log.keep(watches)
        return { log.lines }
    }

    static let date: JSONValue = "2026-01-31T12:00:00Z"

    static func merged(_ base: [String: JSONValue], _ changes: [String: JSONValue]) -> JSONValue {
        .object(base.merging(changes) { _, new in new })
    }

    static func view(_ sid: String = "CH1", _ changes: [String: JSONValue] = [:]) -> JSONValue {
        merged(
            [
                "sid": .string(sid), "friendly_name": "Tea", "unique_name": nil, "attributes": "{}", "created_by": "bob",
                "date_created": date,
                "date_updated": date, "state": "active", "messages_count": 3, "participants_count": 2, "notification_level": "default",
                "last_message": nil, "last_read_message_index": nil, "unread_messages_count": nil,
            ], changes)
    }

    static func participant(_ identity: String, _ changes: [String: JSONValue] = [:]) -> JSONValue {
        merged(
            [
                "sid": .string("MB-\(identity)"), "conversation_sid": "CH1", "identity": .string(identity), "attributes": "{}",
                "role_sid": "RL1", "messaging_binding": nil, "last_read_message_index": nil, "last_read_timestamp": nil,
                "date_created": date, "date_updated": date,
            ], changes)
    }

    static func message(_ index: Int, _ changes: [String: JSONValue] = [:]) -> JSONValue {
        merged(
            [
                "sid": .string("IM\(index)"), "conversation_sid": "CH1", "index": .integer(index), "author": "bob", "body": "hello",
                "attributes": "{}", "media": nil, "participant_sid": "MB-bob", "delivery": nil, "date_created": date, "date_updated": date,
            ], changes)
    }
}

/// Lines in the order in which they came.
final class Recorded: Sendable {
    private let state = Mutex<[String]>([])
    /// Sequences that nobody keeps end.
    private let kept = Mutex<[any Sendable]>([])

    var lines: [String] { state.withLock { $0 } }
    func append(_ line: String) { state.withLock { $0.append(line) } }
    func keep(_ things: [any Sendable]) { kept.withLock { $0 = things } }
}
