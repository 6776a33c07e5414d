import NIOCore
import NIOWebSocket
import ParleyCore

/// The gateway's end of one connection of the realtime feed: frames in, frames out, and the times that the other end has.
///
/// Everything here happens on the connection's event loop. What needs the database is handed on, in order, as ``RealtimeCommand``.
final class RealtimeConnection: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = ByteBuffer

    let bounds: APIConfiguration.Realtime
    private let commands: AsyncStream<RealtimeCommand>.Continuation
    /// Nil before the handler is in a pipeline and after it has left it.
    private(set) var context: ChannelHandlerContext?
    /// Why it ends; nil as long as it is open.
    private(set) var end: RealtimeEnd?
    var tally = Tally()
    var timers = Timers()
    var backlog: RealtimeBacklog
    /// Events of the hub that wait until the connection has caught up with them; nil when none need to.
    var held: RealtimeBacklog?
    private var fragments: ByteBuffer?
    private var misunderstood = 0

    /// For the line in the log when the connection ends.
    struct Tally: Sendable {
        var messages = 0
        var events = 0
    }

    init(_ bounds: APIConfiguration.Realtime, commands: AsyncStream<RealtimeCommand>.Continuation) {
        self.bounds = bounds
        self.commands = commands
        backlog = RealtimeBacklog(bounds)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        startTimers()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        gone()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        gone()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        guard end == nil else {
            // Nothing counts any more but the answer to the close frame.
            if frame.opcode == .connectionClose { context.close(promise: nil) }
            return
        }
        heard()
        // A client's frames are masked, and no extension was agreed on that would use the reserved bits (RFC 6455 §5.1, §5.2).
        guard frame.maskKey != nil, frame.reservedBits.isEmpty else { return close(.protocolError) }
        switch frame.opcode {
        case .text, .binary, .continuation: take(frame)
        case .ping: pong(frame.unmaskedData)
        case .pong: break
        case .connectionClose: answerClose(frame.unmaskedData)
        default: close(.protocolError)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength: close(.tooLarge)
        case is NIOWebSocketError: close(.protocolError)
        default:
            // Behind a frame that ended it, whatever still comes is an error too: the close frame has its time all the same.
            guard end == nil else { return }
            ended(.left)
            context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: close(.stopping)
        case ChannelEvent.inputClosed:
            ended(.left)
            context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writabilityChanged(context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    /// Says why, and goes: the other end has a while to answer, then the connection is cut. Nothing else is sent from here on.
    func close(_ end: RealtimeEnd) {
        guard self.end == nil else { return }
        ended(end)
        context?.writeAndFlush(wrapOutboundOut(RealtimeFrame.close(end.code, end.reason)), promise: nil)
        cutSoon()
    }

    /// The other end says goodbye: it gets its own code back (RFC 6455 §5.5.1).
    private func answerClose(_ data: ByteBuffer) {
        var data = data
        let code = data.readInteger(as: UInt16.self)
        let isFine = code.map { [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011].contains($0) || (3000..<5000).contains($0) }
        // A code is all or nothing of two bytes.
        guard isFine ?? (data.readableBytes == 0) else { return close(.protocolError) }
        guard String(validating: data.readableBytesView, as: UTF8.self) != nil else { return close(.notUTF8) }
        ended(.closed)
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(RealtimeFrame.close(code))).assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        cutSoon()
    }

    private func ended(_ end: RealtimeEnd) {
        guard self.end == nil else { return }
        self.end = end
        fragments = nil
        stopTimers()
        backlog.clear()
        held = nil
        commands.finish()
    }

    private func gone() {
        ended(.left)
        timers.cut?.cancel()
        timers.cut = nil
    }

    // MARK: Messages

    private func take(_ frame: WebSocketFrame) {
        guard frame.opcode != .binary else { return close(.binary) }
        // What is continued was begun, and nothing else begins in between (RFC 6455 §5.4).
        guard (frame.opcode == .continuation) == (fragments != nil) else { return close(.protocolError) }
        var message = frame.unmaskedData
        if var whole = fragments {
            guard whole.readableBytes + message.readableBytes <= bounds.messageBytes else { return close(.tooLarge) }
            fragments = nil
            whole.writeBuffer(&message)
            message = whole
        }
        guard frame.fin else {
            // A copy of the first fragment, which may stand in a buffer that is much larger; others are added to it.
            fragments = frame.opcode == .continuation ? message : ByteBuffer(bytes: message.readableBytesView)
            return
        }
        fragments = nil
        understand(message)
    }

    func understand(_ message: ByteBuffer) {
        tally.messages += 1
        guard let text = String(validating: message.readableBytesView, as: UTF8.self) else { return close(.notUTF8) }
        let command: RealtimeCommand
        do { command = try RealtimeCommand(text, usersMax: bounds.usersMax) } catch {
            misunderstood += 1
            guard misunderstood <= bounds.misunderstoodMax else { return close(.misunderstood) }
            send(RealtimeFrame.error(error.refusal, to: error.id))
            return flush()
        }
        if command.kind == .ping {
            send(RealtimeFrame.answer("pong", to: command.id))
            return flush()
        }
        if case .dropped = commands.yield(command) { close(.flooding) }
    }
}
