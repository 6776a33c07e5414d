public import Foundation

/// How far a message has come with people outside, all of them together.
public struct AggregatedDeliveryReceipt: Sendable, Hashable {
    public enum Share: String, Sendable, Hashable {
        case none, some, all
    }

    /// To how many it goes.
    public let total: Int
    public let sent: Share
    public let delivered: Share
    public let read: Share
    public let failed: Share
    public let undelivered: Share
}

/// What became of a message for one person outside.
public struct DetailedDeliveryReceipt: Sendable, Hashable {
    public enum Status: Sendable, Hashable {
        case sent, delivered, failed, read, undelivered, queued
        case other(String)
    }

    public let sid: String
    public let messageSid: String
    public let conversationSid: String
    public let channelMessageSid: String?
    public let participantSid: String
    public let status: Status
    /// 0 when nothing went wrong.
    public let errorCode: Int
    public let dateCreated: Date
    public let dateUpdated: Date
}
