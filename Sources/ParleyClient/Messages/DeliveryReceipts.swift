public import Foundation

/// How far a message has come with people outside, all of them together.
public struct AggregatedDeliveryReceipt: Sendable, Hashable {
    /// For how many of them something holds.
    public enum Share: String, Sendable, Hashable {
        /// Out of `total`.
        case none, some, all
    }

    /// To how many it goes.
    public let total: Int
    /// At least sent: those whom it has reached since count as well (contract: semantics §7).
    public let sent: Share
    /// It has arrived, as far as the channel says.
    public let delivered: Share
    /// It was read; not every channel says so.
    public let read: Share
    /// It never left, or was refused.
    public let failed: Share
    /// The carrier could not deliver it.
    public let undelivered: Share
}

/// What became of a message for one person outside.
public struct DetailedDeliveryReceipt: Sendable, Hashable {
    /// How far it has come (contract: semantics §7).
    public enum Status: Sendable, Hashable {
        /// `failed` never left or was refused, `undelivered` the carrier could not deliver, `queued` has not left yet. For SMS `delivered` is the last.
        case sent, delivered, failed, read, undelivered, queued
        /// One that this client does not know, as the gateway names it.
        case other(String)
    }

    /// Names the receipt for good; starts with DY.
    public let sid: String
    /// The message's SID; starts with IM.
    public let messageSid: String
    /// The conversation's SID; starts with CH.
    public let conversationSid: String
    /// The message as its channel knows it; nil when the gateway does not say.
    public let channelMessageSid: String?
    /// Whom it was to reach; starts with MB. Empty when the gateway does not say.
    public let participantSid: String
    /// The latest; former ones are not kept.
    public let status: Status
    /// 0 when nothing went wrong.
    public let errorCode: Int
    /// When the receipt was made.
    public let dateCreated: Date
    /// When the receipt last changed.
    public let dateUpdated: Date
}
