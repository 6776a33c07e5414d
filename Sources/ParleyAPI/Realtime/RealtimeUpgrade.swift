import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket
import ParleyCore

/// Looks at the first request of a connection: a WebSocket of the realtime feed, or HTTP from here on.
///
/// swift-nio has an upgrade handler of its own. It loses a request whose `Upgrade` nobody takes, and it cannot answer a refusal; this one does
/// both, and gives the first head a time. As long as a handshake is judged it reads nothing more.
final class RealtimeUpgrade: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    typealias Decoder = ByteToMessageHandler<HTTPRequestDecoder>
    typealias HTTP = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// What a connection turned out to be.
    enum Kind: Sendable {
        case http(HTTP)
        case handshake(NIOLoopBound<RealtimeUpgrade>)
    }

    private enum State {
        /// Nothing was read of the first request yet.
        case waiting
        /// HTTP, for good.
        case http
        /// A handshake, whose request is not complete yet or not judged yet.
        case judging
        /// The decoder of HTTP is gone or going: what comes is no HTTP.
        case upgrading
        case over
    }

    private let bounds: APIConfiguration.Bounds
    private let logger: Logger
    /// HTTP's; nil once the connection is a WebSocket, which may be idle for long and holds nothing of what it was.
    private var codec: (decoder: Decoder, encoder: HTTPResponseEncoder)?
    /// What is judged; nil afterwards.
    private(set) var handshake: RealtimeHandshake?
    private let kind: EventLoopPromise<Kind>
    private var context: ChannelHandlerContext?
    private var state = State.waiting
    private var headTime: Scheduled<Void>?
    private var isReadWanted = false
    /// What came behind the handshake, in the same packets.
    private var early: [NIOAny] = []

    init(bounds: APIConfiguration.Bounds, logger: Logger, kind: EventLoopPromise<Kind>) {
        self.bounds = bounds
        self.logger = logger
        self.kind = kind
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderListSize = ListenerPlan.headBytes
        // What comes behind a handshake while it is judged waits in the decoder: at most what one read brings, or it is given up.
        let decoder = Decoder(
            HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits),
            maximumBufferSize: 2 * ListenerPlan.headBytes)
        codec = (decoder, HTTPResponseEncoder())
    }

    /// Adds the codec of HTTP and this handler to a new connection.
    func start(_ channel: any NIOCore.Channel) throws {
        guard let codec else { throw ChannelError.ioOnClosedChannel }
        try channel.pipeline.syncOperations.addHandlers([codec.encoder, codec.decoder, self])
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        headTime = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(bounds.idleTime.wholeMilliseconds)) { [weak self] in
            guard let self, case .waiting = self.state else { return }
            self.context?.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { gone() }

    func channelInactive(context: ChannelHandlerContext) {
        gone()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .upgrading: early.append(data)
        case .over: break
        case .http: context.fireChannelRead(data)
        case .judging:
            guard case .end = unwrapInboundIn(data) else { return }
        case .waiting:
            let part = unwrapInboundIn(data)
            headTime?.cancel()
            guard case .head(let head) = part, let handshake = RealtimeHandshake(head) else { return serve(part, context) }
            state = .judging
            self.handshake = handshake
            kind.succeed(.handshake(NIOLoopBound(self, eventLoop: context.eventLoop)))
        }
    }

    func read(context: ChannelHandlerContext) {
        switch state {
        case .judging, .upgrading: isReadWanted = true
        case .waiting, .http, .over: context.read()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch state {
        case .waiting where error is HTTPParserError:
            answer(HTTPResponseHead(version: .http1_1, status: .badRequest), [], context)
        case .http: context.fireErrorCaught(error)
        default: context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch (state, event) {
        case (.http, _): context.fireUserInboundEventTriggered(event)
        case (_, is ChannelShouldQuiesceEvent): context.close(promise: nil)
        case (_, ChannelEvent.inputClosed): context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    private func gone() {
        headTime?.cancel()
        headTime = nil
        context = nil
        state = .over
        early = []
        codec = nil
        handshake = nil
        // Unless it is known already.
        kind.fail(ChannelError.ioOnClosedChannel)
    }

    // MARK: HTTP

    private func serve(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        state = .http
        do {
            let pipeline = context.pipeline.syncOperations
            try pipeline.addHandlers([
                HTTP1ToHTTPServerCodec(secure: false), LastRequest(),
                HTTPConnectionStateHandler(idleTimeout: bounds.idleTime, logger: logger),
            ])
            let channel = try HTTP(
                wrappingChannelSynchronously: context.channel, configuration: .init(isOutboundHalfClosureEnabled: true))
            kind.succeed(.http(channel))
        } catch {
            kind.fail(error)
            return context.close(promise: nil)
        }
        context.fireChannelRead(wrapInboundOut(part))
    }

    // MARK: The handshake's end

    /// Answers instead of an upgrade, and closes.
    func refuse(_ answer: Answer) {
        guard let context else { return }
        var headers = HTTPHeaders(answer.headers)
        var body: [UInt8] = []
        if case .bytes(let bytes) = answer.body { body = bytes }
        headers.replaceOrAdd(name: "connection", value: "close")
        self.answer(
            HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers), body, context)
    }

    private func answer(_ head: HTTPResponseHead, _ body: [UInt8], _ context: ChannelHandlerContext) {
        state = .over
        var head = head
        head.headers.replaceOrAdd(name: "content-length", value: "\(body.count)")
        head.headers.replaceOrAdd(name: "connection", value: "close")
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !body.isEmpty { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    /// Says that the protocol is another one from here on, and puts the connection in HTTP's place.
    func accept(_ connection: RealtimeConnection) -> EventLoopFuture<Void>? {
        guard case .judging = state, let context, let codec, let handshake, context.channel.isActive else { return nil }
        state = .upgrading
        let pipeline = context.pipeline.syncOperations
        return pipeline.removeHandler(codec.decoder).assumeIsolated().flatMap {
            context.writeAndFlush(self.wrapOutboundOut(.head(handshake.acceptance)), promise: nil)
            return pipeline.removeHandler(codec.encoder)
        }.flatMapThrowing {
            try self.become(connection)
        }.nonisolated()
    }

    private func become(_ connection: RealtimeConnection) throws {
        guard let context else { throw ChannelError.ioOnClosedChannel }
        try RealtimeUpgrade.narrow(context.channel)
        let frames = ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: connection.bounds.messageBytes))
        try context.pipeline.syncOperations.addHandlers([frames, connection])
        let early = early
        for data in early { context.fireChannelRead(data) }
        if !early.isEmpty { context.fireChannelReadComplete() }
        if isReadWanted { context.read() }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    /// Gives the connection little room, here and in the system: there are many of them, most are idle, and one that never reads must hold
    /// little.
    private static func narrow(_ channel: any NIOCore.Channel) throws {
        guard let options = channel.syncOptions else { return }
        try options.setOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 1024))
        try options.setOption(.writeBufferWaterMark, value: .init(low: 16 << 10, high: 32 << 10))
        try options.setOption(.socketOption(.so_sndbuf), value: 64 << 10)
    }
}
