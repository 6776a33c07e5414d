internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Messages to the event thread from any other, with a pipe as the doorbell that ends its `poll`.
final class Inbox: Sendable {
    enum Message: Sendable {
        case start(RunningTransfer, completion: @Sendable (Observation) -> Void)
        case cancel(RunningTransfer)
        case stop
    }

    private struct State {
        var messages: [Message] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    /// Readable while messages wait.
    let doorbell: Int32
    private let button: Int32

    /// Nil when the process may open no more files.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        doorbell = ends[0]
        button = ends[1]
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    deinit {
        close(doorbell)
        close(button)
    }

    /// - Returns: false when the inbox has been closed; the message was then not taken.
    func put(_ message: Message) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            if case .stop = message { state.isClosed = true }
            // One byte stands for any number of messages, so the pipe never fills.
            if state.messages.isEmpty {
                var byte: UInt8 = 1
                _ = write(button, &byte, 1)
            }
            state.messages.append(message)
            return true
        }
    }

    func take() -> [Message] {
        state.withLock { state in
            guard !state.messages.isEmpty else { return [] }
            var byte: UInt8 = 0
            _ = read(doorbell, &byte, 1)
            defer { state.messages = [] }
            return state.messages
        }
    }
}
