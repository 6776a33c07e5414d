import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ParleyBroker
import ParleyCore

/// One request on its way through a route: what it says, read strictly.
struct Exchange: Sendable {
    let request: Request
    let path: RequestPath
    /// What stands at the route's variables, percent-decoded.
    let variables: [String: String]
    /// Where the resources lie that the path names: `/v1`, or `/v1/Services/IS…` when the path names the service.
    let mount: Mount
    let bounds: APIConfiguration.Bounds
    /// Who asks.
    var principal = Principal.stranger
    /// Up to where the answer will tell what happened.
    let position = AnswerPosition()

    /// The place that a service's resources have in paths.
    struct Mount: Sendable, Hashable {
        let prefix: String
        /// The service that the path names; nil where it names none, which means the default one.
        let service: SID?

        /// True when the path names the service.
        var namesService: Bool { service != nil }

        static let root = Mount(prefix: "/v1", service: nil)

        static func service(_ service: SID) -> Mount { Mount(prefix: "/v1/Services/\(service)", service: service) }
    }

    /// On whose behalf the request acts: a chat user's token makes it that user's, and webhooks then always fire. Else
    /// `X-Twilio-Webhook-Enabled: true` makes webhooks fire for it (contract: semantics §8). Nothing fires for a read, so the header
    /// means nothing there.
    ///
    /// - Throws: 400/20001 when the header of a change is neither `true` nor `false`.
    func origin() throws(Refusal) -> Origin {
        if case .token(let token) = principal { return .sdk(token.identity) }
        guard !isRead, let text = request.headers[Exchange.webhookEnabled] else { return .api() }
        switch text.lowercased() {
        case "true": return .api(firesWebhooks: true)
        case "false": return .api()
        default: throw .invalid("X-Twilio-Webhook-Enabled", "expected true or false")
        }
    }

    private var isRead: Bool { request.method == .get || request.method == .head }

    private static let webhookEnabled = HTTPField.Name("X-Twilio-Webhook-Enabled")!  // A constant that is a token (RFC 9110 §5.1).

    /// The conversation that the path names, by identifier or unique name, in the service that the path names.
    var conversationName: ConversationName { ConversationName(variable("conversation"), in: mount.service) }

    /// The text at a variable of the route's pattern.
    func variable(_ name: String) -> String { variables[name] ?? "" }

    /// The identifier at a variable, or 404: a path with an identifier of another kind names nothing.
    func sid(_ name: String, _ kind: SID.Kind) throws(Refusal) -> SID {
        guard let sid = SID(variable(name), kind) else { throw .notFound(path.withoutVersion) }
        return sid
    }

    func query() throws(Refusal) -> Parameters { try Parameters(path.query.utf8) }

    /// The form in the body; an empty body is a form without parameters.
    ///
    /// - Throws: 413 when the body is too long, 400/20001 when it is no form.
    func form() async throws -> (parameters: Parameters, body: [UInt8]) {
        let body = try await body(max: bounds.requestBytes)
        guard !body.isEmpty else { return (Parameters(), body) }
        if let type = request.headers[.contentType]?.prefix(while: { $0 != ";" }).lowercased(),
            type.trimmingCharacters(in: .whitespaces) != "application/x-www-form-urlencoded"
        {
            throw Refusal.invalid("Content-Type", "expected application/x-www-form-urlencoded")
        }
        return (try Parameters(body), body)
    }

    /// The whole body, or 413 as soon as it is known to be longer than the limit, or 408 when it takes too long: a byte now and then does not
    /// hold a connection.
    func body(max limit: Int) async throws -> [UInt8] {
        let chunks = try chunks(max: limit)
        let time = bounds.bodyTime
        return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            group.addTask {
                var bytes: [UInt8] = []
                for try await chunk in chunks { bytes += chunk }
                return bytes
            }
            group.addTask {
                try await Task.sleep(for: time)
                return nil
            }
            defer { group.cancelAll() }
            guard let body = try await group.next() ?? nil else { throw Refusal.tooSlow }
            return body
        }
    }

    /// The body in pieces; 413 as soon as it is known to be longer than the limit.
    func chunks(max limit: Int, otherwise refusal: Refusal? = nil) throws(Refusal) -> BoundedBody {
        let refusal = refusal ?? .tooLarge(limit)
        if let announced = request.headers[.contentLength].flatMap({ Int($0) }), announced > limit { throw refusal }
        return BoundedBody(body: request.body, limit: limit, refusal: refusal)
    }
}

/// A body that ends in a refusal once more than its limit has come.
struct BoundedBody: AsyncSequence {
    let body: RequestBody
    let limit: Int
    let refusal: Refusal

    func makeAsyncIterator() -> Iterator { Iterator(base: body.makeAsyncIterator(), left: limit, refusal: refusal) }

    struct Iterator: AsyncIteratorProtocol {
        var base: RequestBody.AsyncIterator
        var left: Int
        let refusal: Refusal

        mutating func next() async throws -> [UInt8]? {
            let chunk: ByteBuffer?
            do { chunk = try await base.next() } catch { throw BrokenRequest() }
            guard let chunk else { return nil }
            left -= chunk.readableBytes
            guard left >= 0 else { throw refusal }
            return Array(chunk.readableBytesView)
        }
    }
}

/// The caller went away, or sent what is no HTTP, before the whole body had come.
struct BrokenRequest: Error {}
