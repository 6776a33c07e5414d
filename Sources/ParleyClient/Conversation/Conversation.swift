public import Foundation
import Synchronization

/// A conversation as one's own user sees it. There is one object per SID and client, and its properties are live.
public final class Conversation: Sendable, Identifiable {
    /// Whether one is in it.
    public enum Status: String, Sendable, Hashable {
        case notParticipating, joined
    }

    public enum State: String, Sendable, Hashable {
        case active, inactive, closed, initializing
    }

    /// Whether one wants to be notified of messages.
    public enum NotificationLevel: String, Sendable, Hashable {
        case `default`, muted
    }

    public struct LastMessage: Sendable, Hashable {
        public let index: Int
        public let dateCreated: Date
    }

    /// Where `getMessages` goes from its anchor.
    public enum Direction: String, Sendable, Hashable {
        case backwards, forward
    }

    public let sid: String
    let core: ClientCore
    let record: Mutex<ConversationRecord>

    init(sid: String, record: ConversationRecord, core: ClientCore) {
        self.sid = sid
        self.core = core
        self.record = Mutex(record)
    }

    public var id: String { sid }

    private var details: ConversationDetails { record.withLock { $0.details.value } }
    private var membership: Membership { record.withLock { $0.membership.value } }

    public var uniqueName: String? { details.uniqueName }
    public var friendlyName: String? { details.friendlyName }
    public var attributes: JSONValue { details.attributes }
    public var createdBy: String { details.createdBy }
    public var dateCreated: Date { details.dateCreated }
    public var dateUpdated: Date { details.dateUpdated }
    public var state: State { details.state }
    public var status: Status { membership.status }
    /// Up to where one has read; nil: nothing was said about it.
    public var lastReadMessageIndex: Int? { membership.lastReadMessageIndex }
    public var notificationLevel: NotificationLevel { membership.notificationLevel }
    /// The newest message that is still there.
    public var lastMessage: LastMessage? { record.withLock { $0.last.value } }
}
