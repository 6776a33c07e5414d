import Foundation
import NIOCore
import NIOFoundationCompat

/// What a gateway's frame says, as docs/realtime.md has it.
enum FeedMessage: Sendable {
    /// `subscribed`, or `resync` with `isResync`. Whether it resumes is known to whoever asked.
    case start(FeedStart)
    case event(FeedEvent)
    case typing(FeedTyping)
    case ok(id: Int?, expires: Date?)
    case error(id: Int?, ConversationsError)
    case tokenAboutToExpire(Date)
    case tokenExpired
    /// `pong`, and what a later gateway may say.
    case other

    /// The frame cannot be read, so that something might be missed if the connection went on.
    struct Unreadable: Error {}

    init(_ bytes: ByteBuffer) throws(Unreadable) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(buffer: bytes)), case .object(let object) = value else {
            throw Unreadable()
        }
        let members = FeedMembers(object)
        switch try members.string("type") {
        case "subscribed": self = .start(try Self.start(members, isResync: false))
        case "resync": self = .start(try Self.start(members, isResync: true))
        case "event":
            self = .event(
                FeedEvent(
                    position: try members.integer("position"), kind: try members.string("event"),
                    conversation: try members.optionalString("conversation"), subject: try members.optionalString("subject"),
                    at: try members.date("at"), resource: object["resource"] ?? .null))
        case "typing":
            self = .typing(
                FeedTyping(
                    conversation: try members.string("conversation"), participant: try members.string("participant"),
                    identity: try members.string("identity"), seconds: Int(clamping: max(0, min(3_600, try members.integer("seconds"))))))
        case "ok": self = .ok(id: members.id, expires: try? members.date("expires"))
        case "error":
            self = .error(
                id: members.id,
                ConversationsError(
                    status: Int(clamping: try members.integer("status")), code: Int(clamping: try members.integer("code")),
                    message: try members.string("message")))
        case "tokenAboutToExpire": self = .tokenAboutToExpire(try members.date("expires"))
        case "tokenExpired": self = .tokenExpired
        default: self = .other
        }
    }

    private static func start(_ members: FeedMembers, isResync: Bool) throws(Unreadable) -> FeedStart {
        FeedStart(
            position: try members.integer("position"), identity: try members.string("identity"), service: try members.string("service"),
            expires: try members.date("expires"), isResync: isResync, isResumed: false)
    }
}

/// The members of one frame by their forms.
struct FeedMembers {
    private let object: [String: JSONValue]

    init(_ object: [String: JSONValue]) { self.object = object }

    /// The `id` of the command that this answers; the client gives integers only.
    var id: Int? {
        guard case .integer(let id) = object["id"] else { return nil }
        return id
    }

    func string(_ name: String) throws(FeedMessage.Unreadable) -> String {
        guard case .string(let text) = object[name] else { throw FeedMessage.Unreadable() }
        return text
    }

    func optionalString(_ name: String) throws(FeedMessage.Unreadable) -> String? {
        switch object[name] {
        case .string(let text): text
        case nil, .null: nil
        default: throw FeedMessage.Unreadable()
        }
    }

    func integer(_ name: String) throws(FeedMessage.Unreadable) -> Int64 {
        guard case .integer(let number) = object[name] else { throw FeedMessage.Unreadable() }
        return Int64(number)
    }

    /// RFC 3339, with or without a fraction of the second.
    func date(_ name: String) throws(FeedMessage.Unreadable) -> Date {
        let text = try string(name)
        if let date = try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text) { return date }
        guard let date = try? Date.ISO8601FormatStyle().parse(text) else { throw FeedMessage.Unreadable() }
        return date
    }
}
