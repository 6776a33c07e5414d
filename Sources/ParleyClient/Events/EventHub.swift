import Synchronization

/// Gives each event of one kind to everybody who listens.
final class EventHub<Element: Sendable>: Sendable {
    private struct Listener {
        let continuation: AsyncStream<Element>.Continuation
        let wants: (@Sendable (Element) -> Bool)?
    }

    private struct State {
        var listeners: [UInt64: Listener] = [:]
        var next: UInt64 = 0
        var isFinished = false
    }

    private let state = Mutex(State())
    private let eventsMax: Int
    private let overflowed: @Sendable () -> Void

    /// - Parameter overflowed: called when a listener who does not read loses an event.
    init(eventsMax: Int, overflowed: @escaping @Sendable () -> Void) {
        self.eventsMax = eventsMax
        self.overflowed = overflowed
    }

    /// A sequence that begins now.
    func sequence(where wants: (@Sendable (Element) -> Bool)? = nil) -> EventSequence<Element> {
        let (stream, continuation) = AsyncStream.makeStream(of: Element.self, bufferingPolicy: .bufferingNewest(eventsMax))
        let key: UInt64? = state.withLock { state in
            guard !state.isFinished else { return nil }
            state.next += 1
            state.listeners[state.next] = Listener(continuation: continuation, wants: wants)
            return state.next
        }
        if let key {
            // Set outside of the lock: a stream that has ended calls it at once.
            continuation.onTermination = { [weak self] _ in self?.forget(key) }
        } else {
            continuation.finish()
        }
        return EventSequence(stream: stream)
    }

    func tell(_ element: Element) {
        let listeners = state.withLock { Array($0.listeners.values) }
        for listener in listeners where listener.wants?(element) ?? true {
            if case .dropped = listener.continuation.yield(element) { overflowed() }
        }
    }

    /// Ends every sequence, also those that begin later.
    func finish() {
        let listeners = state.withLock { state in
            state.isFinished = true
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.continuation.finish() }
    }

    private func forget(_ key: UInt64) {
        // Let go outside of the lock: the listener may be the last owner of what its closure holds.
        _ = state.withLock { $0.listeners.removeValue(forKey: key) }
    }
}
