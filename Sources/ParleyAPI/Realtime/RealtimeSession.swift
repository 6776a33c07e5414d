import HTTPTypes
import Logging
import NIOCore
import ParleyBroker
import ParleyCore

/// What the connections of the realtime feed share: by reference, since each of them holds it.
final class RealtimeSite: Sendable {
    let feed: any RealtimeFeed
    let hub: RealtimeHub
    let quota: RealtimeQuota
    let bounds: APIConfiguration.Realtime
    let source: any StampSource
    let logger: Logger
    /// Who asks, by the fields of a request.
    let grant: @Sendable (HTTPFields, SocketAddress?) async throws -> RealtimeGrant

    init(
        feed: any RealtimeFeed, hub: RealtimeHub, quota: RealtimeQuota, bounds: APIConfiguration.Realtime, source: any StampSource,
        logger: Logger, grant: @escaping @Sendable (HTTPFields, SocketAddress?) async throws -> RealtimeGrant
    ) {
        self.feed = feed
        self.hub = hub
        self.quota = quota
        self.bounds = bounds
        self.source = source
        self.logger = logger
        self.grant = grant
    }
}

/// Carries out what one connection asks for, one after the other, as long as the connection lasts.
struct RealtimeSession: Sendable {
    let site: RealtimeSite
    let line: RealtimeLine
    let commands: AsyncStream<RealtimeCommand>
    let address: SocketAddress?
    /// When the connection became a WebSocket.
    let start = ContinuousClock.now
    private let user: ChatUser
    private var expires: Instant
    /// The user's own identity, and those of the users that are watched.
    private var watched: Set<String>
    private var isSubscribed = false
    private var seat: RealtimeHub.SeatID?
    private var typing: TypingPace
    /// How many times the connection reads on before it takes a seat among those who are further.
    var approaches = 4

    init(
        site: RealtimeSite, line: RealtimeLine, commands: AsyncStream<RealtimeCommand>, address: SocketAddress?, grant: RealtimeGrant
    ) {
        self.site = site
        self.line = line
        self.commands = commands
        self.address = address
        user = grant.user
        expires = grant.expires
        watched = [grant.user.identity]
        typing = TypingPace(time: site.bounds.typingTime)
    }

    /// Carries out what comes until the client is told of events; ``run()`` follows, in a task of its own.
    ///
    /// A task keeps the room that its deepest call needed as long as it lives, and most connections are idle once they have caught up: what it
    /// takes to get there was half of an idle connection's memory.
    mutating func begin() async {
        startToken()
        for await command in commands {
            self = await after(command)
            if isSubscribed { return }
        }
    }

    /// Returns once the connection has ended and nothing is told to it any more.
    mutating func run() async {
        for await command in commands { self = await carryingOut(command) }
        if let seat { await site.hub.leave(seat) }
    }

    /// The session after a command, which is carried out in a task of its own.
    private func carryingOut(_ command: RealtimeCommand) async -> RealtimeSession {
        async let next = after(command)
        return await next
    }

    private func after(_ command: RealtimeCommand) async -> RealtimeSession {
        var next = self
        do { try await next.carryOut(command) } catch {
            if !Task.isCancelled { line.send(RealtimeFrame.error(refusal(error), to: command.id)) }
        }
        return next
    }

    private mutating func carryOut(_ command: RealtimeCommand) async throws {
        switch command.kind {
        case .subscribe(let users): try await subscribe(after: nil, users, command)
        case .resume(let position, let users): try await subscribe(after: position, users, command)
        case .watch(let users):
            guard isSubscribed else { throw Refusal.notSubscribed }
            watched = Set(users).union([user.identity])
            if let seat { await site.hub.watch(watched, by: seat) }
            answer("ok", to: command)
        case .typing(let conversation): try await tell(typingIn: conversation, command)
        case .token(let text): try await renew(text, command)
        case .ping: answer("pong", to: command)
        }
    }

    private func answer(_ type: String, to command: RealtimeCommand, _ members: [JSON.Member] = []) {
        line.send(RealtimeFrame.answer(type, to: command.id, members))
    }

    private func refusal(_ error: any Error) -> Refusal {
        switch error {
        case let refusal as Refusal: return refusal
        case let refused as RealtimeRefusal: return refused.refusal
        default:
            site.logger.error("a realtime command could not be carried out", metadata: ["error": "\(type(of: error))"])
            return .unavailable
        }
    }

    // MARK: Subscribing

    private mutating func subscribe(after wanted: Int64?, _ users: [String], _ command: RealtimeCommand) async throws {
        guard !isSubscribed else { throw Refusal.subscribedAlready }
        watched = Set(users).union([user.identity])
        let position: Int64
        var gap: String?
        if let wanted, try await site.feed.feedReaches(wanted) {
            position = wanted
        } else {
            position = try await site.feed.feedEnd()
            gap = wanted.map { $0 > position ? "the position lies ahead of the log" : "the log does not reach back to the position" }
        }
        isSubscribed = true
        line.with { $0.subscribed() }
        answer(
            gap == nil ? "subscribed" : "resync", to: command,
            [
                JSON.Member("position", .integer(Int(position))), JSON.Member("identity", .string(user.identity)),
                JSON.Member("service", JSON(user.service)), expiry,
            ] + (gap.map { [JSON.Member("reason", .string($0))] } ?? []))
        do {
            try await catchUp(after: position)
        } catch is ChannelError {
            // It ended meanwhile.
        } catch {
            guard !Task.isCancelled else { return }
            site.logger.error("a realtime connection could not catch up", metadata: ["error": "\(type(of: error))"])
            line.with { $0.close(.unreadable) }
        }
    }

    /// Tells what was before, and sits down where that ends.
    private mutating func catchUp(after start: Int64) async throws {
        var position = start
        for _ in 0..<approaches {
            position = try await read(after: position)
            seat = await site.hub.seat(user, line, watching: watched, after: position)
            if seat != nil { return }
        }
        // The log grows faster than one reader gets to its end. What is told from the seat waits until the rest was read.
        line.with { $0.hold() }
        let place = await site.hub.seatAhead(user, line, watching: watched)
        seat = place.id
        _ = try await read(after: position, through: place.start)
        line.with { $0.release() }
    }

    /// Tells everything that the user sees after a position, and returns the position up to which that is.
    private func read(after start: Int64, through end: Int64 = .max) async throws -> Int64 {
        var position = start
        var limit = RealtimeHub.chunk
        while position < end {
            try Task.checkCancellation()
            // Nothing is read for a client that has not taken what it was given.
            try await line.drained()
            let users = try await site.feed.users(named: Array(watched), in: user.service)
            let viewer = Viewer(user.identity, in: user.service, users: users)
            let stretch = try await site.feed.feed(of: viewer, after: position, limit: limit)
            let events = stretch.events.prefix { $0.position <= end }
            let told = tell(events)
            guard told.count == events.count else {
                // The rest is read again later, and not kept until then.
                position = events[events.startIndex + told.count - 1].position
                limit = told.count
                continue
            }
            position = stretch.position
            limit = min(limit * 2, RealtimeHub.chunk)
            guard stretch.hasMore else { return position }
        }
        return position
    }

    /// Tells of the first events, as many as may wait for the client at once, and of one at least; says how many.
    private func tell(_ events: ArraySlice<Event>) -> (count: Int, bytes: Int) {
        var frames: [ByteBuffer] = []
        var told = (count: 0, bytes: 0)
        for event in events {
            guard let presentation = try? RealtimePresentation(event) else {
                site.logger.error("an event cannot be read for the realtime feed", metadata: ["position": "\(event.position)"])
                told.count += 1
                continue
            }
            let frame = presentation.frame(for: user.identity)
            // What waits in the connection never comes near its bound for bytes.
            if !frames.isEmpty, told.bytes + frame.readableBytes > site.bounds.backlogBytes / 4 { break }
            frames.append(frame)
            told.count += 1
            told.bytes += frame.readableBytes
        }
        line.deliver(frames)
        return told
    }

    // MARK: Tokens and typing

    private var expiry: JSON.Member { JSON.Member("expires", .string(WireDate.precise(expires))) }

    private func startToken() {
        let (expires, left) = (expires, expires - site.source.stamp().now)
        line.with { $0.take(tokenUntil: expires, left: left) }
    }

    private mutating func renew(_ text: String, _ command: RealtimeCommand) async throws {
        // Whoever may not have the next token is refused as they would be at the start.
        let grant = try await site.grant([.authorization: "Bearer \(text)"], address)
        guard grant.user == user else { throw Refusal.tokenMayNot("take over another's connection") }
        expires = grant.expires
        answer("ok", to: command, [expiry])
        startToken()
    }

    private mutating func tell(typingIn conversation: SID, _ command: RealtimeCommand) async throws {
        guard isSubscribed else { throw Refusal.notSubscribed }
        guard typing.mayPass(conversation, at: site.source.stamp().now) else { return answer("ok", to: command) }
        let typing = try await site.feed.typing(in: ConversationName(conversation, in: user.service), by: user.identity)
        self.typing.passed(conversation, at: site.source.stamp().now)
        await site.hub.tell(typing, in: user.service, seconds: site.bounds.typingTime.components.seconds)
        answer("ok", to: command)
    }
}

/// Passes on that somebody types at most once in a while for each conversation, and remembers only so many of them.
struct TypingPace: Sendable {
    let time: Duration
    private var latest: [SID: Instant] = [:]

    private static let conversationsMax = 100

    init(time: Duration) { self.time = time }

    mutating func mayPass(_ conversation: SID, at now: Instant) -> Bool {
        if let last = latest[conversation] { return now - last >= time }
        guard latest.count >= TypingPace.conversationsMax else { return true }
        latest = latest.filter { now - $0.value < time }
        return latest.count < TypingPace.conversationsMax
    }

    mutating func passed(_ conversation: SID, at now: Instant) { latest[conversation] = now }
}

extension Refusal {
    static let subscribedAlready = Refusal.invalid("type", "subscribe or resume comes once")

    static let notSubscribed = Refusal.invalid("type", "subscribe or resume comes first")
}
