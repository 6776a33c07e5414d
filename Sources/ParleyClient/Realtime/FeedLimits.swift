import NIOCore

/// The bounds of one realtime connection.
enum FeedLimits {
    /// A frame of the gateway; an event can carry a body of 32 KiB, attributes of 16 KiB and their escapes.
    static let frameBytes = 1 << 20
    /// A message of several frames.
    static let messageBytes = 4 << 20
    /// Reading stops at so many items that wait to be delivered…
    static let itemsHigh = 32
    /// …and goes on when there are only so many.
    static let itemsLow = 8
    /// Commands that wait for their answers at a time.
    static let commands = 1_000
    /// Identities that can be watched, as the gateway has it.
    static let users = 100
    /// The body of a refused upgrade, which says why.
    static let refusalBytes = 64 << 10

    /// How long an answer may take.
    static let answer: TimeAmount = .seconds(10)
    /// After so long a silence the gateway is asked whether it is there…
    static let silence: TimeAmount = .seconds(30)
    /// …and has so long to say anything.
    static let patience: TimeAmount = .seconds(45)
    /// How long the gateway may take to answer a close frame.
    static let goodbye: TimeAmount = .seconds(2)

    /// The close code of an expired token.
    static let tokenExpiredCode = 4401
}
