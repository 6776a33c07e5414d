import Synchronization

/// Lets calls through once the first connection stands or has failed.
final class FirstConnection: Sendable {
    private struct State {
        var isOver = false
        var waiting: [UInt64: CheckedContinuation<Void, any Error>] = [:]
        var next: UInt64 = 0
    }

    private let state = Mutex(State())

    /// - Throws: `CancellationError` when the caller's task is cancelled.
    func wait() async throws {
        let key: UInt64? = state.withLock { state in
            if state.isOver { return nil }
            state.next += 1
            return state.next
        }
        guard let key else { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if state.isOver { return .success(()) }
                    // Whoever cancels waits for this lock, so it is seen here or finds the continuation.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiting[key] = continuation
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: key) }?.resume(throwing: CancellationError())
        }
    }

    func over() {
        let waiting = state.withLock { state in
            state.isOver = true
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume() }
    }
}
