internal import ParleyCore
internal import Synchronization

/// The event threads for mail: each carries one mail at a time, because libcurl blocks its thread until the relay has answered the end of
/// the data. Lanes are made when they are needed and keep their connections for the next mail.
final class MailLanes: Sendable {
    private struct Lane {
        let thread: EventThread
        /// What the lane's connections are good for.
        var relay: Relay
    }

    private struct Waiting {
        let id: Int
        let continuation: CheckedContinuation<EventThread?, Never>
    }

    private struct State {
        var idle: [Lane] = []
        var threads: [EventThread] = []
        var waiting: [Waiting] = []
        var nextID = 0
        var isStopped = false
    }

    private let configuration: TransferConfiguration
    private let state = Mutex(State())

    init(configuration: TransferConfiguration) {
        self.configuration = configuration
    }

    /// Runs one submission, once a lane is free. Its time-out starts to count then.
    func run(_ mail: OutboundMail, to relay: Relay) async -> Observation {
        guard let lane = await take(for: relay) else { return Observation() }
        var observation = await lane.run(.mail(mail, to: relay, fresh: false))
        if observation.foundStaleConnection {
            observation = await lane.run(.mail(mail, to: relay, fresh: true))
        }
        giveBack(Lane(thread: lane, relay: relay))
        return observation
    }

    func stop() {
        let (threads, waiting) = state.withLock { state in
            defer { state.waiting = [] }
            state.isStopped = true
            return (state.threads, state.waiting)
        }
        waiting.forEach { $0.continuation.resume(returning: nil) }
        threads.forEach { $0.stop() }
    }

    /// The threads made so far; no others come after ``stop()``.
    var threads: [EventThread] { state.withLock { $0.threads } }

    private enum Turn {
        case go(EventThread)
        case refused
        case wait
    }

    /// - Returns: nil when the task was cancelled or the lanes are stopped.
    private func take(for relay: Relay) async -> EventThread? {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome = state.withLock { turn(&$0, id: id, relay: relay, continuation) }
                switch outcome {
                case .go(let thread): continuation.resume(returning: thread)
                case .refused: continuation.resume(returning: nil)
                case .wait: break
                }
            }
        } onCancel: {
            let waiting = state.withLock { state -> Waiting? in
                state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
            }
            waiting?.continuation.resume(returning: nil)
        }
    }

    private func turn(
        _ state: inout State, id: Int, relay: Relay, _ continuation: CheckedContinuation<EventThread?, Never>
    ) -> Turn {
        if state.isStopped || Task.isCancelled { return .refused }
        if let index = state.idle.lastIndex(where: { $0.relay == relay }) ?? state.idle.indices.last {
            return .go(state.idle.remove(at: index).thread)
        }
        if state.threads.count < max(1, configuration.mailsAtOnceMax) {
            let thread = EventThread(configuration: configuration)
            state.threads.append(thread)
            return .go(thread)
        }
        state.waiting.append(Waiting(id: id, continuation: continuation))
        return .wait
    }

    private func giveBack(_ lane: Lane) {
        let next = state.withLock { state -> Waiting? in
            if state.waiting.isEmpty {
                state.idle.append(lane)
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.continuation.resume(returning: lane.thread)
    }
}
