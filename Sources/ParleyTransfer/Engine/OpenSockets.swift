internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The open sockets of one event thread, so that another thread can hang up on them while libcurl is waiting inside of one of its
/// functions.
///
/// libcurl's SMTP waits that way for the reply to the end of the data and for the one to QUIT. Worse, a mail that is taken out of its hands
/// is ended with a dot like a whole one: only a socket that was shut down before keeps half a mail from being delivered.
final class OpenSockets: Sendable {
    private struct State {
        var sockets: Set<Int32> = []
        var mail: ObjectIdentifier?
        var isShut = false
    }

    private let state = Mutex(State())

    /// True once everything was hung up on.
    var isShut: Bool { state.withLock { $0.isShut } }

    func insert(_ socket: Int32) { state.withLock { _ = $0.sockets.insert(socket) } }

    /// Closes the socket. Under the lock, so that nobody shuts down a number that stands for another file already.
    func close(_ socket: Int32) -> Int32 {
        state.withLock { state in
            state.sockets.remove(socket)
            return closeFile(socket)
        }
    }

    /// Says which mail is under way; nil when it has ended.
    func setMail(_ transfer: RunningTransfer?) { state.withLock { $0.mail = transfer.map(ObjectIdentifier.init) } }

    /// Hangs up on the mail, if it is still the one under way.
    func hangUp(on transfer: RunningTransfer) {
        state.withLock { state in
            if state.mail == ObjectIdentifier(transfer) { Self.hangUp(state.sockets) }
        }
    }

    /// Hangs up on everything, because the end has come.
    func shut() {
        state.withLock { state in
            state.isShut = true
            Self.hangUp(state.sockets)
        }
    }

    private static func hangUp(_ sockets: Set<Int32>) {
        for socket in sockets { shutdown(socket, Int32(SHUT_RDWR)) }
    }
}

private func closeFile(_ file: Int32) -> Int32 { close(file) }
