public import Foundation
import Synchronization

/// A conversation as one's own user sees it. There is one object per SID and client, and its properties are live.
public final class Conversation: Sendable, Identifiable {
    /// Whether one is in it.
    public enum Status: String, Sendable, Hashable {
        /// `joined`: one is in it.
        case notParticipating, joined
    }

    /// Where it stands in its life (contract: semantics §5).
    public enum State: String, Sendable, Hashable {
        /// A new message makes an `inactive` one `active`; `closed` is final; `initializing` lasts until all its first participants are in.
        case active, inactive, closed, initializing
    }

    /// Whether one wants to be notified of messages.
    public enum NotificationLevel: String, Sendable, Hashable {
        /// `default` as long as one has said nothing about it.
        case `default`, muted
    }

    /// Which message is the newest, and since when.
    public struct LastMessage: Sendable, Hashable {
        /// Its place in the conversation, as `Message.index`.
        public let index: Int
        /// When it was said.
        public let dateCreated: Date
    }

    /// Where `getMessages` goes from its anchor.
    public enum Direction: String, Sendable, Hashable {
        /// To older messages, or to newer ones. The anchor belongs to the page; a page is in ascending order either way.
        case backwards, forward
    }

    /// Names it for good; starts with CH.
    public let sid: String
    let core: ClientCore
    let record: Mutex<ConversationRecord>

    init(sid: String, record: ConversationRecord, core: ClientCore) {
        self.sid = sid
        self.core = core
        self.record = Mutex(record)
    }

    /// The SID.
    public var id: String { sid }

    private var details: ConversationDetails { record.withLock { $0.details.value } }
    private var membership: Membership { record.withLock { $0.membership.value } }

    /// The name that programs find it by; nil when it has none.
    public var uniqueName: String? { details.uniqueName }
    /// The name that people see; nil when it has none.
    public var friendlyName: String? { details.friendlyName }
    /// Whatever applications keep with it; an empty object when nothing was set.
    public var attributes: JSONValue { details.attributes }
    /// The identity of its maker, `system` when no chat user made it; empty when it is not known.
    public var createdBy: String { details.createdBy }
    /// When it was made.
    public var dateCreated: Date { details.dateCreated }
    /// When it last changed.
    public var dateUpdated: Date { details.dateUpdated }
    /// Where it stands in its life; the same for everybody.
    public var state: State { details.state }
    /// Whether one is in it.
    public var status: Status { membership.status }
    /// Up to where one has read; nil: nothing was said about it.
    public var lastReadMessageIndex: Int? { membership.lastReadMessageIndex }
    /// Whether one wants to be notified; `default` when nothing was said about it.
    public var notificationLevel: NotificationLevel { membership.notificationLevel }
    /// The newest message that is still there.
    public var lastMessage: LastMessage? { record.withLock { $0.last.value } }
}
