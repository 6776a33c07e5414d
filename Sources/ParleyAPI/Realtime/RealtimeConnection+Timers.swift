import NIOCore
import ParleyCore

/// The times that the other end has.
extension RealtimeConnection {
    struct Timers {
        /// Ends a connection that does not subscribe.
        var subscribe: Scheduled<Void>?
        /// Looks whether the other end lives.
        var beat: Scheduled<Void>?
        /// Tells of the token's end, then ends the connection.
        var token: Scheduled<Void>?
        /// Looks whether the other end takes something of what waits for it.
        var taking: Scheduled<Void>?
        /// Cuts a connection whose close frame is not answered.
        var cut: Scheduled<Void>?
        /// When the last frame came.
        var heard = NIODeadline.uptimeNanoseconds(0)
        /// When the ping was sent that nothing has come after.
        var pinged: NIODeadline?
        /// Bytes given to the channel, and how many of them had left it when that was last looked at.
        var written = 0
        var taken = 0
    }

    func startTimers() {
        guard let context else { return }
        timers.heard = context.eventLoop.now
        timers.subscribe = schedule(in: TimeAmount(bounds.subscribeTime)) { $0.close(.unsubscribed) }
        beat(in: TimeAmount(bounds.pingTime))
    }

    func stopTimers() {
        for timer in [timers.subscribe, timers.beat, timers.token, timers.taking] { timer?.cancel() }
        (timers.subscribe, timers.beat, timers.token, timers.taking) = (nil, nil, nil, nil)
    }

    func subscribed() {
        timers.subscribe?.cancel()
        timers.subscribe = nil
    }

    /// Starts the times of a token, instead of those of the one before.
    ///
    /// - Parameter left: how long it is still good.
    func take(tokenUntil expires: Instant, left: Duration) {
        guard end == nil else { return }
        timers.token?.cancel()
        guard left > bounds.tokenNotice else { return noticeTokenEnd(expires, left: left) }
        let notice = bounds.tokenNotice
        timers.token = schedule(in: TimeAmount(left - notice)) { $0.noticeTokenEnd(expires, left: notice) }
    }

    private func noticeTokenEnd(_ expires: Instant, left: Duration) {
        timers.token = schedule(in: TimeAmount(max(left, .zero))) { connection in
            connection.send(RealtimeFrame.tokenExpired)
            connection.close(.expired)
        }
        send(RealtimeFrame.tokenAboutToExpire(expires))
        flush()
    }

    /// A frame came: whoever sends lives.
    func heard() {
        guard let context else { return }
        timers.heard = context.eventLoop.now
        guard timers.pinged != nil else { return }
        timers.pinged = nil
        beat(in: TimeAmount(bounds.pingTime))
    }

    private func beat(in time: TimeAmount) {
        timers.beat?.cancel()
        timers.beat = schedule(in: time) { $0.beat() }
    }

    /// The timer is not moved with each frame: it looks when it fires how long it has been quiet, and waits for the rest.
    private func beat() {
        guard let context else { return }
        if timers.pinged != nil { return close(.silent) }
        let left = TimeAmount(bounds.pingTime) - (context.eventLoop.now - timers.heard)
        guard left <= .zero else { return beat(in: left) }
        // Where something waits for the other end already, a ping would wait behind it.
        if buffered > 0 { watchTaking() }
        timers.pinged = context.eventLoop.now
        beat(in: TimeAmount(bounds.pongTime))
        write(RealtimeFrame.ping(), context)
        context.flush()
    }

    /// Something waits for the other end: from now on it must take some of it in each while.
    func watchTaking() {
        guard end == nil, timers.taking == nil else { return }
        timers.taken = timers.written - buffered
        timers.taking = schedule(in: TimeAmount(bounds.writeTime)) { $0.lookAtTaking() }
    }

    private func lookAtTaking() {
        timers.taking = nil
        guard buffered > 0 else { return }
        guard timers.written - buffered > timers.taken else { return close(.stalled) }
        watchTaking()
    }

    /// Bytes that the channel holds because the system does not take them.
    private var buffered: Int { (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 }

    func cutSoon() {
        timers.cut = schedule(in: TimeAmount(bounds.closeTime)) { $0.context?.close(promise: nil) }
    }

    private func schedule(in time: TimeAmount, _ body: @escaping (RealtimeConnection) -> Void) -> Scheduled<Void>? {
        context?.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
            guard let self else { return }
            body(self)
        }
    }
}
