import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// The gateway's answer to an upgrade that it refused.
struct FeedRefusal: Error, Equatable {
    let error: ConversationsError
    /// How long the gateway asks to wait (RFC 9110, section 10.2.3, in seconds).
    let retryAfter: Duration?

    /// - Parameter body: The contract's JSON, or whatever stands between here and the gateway says.
    init(status: Int, retryAfter: String?, body: ByteBuffer) {
        var code = 0
        var message = "The gateway answered \(status)"
        if let value = try? JSONDecoder().decode(JSONValue.self, from: Data(buffer: body)), case .object(let members) = value {
            if case .integer(let number) = members["code"] { code = number }
            if case .string(let text) = members["message"] { message = text }
        }
        error = ConversationsError(status: status, code: code, message: message)
        self.retryAfter = retryAfter.flatMap { UInt32($0) }.map { .seconds(Int64($0)) }
    }
}

/// Reads the answer of a refused upgrade, of whose body it keeps no more than the limit, and tells it once.
final class FeedRefusalReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let tell: (FeedRefusal) -> Void
    private var head: HTTPResponseHead?
    private var body = ByteBuffer()

    init(_ tell: @escaping (FeedRefusal) -> Void) { self.tell = tell }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(let part):
            guard body.readableBytes + part.readableBytes <= FeedLimits.refusalBytes else {
                body = ByteBuffer()
                return finish()
            }
            body.writeImmutableBuffer(part)
        case .end: finish()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    private func finish() {
        guard let head else { return }
        self.head = nil
        tell(FeedRefusal(status: Int(head.status.code), retryAfter: head.headers.first(name: "Retry-After"), body: body))
    }
}
