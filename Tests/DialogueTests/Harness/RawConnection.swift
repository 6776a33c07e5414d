import Foundation
import Synchronization

/// A TCP connection over which a test sends whatever bytes it likes, and reads when it likes or never. No call blocks its thread: a send
/// that the other end does not take is tried again, and what has come is looked for again.
final class RawConnection: Sendable {
    private let state: Mutex<State>

    private struct State {
        var descriptor: Int32
        var received: [UInt8] = []
        var hasEnded = false
    }

    /// - Parameter receiveBuffer: the size of the kernel's buffer in bytes, for clients that are to take as little as can be.
    init(port: Int, receiveBuffer: Int? = nil) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var bytes = receiveBuffer.map(Int32.init) {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        state = Mutex(State(descriptor: descriptor))
        guard connected else { throw RunningDaemon.Unexpected(description: "nobody accepts on port \(port): errno \(errno)") }
    }

    deinit { hangUp() }

    /// Sends bytes, or as many of them as the other end takes before it goes away.
    ///
    /// - Returns: whether all were taken.
    @discardableResult func send(_ bytes: [UInt8]) async throws -> Bool {
        var sent = 0
        var isGone = false
        try await eventually("the other end takes \(bytes.count) bytes") {
            while sent < bytes.count {
                // How many bytes went, or the error as a negative number.
                let count = state.withLock { state in
                    bytes[sent...].withUnsafeBytes {
                        let count = Foundation.send(state.descriptor, $0.baseAddress, $0.count, atOnce)
                        return count < 0 ? -Int(errno) : count
                    }
                }
                if count > 0 {
                    sent += count
                } else if count == -Int(EAGAIN) {
                    return false
                } else {
                    isGone = true
                    return true
                }
            }
            return true
        }
        return !isGone
    }

    /// Neither waits, nor raises SIGPIPE.
    private let atOnce = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    /// Takes what has come so far, and gives all that was not consumed to the body, with whether the other end is done.
    ///
    /// - Parameter body: returns how many bytes it has consumed, and a result.
    func read<Result: Sendable>(_ body: (_ bytes: [UInt8], _ hasEnded: Bool) throws -> (Int, Result)) rethrows -> Result {
        try state.withLock { state in
            var chunk = [UInt8](repeating: 0, count: 1 << 16)
            while !state.hasEnded {
                let count = recv(state.descriptor, &chunk, chunk.count, atOnce)
                if count > 0 {
                    state.received += chunk.prefix(count)
                } else if count == 0 || errno != EAGAIN {
                    state.hasEnded = true
                } else {
                    break
                }
            }
            let (count, result) = try body(state.received, state.hasEnded)
            state.received.removeFirst(count)
            return result
        }
    }

    /// Waits until the other end has closed the connection, and throws what it still said away.
    func ended() async throws {
        try await eventually("the other end closes the connection") { read { bytes, hasEnded in (bytes.count, hasEnded) } }
    }

    /// Closes this end at once.
    func hangUp() {
        state.withLock { state in
            guard state.descriptor >= 0 else { return }
            close(state.descriptor)
            state.descriptor = -1
            state.hasEnded = true
        }
    }
}
