import Foundation
import Logging
import NIOCore
import ParleyCore
import Synchronization

/// Slows down whoever shows wrong credentials again and again. Right ones are never asked about here: they open the API at once, also from
/// an address that is slowed, so that a forgotten program with an old password locks nobody out.
///
/// Failures are counted by the connection's address within a window that begins with the first. The first few are answered at once, further
/// ones after a delay that doubles, and beyond the most of a window they are answered 429 at once. What forwarding headers say is not
/// believed.
final class AuthenticationThrottle: Sendable {
    typealias Bounds = APIConfiguration.WrongCredentials

    private let bounds: Bounds
    private let clock: any Clock<Duration>
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var failures = FailureTable()
        /// Answers that are being delayed.
        var delayed = 0
    }

    private enum Verdict {
        case answer
        case wait(Duration)
        case refuse(Duration)
    }

    init(_ bounds: Bounds, clock: any Clock<Duration>, logger: Logger) {
        self.bounds = bounds
        self.clock = clock
        self.logger = logger
    }

    /// Counts a failure and returns when it may be answered.
    ///
    /// - Returns: nil, or for 429 the seconds after which another attempt may be made.
    func hold(_ address: SocketAddress?, at now: Instant) async -> Int? {
        switch judge(AuthenticationThrottle.origin(address), at: now) {
        case .answer: return nil
        case .refuse(let time): return max(1, Int((time.wholeMilliseconds + 999) / 1000))
        case .wait(let delay):
            // A delay that is cut short because the connection went away changes nothing.
            try? await clock.sleep(for: delay)
            state.withLock { $0.delayed -= 1 }
            return nil
        }
    }

    private func judge(_ origin: String, at now: Instant) -> Verdict {
        let (verdict, isFirst) = state.withLock { state -> (Verdict, Bool) in
            let (count, end) = state.failures.count(origin, at: now, window: bounds.window, originsMax: bounds.originsMax)
            guard count > bounds.free else { return (.answer, false) }
            let isFirst = count == bounds.free + 1
            guard count <= bounds.most else { return (.refuse(end - now), isFirst) }
            let delay = delay(count - bounds.free)
            guard state.delayed < bounds.delayedMax else { return (.refuse(delay), isFirst) }
            state.delayed += 1
            return (.wait(delay), isFirst)
        }
        if isFirst { logger.warning("wrong credentials came again and again from one address; answers to it are slowed") }
        return verdict
    }

    /// The delay of the n-th failure that has one.
    private func delay(_ number: Int) -> Duration {
        var delay = bounds.delayMin
        for _ in 1..<max(1, number) where delay < bounds.delayMax { delay = delay * 2 }
        return min(delay, bounds.delayMax)
    }

    /// What counts as one origin: an IPv4 address, or the /64 of an IPv6 address, which is what one customer has (RFC 6177 §2). Callers
    /// whose address is unknown are one origin together.
    static func origin(_ address: SocketAddress?) -> String {
        guard case .v6(let address) = address else { return address?.ipAddress ?? "-" }
        // The address stands behind family, port and flow (RFC 3493 §3.3). The structure's members belong to whichever of several C modules the
        // compiler met first, so they are not named here.
        let bytes = withUnsafeBytes(of: address.address) { Array($0[8..<24]) }
        // IPv4 on a socket of both families (RFC 4291 §2.5.5.2).
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            return bytes.suffix(4).map { "\($0)" }.joined(separator: ".")
        }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
    }
}

/// How often credentials were wrong, by origin; the oldest origins are forgotten when there are too many.
struct FailureTable {
    private var windows: [String: (start: Instant, count: Int)] = [:]
    /// The origins in the order in which their windows began; those before `head` are gone.
    private var order: [String] = []
    private var head = 0

    var origins: Int { windows.count }

    /// Counts one more, and returns how many there are in the origin's window and when that ends.
    mutating func count(_ origin: String, at now: Instant, window: Duration, originsMax: Int) -> (count: Int, end: Instant) {
        while head < order.count, let oldest = windows[order[head]], oldest.start + window <= now { forgetOldest() }
        if let known = windows[origin] {
            windows[origin] = (known.start, known.count + 1)
            return (known.count + 1, known.start + window)
        }
        if windows.count >= originsMax { forgetOldest() }
        windows[origin] = (now, 1)
        order.append(origin)
        return (1, now + window)
    }

    private mutating func forgetOldest() {
        guard head < order.count else { return }
        windows[order[head]] = nil
        head += 1
        if head > 1000, head * 2 > order.count {
            order.removeFirst(head)
            head = 0
        }
    }
}
