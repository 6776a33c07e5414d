import NIOCore
import NIOHTTP1
import NIOPosix

/// An HTTP server on a free port of this machine that answers by path.
struct LoopbackGateway {
    private let channel: any Channel
    private let requests: AsyncStream<Void>

    static func open() async throws -> LoopbackGateway {
        let (requests, asked) = AsyncStream.makeStream(of: Void.self)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.pipeline.configureHTTPServerPipeline().flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(Answering(asked))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return LoopbackGateway(channel: channel, requests: requests)
    }

    var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    /// Returns once the first request is here.
    func asked() async { for await _ in requests { return } }

    func close() async throws { try await channel.close() }

    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let asked: AsyncStream<Void>.Continuation
        private var path = ""
        private var body = ByteBuffer()

        init(_ asked: AsyncStream<Void>.Continuation) { self.asked = asked }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                path = head.uri
                body.clear()
            case .body(var bytes): body.writeBuffer(&bytes)
            case .end:
                answer(context)
                asked.yield()
            }
        }

        private func answer(_ context: ChannelHandlerContext) {
            switch path {
            case "/cut": context.close(promise: nil)
            case "/never": break
            case "/half":
                let headers: HTTPHeaders = ["Content-Length": "10"]
                context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "half")))), promise: nil)
            default:
                let headers: HTTPHeaders = ["Parley-Position": "7", "Content-Length": "\(body.readableBytes)"]
                context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .created, headers: headers))), promise: nil)
                context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}
