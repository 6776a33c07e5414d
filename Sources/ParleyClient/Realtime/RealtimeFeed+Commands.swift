import NIOCore
import Synchronization

/// What the client asks of its connection.
extension RealtimeFeed {
    /// Tells the others that this user is writing.
    ///
    /// - Throws: What the gateway answered; status 0 when there is no connection, or it ended first.
    func typing(_ conversation: String) async throws(ConversationsError) {
        let answer = state.withLock { state in
            state.isConnected && !state.isShutdown ? state.open?.ask(.typing(conversation)) : nil
        }
        guard let answer else { throw .unconnected("There is no realtime connection") }
        switch await wait(for: answer) {
        case .ok: return
        case .refused(let error): throw error
        case let other: throw Self.unanswered(other)
        }
    }

    /// Whose changes are told from now on, in place of those before. Without a connection they are kept for the next one.
    ///
    /// - Throws: What the gateway answered; those before are watched on then.
    func watch(_ identities: @Sendable () -> [String]) async throws(ConversationsError) {
        // Whoever asks later says it later: who they all are is asked, kept and sent at one moment.
        let (answer, former, version) = state.withLock { state in
            let former = state.users
            state.users = identities().suffix(FeedLimits.users)
            state.usersVersion += 1
            let answer = state.isConnected && !state.isShutdown ? state.open?.ask(.watch(state.users)) : nil
            return (answer, former, state.usersVersion)
        }
        guard let answer else { return }
        switch await wait(for: answer) {
        case .ok, .lost, .cancelled: return
        case .refused(let error):
            restore(former, version)
            throw error
        case let other:
            restore(former, version)
            throw Self.unanswered(other)
        }
    }

    private func restore(_ former: [String], _ version: Int) {
        state.withLock { state in
            if state.usersVersion == version { state.users = former }
        }
    }

    /// Goes on with another access token. A connected gateway checks it first; without a connection one is tried with it at once.
    ///
    /// - Throws: What the gateway answered, or status 0 for what cannot be a token and for an answer that did not come. The former token goes on then.
    func update(token next: String) async throws(ConversationsError) {
        guard next != token.token else { return }
        guard TokenBox.isUsable(next) else { throw TokenBox.unusable }
        var asked: FeedLink?
        while let link = state.withLock({ $0.isConnected ? $0.open : nil }), link !== asked {
            asked = link
            switch await wait(for: link.ask(.token(next))) {
            case .ok:
                state.withLock { state in
                    if state.open === link { state.token = next }
                    token.set(next)
                }
                return
            case .refused(let error): throw error
            case .lost: break
            case let other: throw Self.unanswered(other)
            }
        }
        guard !isShutdown else { throw .shutDown }
        token.set(next)
        state.withLock { $0.opening }?.fail(CancellationError())
        wake.ring()
    }

    /// Ends the connection (1000) and `run()`. Returns when the connection is over, which it soon is, whatever the gateway does; `run()` returns once the
    /// delivery under way has.
    func shutdown() async {
        stop()
        _ = try? await state.withLock { $0.open }?.ended.get()
    }

    func stop() {
        let (opening, open) = state.withLock { state in
            state.isShutdown = true
            state.isConnected = false
            return (state.opening, state.open)
        }
        opening?.fail(CancellationError())
        open?.close()
        wake.ring()
    }

    /// A future does not hear of cancellation; whoever waits does.
    private func wait(for answer: EventLoopFuture<FeedAnswer>) async -> FeedAnswer {
        let promise = answer.eventLoop.makePromise(of: FeedAnswer.self)
        answer.cascade(to: promise)
        return await withTaskCancellationHandler {
            (try? await promise.futureResult.get()) ?? .lost
        } onCancel: {
            promise.succeed(.cancelled)
        }
    }

    private static func unanswered(_ answer: FeedAnswer) -> ConversationsError {
        switch answer {
        case .late: .unconnected("The gateway did not answer in time")
        case .cancelled: .unconnected("The wait for the answer was cancelled")
        case .crowded: .unconnected("Too many commands wait for their answers")
        default: .unconnected("The realtime connection ended before the answer")
        }
    }
}
