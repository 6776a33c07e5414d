import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization

@testable import ParleyClient

/// A gateway whose every word the test says: it takes connections on a free port and hands each to the test when the request for an upgrade is there.
final class ScriptedGateway: Sendable {
    let port: Int
    private let listener: any Channel
    private let calls: AsyncStream<ScriptedCall>

    private init(listener: any Channel, port: Int, calls: AsyncStream<ScriptedCall>) {
        self.listener = listener
        self.port = port
        self.calls = calls
    }

    static func start(on group: any EventLoopGroup) async throws -> ScriptedGateway {
        let (calls, ring) = AsyncStream.makeStream(of: ScriptedCall.self)
        let listener = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try ScriptedCall(channel).prepare { ring.yield($0) } }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return ScriptedGateway(listener: listener, port: listener.localAddress?.port ?? 0, calls: calls)
    }

    /// The next request for an upgrade.
    func accept() async throws -> ScriptedCall {
        var iterator = calls.makeAsyncIterator()
        guard let call = await iterator.next() else { throw CancellationError() }
        return call
    }

    func stop() async throws {
        listener.close(promise: nil)
        try await listener.closeFuture.get()
    }
}

/// One connection, from the request for an upgrade on.
final class ScriptedCall: Sendable {
    /// What came from the client.
    enum Said: Sendable, Equatable {
        case text(JSONValue)
        case pong(String)
        case close(Int?)
    }

    struct Unexpected: Error { let said: Said? }

    private let channel: any Channel
    private let held = Mutex<HTTPRequestHead?>(nil)
    private let decision: EventLoopPromise<HTTPHeaders?>
    private let upgraded: EventLoopPromise<Void>
    private let refusal = Mutex<(head: HTTPResponseHead, body: String)?>(nil)
    private let said: AsyncStream<Said>
    private let saying: AsyncStream<Said>.Continuation

    init(_ channel: any Channel) {
        self.channel = channel
        decision = channel.eventLoop.makePromise()
        upgraded = channel.eventLoop.makePromise()
        (said, saying) = AsyncStream.makeStream()
        channel.closeFuture.whenComplete { [decision, upgraded, saying] _ in
            decision.fail(ChannelError.eof)
            upgraded.fail(ChannelError.eof)
            saying.finish()
        }
    }

    var head: HTTPRequestHead? { held.withLock { $0 } }
    var authorization: String? { head?.headers.first(name: "Authorization") }

    // MARK: The answer to the upgrade

    func upgrade() async throws {
        decision.succeed([:])
        try await upgraded.futureResult.get()
    }

    func refuse(_ status: Int, _ body: String, headers: HTTPHeaders = [:]) {
        var head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
        head.headers.add(name: "Content-Length", value: String(body.utf8.count))
        refusal.withLock { $0 = (head, body) }
        decision.succeed(nil)
    }

    // MARK: Frames

    /// The next text frame.
    func receive() async throws -> JSONValue {
        let next = await next()
        guard case .text(let value) = next else { throw Unexpected(said: next) }
        return value
    }

    /// Nothing when the client is gone.
    func next() async -> Said? {
        var iterator = said.makeAsyncIterator()
        return await iterator.next()
    }

    func send(_ text: String) { send(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text))) }

    func send(_ frame: WebSocketFrame) { channel.writeAndFlush(frame, promise: nil) }

    func sendBytes(_ bytes: [UInt8]) {
        channel.pipeline.context(handlerType: WebSocketFrameEncoder.self).whenSuccess { context in
            context.writeAndFlush(NIOAny(ByteBuffer(bytes: bytes)), promise: nil)
        }
    }

    func close(_ code: UInt16) {
        send(WebSocketFrame(fin: true, opcode: .connectionClose, data: ByteBuffer(integer: code)))
    }

    /// Ends the connection without a word.
    func cut() { channel.close(promise: nil) }

    /// Takes `subscribe` or `resume` and answers it.
    func begin(position: Int64, as type: String = "subscribed") async throws -> JSONValue {
        let first = try await receive()
        send(Wire.start(type, id: first["id"]?.intValue ?? 0, position: position))
        return first
    }

    // MARK: The pipeline

    func prepare(_ ready: @escaping @Sendable (ScriptedCall) -> Void) throws {
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: 1 << 20,
            shouldUpgrade: { _, head in
                self.held.withLock { $0 = head }
                ready(self)
                return self.decision.futureResult
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FrameHandler(self.saying))
                    self.upgraded.succeed()
                }
            })
        let refuser = RefusalHandler { self.refusal.withLock { $0 } }
        let bound = NIOLoopBound(refuser, eventLoop: channel.eventLoop)
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withServerUpgrade: (
                upgraders: [upgrader],
                completionHandler: { context in context.pipeline.syncOperations.removeHandler(bound.value, promise: nil) }
            ))
        try channel.pipeline.syncOperations.addHandler(refuser)
    }

    private final class RefusalHandler: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let refusal: () -> (head: HTTPResponseHead, body: String)?

        init(_ refusal: @escaping () -> (head: HTTPResponseHead, body: String)?) { self.refusal = refusal }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .end = unwrapInboundIn(data), let refusal = refusal() else { return }
            context.write(wrapOutboundOut(.head(refusal.head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: refusal.body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    private final class FrameHandler: ChannelInboundHandler {
        typealias InboundIn = WebSocketFrame
        typealias OutboundOut = WebSocketFrame

        private let saying: AsyncStream<Said>.Continuation

        init(_ saying: AsyncStream<Said>.Continuation) { self.saying = saying }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let frame = unwrapInboundIn(data)
            var bytes = frame.unmaskedData
            guard frame.maskKey != nil else { return context.close(promise: nil) }
            switch frame.opcode {
            case .text: saying.yield(.text((try? JSONDecoder().decode(JSONValue.self, from: Data(bytes.readableBytesView))) ?? .null))
            case .pong: saying.yield(.pong(String(buffer: bytes)))
            case .connectionClose:
                saying.yield(.close(bytes.readInteger(as: UInt16.self).map(Int.init)))
                let answer = WebSocketFrame(fin: true, opcode: .connectionClose, data: frame.unmaskedData)
                context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
                context.close(promise: nil)
            default: break
            }
        }
    }
}

/// The gateway's frames, as docs/realtime.md has them.
enum Wire {
    static let ends = "2026-11-22T20:25:28.500Z"

    static func start(_ type: String = "subscribed", id: Int, position: Int64) -> String {
        #"{"type":"\#(type)","id":\#(id),"position":\#(position),"identity":"alice","service":"IS1","expires":"\#(ends)","reason":"r"}"#
    }

    static func event(_ position: Int64, _ kind: String = "messageAdded", body: String = "Hello") -> String {
        #"{"type":"event","position":\#(position),"event":"\#(kind)","at":"2026-11-22T19:25:28.123Z","conversation":"CH1","subject":"IM1","#
            + #""resource":{"sid":"IM1","index":7,"body":"\#(body)"}}"#
    }

    static func error(id: Int, status: Int, code: Int) -> String {
        #"{"type":"error","id":\#(id),"status":\#(status),"code":\#(code),"message":"No."}"#
    }

    static let typing = #"{"type":"typing","conversation":"CH1","participant":"MB1","identity":"bob","seconds":5}"#
}
