import Foundation
import NIOCore
import NIOWebSocket

/// The end of a connection's pipeline: frames to items and answers, commands to frames. Everything in here happens on the event loop.
///
/// Items wait in a sequence that says when it has enough; until it wants more, nothing is read from the socket. So nothing is dropped, and a slow
/// receiver slows the gateway down.
final class FeedHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = Never
    typealias OutboundOut = WebSocketFrame

    typealias Items = NIOAsyncSequenceProducer<FeedItem, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, FeedDemand>

    let items: Items
    private let source: Items.Source
    private let demand: FeedDemand
    private let ended: EventLoopPromise<FeedEnd>

    private var context: ChannelHandlerContext?
    private var message: ByteBuffer?
    private var commands: [Int: (promise: EventLoopPromise<FeedAnswer>, limit: Scheduled<Void>)] = [:]
    private var lastID = 0

    /// What was asked for first, and its answer.
    private var startID: Int?
    private var resumedAfter: Int64?
    private var start: FeedStart?
    /// The position of the last event that was passed on; what is not after it is a repeat.
    private var position: Int64 = .min
    private var expires = Date.distantPast
    private var toldExpiry = false

    private var mayRead = true
    private var wantsRead = false
    private var lastHeard = NIODeadline.uptimeNanoseconds(0)
    private var watch: Scheduled<Void>?
    private var isClosing = false
    private var isOver = false

    /// - Parameter ended: Is always completed, once the handler was added to a pipeline.
    init(on eventLoop: any EventLoop, ended: EventLoopPromise<FeedEnd>) {
        demand = FeedDemand(on: eventLoop)
        let made = Items.makeSequence(
            backPressureStrategy: .init(lowWatermark: FeedLimits.itemsLow, highWatermark: FeedLimits.itemsHigh), finishOnDeinit: true,
            delegate: demand)
        items = made.sequence
        source = made.source
        self.ended = ended
        demand.attach(self)
    }

    // MARK: From the client

    /// Asks for events: from now on, or from the one after `after`.
    func begin(after: Int64?, users: [String]) {
        guard !isOver, !isClosing else { return }
        resumedAfter = after
        if let after { position = after }
        let answer = loop.makePromise(of: FeedAnswer.self)
        startID = lastID + 1
        answer.futureResult.assumeIsolated().whenSuccess { [weak self] answer in
            switch answer {
            case .late: self?.fail("The gateway did not answer the first frame")
            case .refused(let error): self?.over(.refused(error))
            case .ok, .lost, .crowded, .cancelled: break
            }
        }
        ask(.start(after: after, users: users), answer)
    }

    /// Sends a command; the promise gets its answer, or why there is none.
    func ask(_ command: FeedCommand, _ answer: EventLoopPromise<FeedAnswer>) {
        guard !isOver, !isClosing else { return answer.succeed(.lost) }
        guard commands.count < FeedLimits.commands else { return answer.succeed(.crowded) }
        lastID += 1
        let id = lastID
        var command = command
        command.id = id
        guard let bytes = command.bytes else { return answer.succeed(.lost) }
        let limit = loop.assumeIsolated().scheduleTask(in: FeedLimits.answer) { [weak self] () -> Void in
            self?.settle(id, .late)
        }
        commands[id] = (answer, limit)
        send(.text, bytes)
    }

    /// Says goodbye (1000) and waits a little for the other's.
    func close() {
        guard !isOver, !isClosing else { return }
        isClosing = true
        source.finish()
        sendClose(.normalClosure)
        watch?.cancel()
        watch = loop.assumeIsolated().scheduleTask(in: FeedLimits.goodbye) { [weak self] () -> Void in
            self?.over(.lost("The gateway did not answer the close frame"))
        }
        readOn()
    }

    // MARK: The channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        lastHeard = loop.now
        watch(after: FeedLimits.silence)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        over(.lost("The connection ended"))
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        over(.lost("The connection ended"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let isTooLarge = if case .some(.invalidFrameLength) = error as? NIOWebSocketError { true } else { false }
        if isTooLarge { sendClose(.messageTooLarge) } else if error is NIOWebSocketError { sendClose(.protocolError) }
        over(.lost("The connection failed: \(type(of: error))"))
    }

    func read(context: ChannelHandlerContext) {
        if mayRead { context.read() } else { wantsRead = true }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        guard !isOver else { return }
        lastHeard = loop.now
        guard frame.maskKey == nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else { return fail("A frame is none", .protocolError) }
        switch frame.opcode {
        case .ping: if !isClosing { send(.pong, frame.data) }
        case .pong: break
        case .connectionClose: closed(frame.data)
        case .text where message == nil, .continuation where message != nil: add(frame)
        case .binary: fail("A frame is binary", .unacceptableData)
        default: fail("A frame is out of place", .protocolError)
        }
    }

    // MARK: What frames say

    private func add(_ frame: WebSocketFrame) {
        var whole = message ?? ByteBuffer()
        guard whole.readableBytes + frame.data.readableBytes <= FeedLimits.messageBytes else {
            return fail("A message is too large", .messageTooLarge)
        }
        if message == nil, frame.fin { return heard(frame.data) }
        whole.writeImmutableBuffer(frame.data)
        message = frame.fin ? nil : whole
        if frame.fin { heard(whole) }
    }

    private func heard(_ bytes: ByteBuffer) {
        guard !isClosing else { return }
        guard let said = try? FeedMessage(bytes) else { return fail("A message cannot be read", .dataInconsistentWithMessage) }
        switch said {
        case .start(let start): begun(start)
        case .event(let event):
            guard start != nil else { return fail("An event came before the beginning", .policyViolation) }
            guard event.position > position else { return }
            position = event.position
            tell(.event(event))
        case .typing(let typing): if start != nil { tell(.typing(typing)) }
        case .ok(let id, let expires):
            if let expires { self.expires = expires }
            if let id { settle(id, .ok(expires: expires)) }
        case .error(let id?, let error): settle(id, .refused(error))
        case .error(nil, let error): tell(.failure(error, isTerminal: false))
        case .tokenAboutToExpire(let date): tell(.tokenAboutToExpire(date))
        case .tokenExpired: tellExpiry()
        case .other: break
        }
    }

    private func begun(_ said: FeedStart) {
        guard start == nil, let startID, resumedAfter != nil || !said.isResync else {
            return fail("A beginning is out of place", .policyViolation)
        }
        let isResumed = resumedAfter != nil && !said.isResync
        let begun = FeedStart(
            position: said.position, identity: said.identity, service: said.service, expires: said.expires, isResync: said.isResync,
            isResumed: isResumed)
        start = begun
        expires = begun.expires
        if !isResumed { position = begun.position }
        tell(.subscribed(begun))
        settle(startID, .ok(expires: begun.expires))
    }

    private func closed(_ data: ByteBuffer) {
        var data = data
        let code = data.readInteger(as: UInt16.self).map(Int.init)
        if code == FeedLimits.tokenExpiredCode { tellExpiry() }
        if !isClosing { send(.connectionClose, frameCode(code)) }
        over(.closed(code: code))
    }

    private func tellExpiry() {
        if !toldExpiry { tell(.tokenExpired(expires)) }
        toldExpiry = true
    }

    private func tell(_ item: FeedItem) {
        guard !isClosing else { return }
        switch source.yield(item) {
        case .produceMore: break
        case .stopProducing: mayRead = false
        case .dropped: readOn()
        }
    }

    private func settle(_ id: Int, _ answer: FeedAnswer) {
        guard let command = commands.removeValue(forKey: id) else { return }
        command.limit.cancel()
        command.promise.succeed(answer)
    }

    // MARK: Reading and silence

    /// The items so far were taken, or nobody wants any more.
    func readOn() {
        guard !mayRead else { return }
        mayRead = true
        lastHeard = loop.now
        guard wantsRead else { return }
        wantsRead = false
        context?.read()
    }

    private func watch(after delay: TimeAmount) {
        watch = loop.assumeIsolated().scheduleTask(in: delay) { [weak self] () -> Void in self?.listen() }
    }

    /// While nothing is read, silence says nothing.
    private func listen() {
        guard !isOver, !isClosing else { return }
        let quiet = loop.now - lastHeard
        guard mayRead, quiet >= FeedLimits.silence else {
            return watch(after: mayRead ? FeedLimits.silence - quiet : FeedLimits.silence)
        }
        let asked = loop.now
        if let ping = FeedCommand.ping.bytes { send(.text, ping) }
        watch = loop.assumeIsolated().scheduleTask(in: FeedLimits.patience) { [weak self] () -> Void in
            guard let self, !isOver, !isClosing else { return }
            if mayRead, lastHeard <= asked { fail("The gateway is silent") } else { listen() }
        }
    }

    // MARK: Sending and the end

    private var loop: any EventLoop { ended.futureResult.eventLoop }

    private func send(_ opcode: WebSocketOpcode, _ data: ByteBuffer) {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)), promise: nil)
    }

    private func sendClose(_ code: WebSocketErrorCode) {
        var data = ByteBuffer()
        data.write(webSocketErrorCode: code)
        send(.connectionClose, data)
    }

    /// The code that a close frame is answered with: the same.
    private func frameCode(_ code: Int?) -> ByteBuffer {
        code.flatMap(UInt16.init(exactly:)).map { ByteBuffer(integer: $0) } ?? ByteBuffer()
    }

    private func fail(_ reason: String, _ code: WebSocketErrorCode = .policyViolation) {
        guard !isOver else { return }
        if !isClosing { sendClose(code) }
        over(.lost(reason))
    }

    private func over(_ end: FeedEnd) {
        guard !isOver else { return }
        isOver = true
        watch?.cancel()
        message = nil
        demand.detach()
        source.finish()
        for id in commands.keys { settle(id, .lost) }
        ended.succeed(end)
        context?.close(promise: nil)
    }
}

/// Tells the handler from whatever thread the items are taken on that more are wanted.
final class FeedDemand: NIOAsyncSequenceProducerDelegate {
    private let eventLoop: any EventLoop
    private let handler: NIOLoopBoundBox<FeedHandler?>

    init(on eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        handler = NIOLoopBoundBox(nil, eventLoop: eventLoop)
    }

    func attach(_ handler: FeedHandler) { self.handler.value = handler }

    func detach() { handler.value = nil }

    func produceMore() { eventLoop.execute { self.handler.value?.readOn() } }

    func didTerminate() { produceMore() }
}
