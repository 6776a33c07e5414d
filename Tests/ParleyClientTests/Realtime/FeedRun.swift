import Foundation
import NIOCore
import NIOPosix
import Synchronization

@testable import ParleyClient

/// A feed that runs against a scripted gateway, with what it delivers.
struct FeedRun {
    let gateway: ScriptedGateway
    let feed: RealtimeFeed
    let token: TokenBox
    let told: Told
    let clock: VirtualClock

    /// Takes the next connection, upgrades it and answers its first frame.
    func connect(position: Int64) async throws -> ScriptedCall {
        let call = try await gateway.accept()
        try await call.upgrade()
        _ = try await call.begin(position: position)
        return call
    }
}

/// Runs the feed while the test plays the gateway; at the end the feed is shut down, and its run must return.
func withFeed(
    clock: VirtualClock = VirtualClock(), path: String = "", scheme: String = "http", gate: Gate? = nil, token: String = "first",
    _ test: (FeedRun) async throws -> Void
) async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let gateway = try await ScriptedGateway.start(on: group)
    let token = TokenBox(token)
    guard let url = URL(string: "\(scheme)://127.0.0.1:\(gateway.port)\(path)") else { throw CancellationError() }
    let feed = RealtimeFeed(
        url: url, token: token, group: group, connectTime: .seconds(10), reconnectDelay: .milliseconds(100) ... .seconds(15),
        time: FeedTime(clock), seed: 7)
    let told = Told()
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
            await feed.run { item in
                if let gate, case .event = item { await gate.pass() }
                told.add(item)
            }
            told.finish()
        }
        do {
            try await test(FeedRun(gateway: gateway, feed: feed, token: token, told: told, clock: clock))
        } catch {
            gate?.open()
            await feed.shutdown()
            throw error
        }
        gate?.open()
        await feed.shutdown()
        try await tasks.waitForAll()
    }
    try await gateway.stop()
}

/// What was delivered, to be looked at in order.
final class Told: Sendable {
    private let items: AsyncStream<FeedItem>
    private let adding: AsyncStream<FeedItem>.Continuation

    init() { (items, adding) = AsyncStream.makeStream() }

    func add(_ item: FeedItem) { adding.yield(item) }

    func finish() { adding.finish() }

    /// Fewer when the run returned.
    func next(_ count: Int) async -> [String] {
        var iterator = items.makeAsyncIterator()
        var next: [String] = []
        while next.count < count, let item = await iterator.next() { next.append(item.short) }
        return next
    }
}

extension FeedItem {
    /// For comparisons.
    var short: String {
        switch self {
        case .state(let state): state.rawValue
        case .subscribed(let start): (start.isResync ? "resync " : start.isResumed ? "resumed " : "subscribed ") + String(start.position)
        case .event(let event): "event \(event.position)"
        case .typing(let typing): "typing \(typing.identity)"
        case .tokenAboutToExpire(let date): "ends soon \(date.timeIntervalSince1970)"
        case .tokenExpired(let date): "ended \(date.timeIntervalSince1970)"
        case .failure(let error, let isTerminal): (isTerminal ? "terminal " : "failure ") + "\(error.status)/\(error.code)"
        }
    }
}

/// Time that does not pass: a wait is written down and is over at once, or never when the clock stands still.
final class VirtualClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (one: Instant, other: Instant) -> Bool { one.offset < other.offset }
    }

    private let isStill: Bool
    private let waits = Mutex<[Duration]>([])

    init(isStill: Bool = false) { self.isStill = isStill }

    var asked: [Duration] { waits.withLock { $0 } }
    var now: Instant { Instant(offset: .zero) }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        waits.withLock { $0.append(deadline.offset) }
        if isStill { await Wake().wait() }
        try Task.checkCancellation()
    }
}

/// Holds the delivery of events until it is opened.
final class Gate: Sendable {
    private let arrivals: AsyncStream<Void>
    private let arriving: AsyncStream<Void>.Continuation
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    init() { (arrivals, arriving) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1)) }

    /// Returns when a delivery is held, or was.
    func reached() async {
        var iterator = arrivals.makeAsyncIterator()
        _ = await iterator.next()
    }

    func pass() async {
        arriving.yield()
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
