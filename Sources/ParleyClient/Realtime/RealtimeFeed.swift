import Foundation
import NIOCore
import NIOSSL
import Synchronization

/// The realtime connection: one per client. `run()` connects, reconnects and resumes until `shutdown()`.
///
/// Each event is delivered once and in order, also over many connections: a new one resumes after the last event whose delivery returned.
/// What cannot be read ends the connection, so that nothing is passed over in silence.
final class RealtimeFeed: Sendable {
    struct State {
        var hasRun = false
        var isShutdown = false
        /// The attempt that is under way; failing it ends it.
        var opening: EventLoopPromise<FeedLink>?
        /// The connection that is open, also before the gateway has answered the first frame.
        var open: FeedLink?
        /// Whether commands can be sent over it.
        var isConnected = false
        /// The state that was delivered last.
        var told: ConnectionState?
        /// The token that `open` lives by.
        var token: String?
        /// Whom the application watches; sent with the first frame of each connection.
        var users: [String] = []
        /// Counts the changes of `users`, so that what was sent can be told from what is meant.
        var usersVersion = 0
        /// The last event that was delivered, or where the first connection began.
        var position: Int64?
        var backoff: Backoff
    }

    let token: TokenBox
    let state: Mutex<State>
    /// Rung by what a wait between attempts must not sleep through: another token, or the end.
    let wake = Wake()
    private let url: URL
    private let group: any EventLoopGroup
    private let connectTime: Duration
    private let tls: TLSConfiguration
    private let time: FeedTime
    /// A connection that lived so long was a good one: the next wait is short again.
    private let steady: Duration

    convenience init(url: URL, token: TokenBox, group: any EventLoopGroup, options: ConversationsClient.Options) {
        self.init(
            url: url, token: token, group: group, connectTime: options.connectTime, reconnectDelay: options.reconnectDelay,
            tls: options.tlsConfiguration,
            time: FeedTime(ContinuousClock()), seed: .random(in: 0 ... .max))
    }

    /// - Parameters:
    ///   - connectTime: How long TCP, TLS and the upgrade may take together.
    ///   - reconnectDelay: The shortest and the longest wait between attempts.
    ///   - tls: For https. The gateway's name is verified unless this says otherwise.
    ///   - time: Is asked for the waits between attempts.
    ///   - seed: Determines their lengths.
    init(
        url: URL, token: TokenBox, group: any EventLoopGroup, connectTime: Duration, reconnectDelay: ClosedRange<Duration>,
        tls: TLSConfiguration = .makeClientConfiguration(), time: FeedTime, seed: UInt64
    ) {
        self.url = url
        self.token = token
        self.group = group
        self.connectTime = connectTime
        self.tls = tls
        self.time = time
        steady = reconnectDelay.upperBound
        state = Mutex(State(backoff: Backoff(reconnectDelay, seed: seed)))
    }

    /// Calls `deliver` for one item at a time, in order, and returns after `shutdown()` or when the task is cancelled. Runs once.
    ///
    /// While `deliver` is busy, little is read ahead; a command whose answer lies behind what waits is not answered before `deliver` returns.
    func run(_ deliver: @Sendable (FeedItem) async -> Void) async {
        let isFirst = state.withLock { state in
            defer { state.hasRun = true }
            return !state.hasRun
        }
        guard isFirst else { return }
        await withTaskCancellationHandler {
            do throws(ConversationsError) {
                let connector = try makeConnector()
                await cycle(connector, deliver)
            } catch {
                await deliver(.failure(error, isTerminal: true))
                while !isShutdown { await wake.wait() }
            }
            await tell(.disconnecting, deliver)
            _ = try? await state.withLock { $0.open }?.ended.get()
            await tell(.disconnected, deliver)
        } onCancel: {
            stop()
        }
    }

    /// What became of one attempt.
    private enum Outcome {
        case lost(ConversationsError, retryAfter: Duration? = nil)
        /// Nothing is tried again with this token.
        case denied(token: String, ConversationsError?)
        /// There is another token, or the feed is shut down.
        case changed
    }

    private func cycle(_ connector: FeedConnector, _ deliver: @Sendable (FeedItem) async -> Void) async {
        while !isShutdown {
            await tell(.connecting, deliver)
            switch await attempt(connector, deliver) {
            case .lost(let error, let retryAfter):
                guard !isShutdown else { return }
                await tell(.connecting, deliver)
                await deliver(.failure(error, isTerminal: false))
                await pause(state.withLock { $0.backoff.next(retryAfter: retryAfter) })
            case .denied(let refused, let error):
                guard !isShutdown, token.token == refused else { continue }
                await tell(.denied, deliver)
                if let error { await deliver(.failure(error, isTerminal: true)) }
                while !isShutdown, token.token == refused { await wake.wait() }
            case .changed: continue
            }
        }
    }

    private func tell(_ new: ConnectionState, _ deliver: @Sendable (FeedItem) async -> Void) async {
        let isNew = state.withLock { state in
            defer { state.told = new }
            return state.told != new
        }
        if isNew { await deliver(.state(new)) }
    }

    /// One connection from its beginning to its end, with all that it brings delivered.
    private func attempt(_ connector: FeedConnector, _ deliver: @Sendable (FeedItem) async -> Void) async -> Outcome {
        wake.clear()
        let token = token.token
        guard TokenBox.isUsable(token) else { return .denied(token: token, TokenBox.unusable) }
        let opening = connector.open(token: token)
        let mayGoOn = state.withLock { state in
            state.opening = opening
            return !state.isShutdown
        }
        if !mayGoOn { opening.fail(CancellationError()) }
        let opened: Result<FeedLink, any Error>
        do { opened = .success(try await opening.futureResult.get()) } catch { opened = .failure(error) }
        let link: FeedLink
        switch opened {
        case .success(let made): link = made
        case .failure(let error):
            state.withLock { $0.opening = nil }
            guard self.token.token == token else { return .changed }
            return outcome(of: error, token: token)
        }
        let (after, users, version) = state.withLock { state in
            state.opening = nil
            state.open = link
            state.token = token
            return (state.position, state.users, state.usersVersion)
        }
        if isShutdown || self.token.token != token {
            link.close()
        } else {
            link.begin(after: after, users: users)
        }
        return await take(link, usersVersion: version, deliver)
    }

    private func take(_ link: FeedLink, usersVersion: Int, _ deliver: @Sendable (FeedItem) async -> Void) async -> Outcome {
        let began = time.now()
        for await item in link.items {
            guard !isShutdown else { return .changed }
            if case .subscribed = item, !connected(link, usersVersion: usersVersion) { continue }
            await deliver(item)
            switch item {
            case .subscribed(let start):
                if !start.isResumed { state.withLock { $0.position = start.position } }
                await tell(.connected, deliver)
            case .event(let event):
                state.withLock { state in
                    state.position = event.position
                    state.backoff.reset()
                }
            default: break
            }
        }
        guard !isShutdown else { return .changed }
        let end = (try? await link.ended.get()) ?? .lost("The connection ended")
        let used = state.withLock { state in
            state.open = nil
            state.isConnected = false
            if time.now() - began >= steady { state.backoff.reset() }
            return state.token ?? ""
        }
        guard token.token == used else { return .changed }
        return outcome(of: end, token: used)
    }

    /// Commands may be sent from here on. False when the token was replaced meanwhile: then the connection is given up for one with the new token.
    private func connected(_ link: FeedLink, usersVersion: Int) -> Bool {
        state.withLock { state in
            guard token.token == state.token else {
                link.close()
                return false
            }
            state.isConnected = true
            if state.usersVersion != usersVersion { _ = link.ask(.watch(state.users)) }
            return true
        }
    }

    private func outcome(of end: FeedEnd, token: String) -> Outcome {
        switch end {
        case .closed(FeedLimits.tokenExpiredCode): .denied(token: token, nil)
        case .closed(let code): .lost(.unconnected("The gateway closed the realtime connection (\(code.map(String.init) ?? "no code"))"))
        case .lost(let reason): .lost(.unconnected(reason))
        case .refused(let error): error.status == 401 || error.status == 403 ? .denied(token: token, error) : .lost(error)
        }
    }

    private func outcome(of error: any Error, token: String) -> Outcome {
        switch error {
        case let refusal as FeedRefusal where refusal.error.status == 401 || refusal.error.status == 403:
            .denied(token: token, refusal.error)
        case let refusal as FeedRefusal: .lost(refusal.error, retryAfter: refusal.retryAfter)
        case is FeedConnector.Late: .lost(.unconnected("The gateway could not be reached in time"))
        default: .lost(.unconnected("The gateway could not be reached: \(type(of: error))"))
        }
    }

    /// Waits, unless something changes first.
    private func pause(_ delay: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await self.time.sleep(delay) }
            group.addTask { await self.wake.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    private func makeConnector() throws(ConversationsError) -> FeedConnector {
        guard let target = RealtimeTarget(api: url) else { throw .argument("url", "an http or https address") }
        guard target.isSecure else {
            return FeedConnector(target: target, group: group, tls: nil, connectTime: TimeAmount(connectTime))
        }
        var configuration = tls
        if configuration.applicationProtocols.isEmpty { configuration.applicationProtocols = ["http/1.1"] }
        guard let context = try? NIOSSLContext(configuration: configuration) else {
            throw .argument("certificateAuthorities", "a file of certificates in PEM form")
        }
        return FeedConnector(target: target, group: group, tls: context, connectTime: TimeAmount(connectTime))
    }

    var isShutdown: Bool { state.withLock { $0.isShutdown } }
}

extension ConversationsError {
    /// Nothing was sent, or nothing came back.
    static func unconnected(_ message: String) -> ConversationsError { ConversationsError(status: 0, code: 0, message: message) }
}
