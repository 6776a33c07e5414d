internal import CParleyCurl
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The thread that owns an ``EventLoop``, and the bridge from it to async code.
final class EventThread: Sendable {
    private let inbox: Inbox?
    private let sockets = OpenSockets()
    private let state = Mutex(State())

    private struct State {
        var thread: ThreadIdentity?
        var hasEnded = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private struct ThreadIdentity: @unchecked Sendable {  // an identity that any thread may join
        let value: pthread_t
    }

    init(configuration: TransferConfiguration) {
        inbox = LibraryStart.succeeded ? Inbox() : nil
        let thread = inbox.flatMap { inbox in
            startThread { [self] in
                Self.runLoop(inbox, sockets, configuration)
                end()
            }
        }
        if thread == nil { _ = inbox?.put(.stop) }
        state.withLock { state in
            state.hasEnded = state.hasEnded || thread == nil
            state.thread = thread.map(ThreadIdentity.init)
        }
    }

    /// Runs one order to its end. Cancelling the task takes the transfer out of libcurl's hands.
    func run(_ order: Order) async -> Observation {
        guard let inbox else { return Observation(end: .finished(CURLE_FAILED_INIT)) }
        let transfer = RunningTransfer(order)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if !inbox.put(.start(transfer) { continuation.resume(returning: $0) }) {
                    continuation.resume(returning: Observation())
                }
            }
        } onCancel: {
            // The mark is for a start that is still to come, the message for one that has happened.
            transfer.isCancelled = true
            _ = inbox.put(.cancel(transfer))
            sockets.hangUp(on: transfer)
        }
    }

    /// Tells the thread to stop, without waiting for it.
    func stop() { _ = inbox?.put(.stop) }

    /// Hangs up on whatever the thread may be waiting for; to be called after ``stop()``.
    func interrupt() { sockets.shut() }

    /// Waits until the thread has ended, and joins it.
    func join() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.waiting.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
        let thread = state.withLock { state in
            defer { state.thread = nil }
            return state.thread
        }
        // The thread has nothing left to do but to return: this does not block for longer than that.
        if let thread { pthread_join(thread.value, nil) }
    }

    /// A function of its own, so that the loop and its connections are gone when it returns.
    private static func runLoop(_ inbox: Inbox, _ sockets: OpenSockets, _ configuration: TransferConfiguration) {
        EventLoop(inbox: inbox, sockets: sockets, configuration: configuration).run()
    }

    private func end() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.hasEnded = true
            return state.waiting
        }
        waiting.forEach { $0.resume() }
    }
}
