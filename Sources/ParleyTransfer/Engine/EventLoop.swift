internal import CParleyCurl

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What the event thread does: it waits in one `poll` for the sockets of all pools and for its doorbell, and lets libcurl move on.
///
/// `curl_multi_poll` waits for one multi handle only, so the loop polls for itself (`curl_multi_socket_action`). That also spares a walk
/// over every transfer for each event.
final class EventLoop {
    private let inbox: Inbox
    private let sockets: OpenSockets
    private let configuration: TransferConfiguration
    private var pools: [Pool: ConnectionPool] = [:]
    private var running: [UnsafeMutableRawPointer: RunningTransfer] = [:]
    private var stopAt: ContinuousClock.Instant?

    init(inbox: Inbox, sockets: OpenSockets, configuration: TransferConfiguration) {
        self.inbox = inbox
        self.sockets = sockets
        self.configuration = configuration
    }

    /// Returns when it was asked to stop and nothing is under way any more.
    func run() {
        while !isDone {
            wait()
            inbox.take().forEach(handle)
            for pool in pools.values where pool.millisecondsToTick == 0 { pool.tick() }
            for pool in pools.values {
                while let (easy, code) = pool.nextEnded() { finish(easy, code) }
            }
        }
        for transfer in running.values { cancel(transfer) }
        // libcurl would wait for the answer to QUIT.
        sockets.shut()
        for pool in pools.values { pool.close() }
    }

    private var isDone: Bool {
        guard let stopAt else { return false }
        return running.isEmpty || ContinuousClock.now >= stopAt
    }

    private func wait() {
        var polled = [pollfd(fd: inbox.doorbell, events: Int16(POLLIN), revents: 0)]
        var owners: [ConnectionPool] = []
        for pool in pools.values {
            for (socket, events) in pool.interests {
                polled.append(pollfd(fd: socket, events: events, revents: 0))
                owners.append(pool)
            }
        }
        var limits = pools.values.compactMap { $0.millisecondsToTick }
        if let stopAt { limits.append((stopAt - ContinuousClock.now).curlMilliseconds) }
        let limit = limits.min().map { Int32(clamping: $0) } ?? -1
        guard poll(&polled, nfds_t(polled.count), limit) > 0 else { return }
        for (ready, pool) in zip(polled.dropFirst(), owners) where ready.revents != 0 {
            pool.socketReady(ready.fd, events: ready.revents)
        }
    }

    private func handle(_ message: Inbox.Message) {
        switch message {
        case .start(let transfer, let completion):
            transfer.begin(completion)
            start(transfer)
        case .cancel(let transfer): cancel(transfer)
        case .stop: stopAt = ContinuousClock.now + configuration.shutdownGrace
        }
    }

    private func start(_ transfer: RunningTransfer) {
        guard !transfer.isCancelled, stopAt == nil, let pool = pool(transfer.order.pool) else { return transfer.complete() }
        guard let easy = transfer.prepare(in: pool, configuration: configuration) else { return transfer.complete() }
        guard pool.add(easy) else {
            transfer.end(CURLE_OUT_OF_MEMORY)
            return transfer.complete()
        }
        running[easy.pointer] = transfer
        if transfer.order.isMail { sockets.setMail(transfer) }
    }

    private func cancel(_ transfer: RunningTransfer) {
        guard let easy = transfer.easy, running.removeValue(forKey: easy.pointer) != nil else { return }
        sockets.hangUp(on: transfer)
        leave(transfer, easy)
    }

    private func finish(_ easy: UnsafeMutableRawPointer, _ code: CURLcode) {
        guard let transfer = running.removeValue(forKey: easy) else { return }
        let wasEndedByUs = code != CURLE_OK && (transfer.isCancelled || sockets.isShut)
        if !wasEndedByUs { transfer.end(code) }
        if let handle = transfer.easy { leave(transfer, handle) }
    }

    private func leave(_ transfer: RunningTransfer, _ easy: EasyHandle) {
        transfer.pool?.remove(easy)
        if transfer.order.isMail { sockets.setMail(nil) }
        transfer.complete()
    }

    private func pool(_ key: Pool) -> ConnectionPool? {
        if let pool = pools[key] { return pool }
        let pool = ConnectionPool(configuration: configuration, sockets: sockets)
        pools[key] = pool
        return pool
    }
}
