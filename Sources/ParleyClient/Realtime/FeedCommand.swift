import Foundation
import NIOCore
import NIOFoundationCompat

/// What the client sends. `id` is given by the connection, which matches the answer by it.
struct FeedCommand: Encodable, Sendable {
    var type: String
    var id: Int?
    var after: Int64?
    var users: [String]?
    var conversation: String?
    var token: String?

    static let ping = FeedCommand(type: "ping")
    static func typing(_ conversation: String) -> FeedCommand { FeedCommand(type: "typing", conversation: conversation) }
    static func watch(_ users: [String]) -> FeedCommand { FeedCommand(type: "watch", users: users) }
    static func token(_ token: String) -> FeedCommand { FeedCommand(type: "token", token: token) }

    /// The first frame of a connection: from now on, or from the event after one that was told.
    static func start(after: Int64?, users: [String]) -> FeedCommand {
        FeedCommand(type: after == nil ? "subscribe" : "resume", after: after, users: users)
    }

    /// Nothing when it cannot be written, which strings and integers always can.
    var bytes: ByteBuffer? {
        guard let data = try? JSONEncoder().encode(self) else { return nil }
        return ByteBuffer(data: data)
    }
}

/// What became of a command.
enum FeedAnswer: Sendable {
    case ok(expires: Date?)
    case refused(ConversationsError)
    /// No answer within the time.
    case late
    /// The connection ended first; the gateway may have taken it or not.
    case lost
    /// Too many wait for their answers already.
    case crowded
    /// Whoever waited was cancelled; the gateway may have taken it or not.
    case cancelled
}

/// Why a connection is over.
enum FeedEnd: Sendable {
    /// The gateway's close frame. Nothing where it named no code.
    case closed(code: Int?)
    /// Cut, silent, or saying what cannot be understood. The text is for people.
    case lost(String)
    /// The gateway answered `subscribe` or `resume` with an error.
    case refused(ConversationsError)
}
