internal import Logging
internal import NIOCore
internal import ParleyMailWire

/// One connection of the listener: carries bytes between the socket and the session, and the session's questions to the reception.
///
/// All of it runs on the connection's event loop; only a question leaves it, and its answer comes back to it. While an answer is owed, or
/// while the client does not read our replies, nothing more is read.
final class MailConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let configuration: MailListenerConfiguration
    private let reception: MailReception
    private let registry: ConnectionRegistry
    private let logger: Logger

    private var session: SMTPServerSession
    private var progress = TransactionProgress()
    private var transactionBegan: NIODeadline?
    private var lastHeard = NIODeadline.now()
    private var patience: Scheduled<Void>?
    /// The last reply was written; the socket closes behind it.
    private var isClosing = false
    /// The listener wants to stop.
    private var isQuiescing = false
    /// The client has sent all it will send.
    private var isInputEnded = false
    /// A question is with the reception.
    private var isAsking = false
    private var isInactive = false
    /// The registry's name for this connection; nil when it has none.
    private var registration: ConnectionRegistry.Key?
    /// Bytes of a message that are counted with the registry.
    private var held = 0

    init(configuration: MailListenerConfiguration, reception: MailReception, registry: ConnectionRegistry, logger: Logger) {
        self.configuration = configuration
        self.reception = reception
        self.registry = registry
        self.logger = logger
        session = SMTPServerSession(
            configuration: SMTPSessionConfiguration(
                hostname: configuration.hostname, sizeMax: configuration.sizeMax, recipientsMax: configuration.recipientsMax))
    }

    // MARK: Events of the channel

    func channelActive(context: ChannelHandlerContext) {
        guard isTrusted(context) else { return farewell(SMTPReply(554, "5.7.1", "No mail is taken from this address"), context) }
        switch registry.admit(context.channel) {
        case .full: return farewell(SMTPReply(421, "4.7.0", "Too many connections, try again later"), context)
        case .stopping: return farewell(Self.stopping, context)
        case .admitted(let key): registration = key
        }
        perform(session.open(), context)
        watch(context, after: min(configuration.idle, configuration.transaction))
        readIfWilling(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        lastHeard = .now()
        let bytes = unwrapInboundIn(data)
        if progress.isInData {
            guard registry.hold(bytes.readableBytes) else {
                return farewell(SMTPReply(421, "4.3.1", "Too much mail at once, try again later"), context)
            }
            held += bytes.readableBytes
        }
        perform(session.receive(bytes.readableBytesView), context)
    }

    func channelReadComplete(context: ChannelHandlerContext) { readIfWilling(context) }

    func channelWritabilityChanged(context: ChannelHandlerContext) { readIfWilling(context) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            isQuiescing = true
            settle(context)
        case ChannelEvent.inputClosed:
            // What was asked before is still answered: a client may send all its commands and then end its side.
            isInputEnded = true
            settle(context)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isInactive = true
        isClosing = true
        patience?.cancel()
        // A question under way is waited for, so that a listener that has stopped has handed over all it took.
        if !isAsking { leave() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.debug("mail connection broke", metadata: ["error": "\(type(of: error))"])
        context.close(promise: nil)
    }

    // MARK: The session

    private func perform(_ events: [SMTPSessionEvent], _ context: ChannelHandlerContext) {
        var output = context.channel.allocator.buffer(capacity: 0)
        var isLast = false
        for event in events {
            switch event {
            case .reply(let reply):
                progress.note(reply)
                output.writeBytes(reply.wire)
            case .recipient(let recipient, _):
                ask(context) { [reception] in .recipient(await reception.recipient(recipient)) }
            case .message(let envelope, let content):
                ask(context) { [reception] in .message(await reception.message(envelope, content: content)) }
            case .close:
                isLast = true
            }
        }
        if !progress.isOpen { transactionBegan = nil } else if transactionBegan == nil { transactionBegan = .now() }
        if !progress.isInData { release() }
        if isLast { return end(output, context) }
        if output.readableBytes > 0 { context.writeAndFlush(wrapOutboundOut(output), promise: nil) }
        settle(context)
    }

    private enum Answer: Sendable {
        case recipient(SMTPRecipientVerdict)
        case message(SMTPMessageVerdict)
    }

    /// Takes a question from the event loop to the reception, and the answer back. This is where the loop's world and that of tasks meet.
    private func ask(_ context: ChannelHandlerContext, _ question: @escaping @Sendable () async -> Answer) {
        isAsking = true
        let promise = context.eventLoop.makePromise(of: Answer.self)
        promise.completeWithTask(question)
        promise.futureResult.assumeIsolated().whenSuccess { [self] answer in
            isAsking = false
            guard !isInactive else { return leave() }
            guard !isClosing else { return }
            // Waiting for us is not the client's silence.
            lastHeard = .now()
            switch answer {
            case .recipient(let verdict): perform(session.resolveRecipient(verdict), context)
            case .message(let verdict): perform(session.resolveMessage(verdict), context)
            }
            readIfWilling(context)
        }
    }

    /// Ends the connection when somebody wants its end and nothing speaks against it.
    private func settle(_ context: ChannelHandlerContext) {
        guard !isClosing, !isAsking else { return }
        if isInputEnded { return end(context.channel.allocator.buffer(capacity: 0), context) }
        if isQuiescing, !progress.isOpen { farewell(Self.stopping, context) }
    }

    private func readIfWilling(_ context: ChannelHandlerContext) {
        if !isClosing, !isAsking, !isInputEnded, context.channel.isWritable { context.read() }
    }

    // MARK: The end

    private static let stopping = SMTPReply(421, "4.3.2", "The service is stopping, try again later")

    private func farewell(_ reply: SMTPReply, _ context: ChannelHandlerContext) {
        end(ByteBuffer(bytes: reply.wire), context)
    }

    private func end(_ output: ByteBuffer, _ context: ChannelHandlerContext) {
        guard !isClosing else { return }
        isClosing = true
        patience?.cancel()
        // A client that does not read its last reply does not hold the connection.
        patience = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(min(configuration.idle, .seconds(30)))) {
            context.close(promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(output)).assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    private func leave() {
        release()
        if let registration { registry.remove(registration) }
        registration = nil
    }

    private func release() {
        registry.release(held)
        held = 0
    }

    // MARK: Patience

    private func watch(_ context: ChannelHandlerContext, after delay: Duration) {
        patience = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { [self] in
            guard !isClosing else { return }
            let silence = Duration(NIODeadline.now() - lastHeard)
            let age = transactionBegan.map { Duration(NIODeadline.now() - $0) } ?? .zero
            if isAsking { return watch(context, after: min(configuration.idle, configuration.transaction)) }
            guard silence < configuration.idle, age < configuration.transaction else {
                return farewell(SMTPReply(421, "4.4.2", "Waited too long"), context)
            }
            watch(context, after: min(configuration.idle - silence, configuration.transaction - age))
        }
    }

    private func isTrusted(_ context: ChannelHandlerContext) -> Bool {
        guard let networks = configuration.trustedNetworks else { return true }
        guard let address = context.remoteAddress?.ipAddress else { return false }
        return networks.contains { $0.contains(address) }
    }
}
