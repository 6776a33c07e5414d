import NIOCore

/// What goes out: at once while the channel takes it, in order and up to a bound when it does not.
extension RealtimeConnection {
    /// Sends a frame with the next flush.
    func send(_ frame: ByteBuffer) {
        guard end == nil, let context else { return }
        // What was only written and not flushed yet fills the channel too: it waits for nobody.
        if backlog.isEmpty, !context.channel.isWritable { context.flush() }
        guard end == nil else { return }
        if backlog.isEmpty, context.channel.isWritable {
            write(frame, context)
        } else if !backlog.append(frame) {
            close(.backlog)
        }
    }

    func send(event frame: ByteBuffer) {
        tally.events += 1
        send(frame)
    }

    /// From now on what the hub tells waits until ``release()``: the connection is told of what came before by somebody else.
    func hold() {
        if end == nil { held = RealtimeBacklog(bounds) }
    }

    func release() {
        guard var waiting = held else { return }
        held = nil
        while let frame = waiting.next() { send(event: frame) }
        flush()
    }

    /// An event as the hub tells it.
    func send(live frame: ByteBuffer) {
        guard held != nil else { return send(event: frame) }
        if held?.append(frame) == false { close(.backlog) }
    }

    /// Sends what is worth nothing later: not at all when something waits.
    func send(passing frame: ByteBuffer) {
        guard end == nil, let context, backlog.isEmpty, context.channel.isWritable else { return }
        write(frame, context)
    }

    func flush() {
        guard end == nil else { return }
        context?.flush()
    }

    func pong(_ data: ByteBuffer) {
        guard let context else { return }
        backlog.pong = RealtimeFrame.pong(data)
        guard context.channel.isWritable else { return }
        writePong(context)
        context.flush()
    }

    /// Succeeds once nothing waits for the client; fails when the connection has ended.
    func drained() -> EventLoopFuture<Void>? {
        guard end == nil, let context else { return nil }
        guard !backlog.isEmpty || !context.channel.isWritable else { return context.eventLoop.makeSucceededVoidFuture() }
        let promise = context.eventLoop.makePromise(of: Void.self)
        backlog.wait(promise)
        return promise.futureResult
    }

    func writabilityChanged(_ isWritable: Bool) {
        guard end == nil, let context else { return }
        guard isWritable else { return watchTaking() }
        writePong(context)
        while end == nil, context.channel.isWritable, let frame = backlog.next() { write(frame, context) }
        flush()
        if end == nil, backlog.isEmpty, context.channel.isWritable { backlog.drained() }
    }

    private func writePong(_ context: ChannelHandlerContext) {
        guard let pong = backlog.pong else { return }
        backlog.pong = nil
        write(pong, context)
    }

    /// Gives a frame to the channel, whatever waits.
    func write(_ frame: ByteBuffer, _ context: ChannelHandlerContext) {
        timers.written += frame.readableBytes
        context.write(wrapOutboundOut(frame), promise: nil)
    }
}
