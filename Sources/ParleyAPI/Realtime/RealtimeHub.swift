import Logging
import NIOCore
import ParleyBroker
import ParleyCore
import ServiceLifecycle

/// Follows the event log and tells those who are connected: reads each event once, encodes it once, and hands it to the connections of those who
/// see it, all of one event loop at a time.
///
/// Where it stands is in memory alone: whoever connects reads by themselves what was before, and then takes a seat at the place up to which they
/// have read. A seat is told nothing up to that place, and everything after it.
actor RealtimeHub: Service {
    private let feed: any RealtimeFeed
    private let logger: Logger
    private let clock: any Clock<Duration>
    private let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    /// Everything up to here was told to those who were seated.
    private var position: Int64 = 0
    private var lastSeat: UInt64 = 0
    private var seats: [SeatID: Seat] = [:]
    private var seatsOfUsers: [ChatUser: Set<SeatID>] = [:]
    private var watchers: [ChatUser: Set<SeatID>] = [:]

    /// Events looked at in one step.
    static let chunk = 200

    struct SeatID: Hashable, Sendable { fileprivate let number: UInt64 }

    private struct Seat {
        let user: ChatUser
        let line: RealtimeLine
        /// What was told before the seat was taken.
        let start: Int64
        var watched: Set<String>
    }

    init(feed: any RealtimeFeed, logger: Logger, clock: any Clock<Duration> = ContinuousClock()) {
        self.feed = feed
        self.logger = logger
        self.clock = clock
    }

    nonisolated func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { for await _ in self.feed.feedRings { self.wake.yield() } }
                group.addTask { await self.follow() }
            }
        }
    }

    private func follow() async {
        for await _ in wakes {
            do { try await catchUp() } catch {
                logger.error("the realtime feed could not be read", metadata: ["error": "\(type(of: error))"])
                try? await clock.sleep(for: .seconds(1))
                wake.yield()
            }
        }
    }

    /// Takes a seat for a connection that was told everything up to a position.
    ///
    /// - Parameter watched: identities of whose changes it is told, its own among them.
    /// - Returns: nil when those who are seated are further: the connection reads on by itself.
    func seat(_ user: ChatUser, _ line: RealtimeLine, watching watched: Set<String>, after start: Int64) -> SeatID? {
        if seats.isEmpty {
            // While nobody sat here, nothing was read; what this one still has to be told may be there already.
            position = max(position, start)
            wake.yield()
        }
        guard position <= start else { return nil }
        return place(Seat(user: user, line: line, start: start, watched: watched))
    }

    /// Takes a seat among those who are further than the connection, which holds what it is told here until it has read up to there.
    ///
    /// - Returns: the seat, and the position after which it is told everything.
    func seatAhead(_ user: ChatUser, _ line: RealtimeLine, watching watched: Set<String>) -> (id: SeatID, start: Int64) {
        let start = position
        return (place(Seat(user: user, line: line, start: start, watched: watched)), start)
    }

    private func place(_ seat: Seat) -> SeatID {
        lastSeat += 1
        let id = SeatID(number: lastSeat)
        seats[id] = seat
        seatsOfUsers[seat.user, default: []].insert(id)
        for identity in seat.watched { watchers[seat.user.sibling(identity), default: []].insert(id) }
        return id
    }

    func watch(_ watched: Set<String>, by id: SeatID) {
        guard let seat = seats[id] else { return }
        for identity in seat.watched.subtracting(watched) { unwatch(seat.user.sibling(identity), id) }
        for identity in watched.subtracting(seat.watched) { watchers[seat.user.sibling(identity), default: []].insert(id) }
        seats[id]?.watched = watched
    }

    func leave(_ id: SeatID) {
        guard let seat = seats.removeValue(forKey: id) else { return }
        seatsOfUsers[seat.user]?.remove(id)
        if seatsOfUsers[seat.user]?.isEmpty ?? false { seatsOfUsers[seat.user] = nil }
        for identity in seat.watched { unwatch(seat.user.sibling(identity), id) }
    }

    /// Tells others that somebody types.
    func tell(_ typing: Typing, in service: SID, seconds: Int64) {
        let frame = RealtimeFrame.typing(
            typing.conversation, participant: typing.participant, identity: typing.identity, seconds: seconds)
        var rounds = Rounds()
        for identity in typing.audience {
            for id in seatsOfUsers[ChatUser(identity: identity, service: service)] ?? [] {
                if let seat = seats[id] { rounds.add(frame, to: seat.line) }
            }
        }
        rounds.start { connection, frame in connection.send(passing: frame) }
    }

    private func unwatch(_ user: ChatUser, _ id: SeatID) {
        watchers[user]?.remove(id)
        if watchers[user]?.isEmpty ?? false { watchers[user] = nil }
    }

    private func catchUp() async throws {
        while !seats.isEmpty, !Task.isCancelled {
            let stretch = try await feed.feed(after: position, limit: RealtimeHub.chunk)
            tell(stretch.events)
            position = max(position, stretch.position)
            guard stretch.hasMore else { return }
        }
    }

    private func tell(_ events: [SeenEvent]) {
        var rounds = Rounds()
        for seen in events {
            let told = seated(for: seen)
            guard !told.isEmpty else { continue }
            let presentation: RealtimePresentation
            do { presentation = try RealtimePresentation(seen.event) } catch {
                logger.error("an event cannot be read for the realtime feed", metadata: ["position": "\(seen.event.position)"])
                continue
            }
            for id in told {
                guard let seat = seats[id], seen.event.position > seat.start else { continue }
                rounds.add(presentation.frame(for: seat.user.identity), to: seat.line)
            }
        }
        rounds.start { connection, frame in connection.send(live: frame) }
    }

    private func seated(for seen: SeenEvent) -> Set<SeatID> {
        guard let service = seen.event.service else { return [] }
        if seen.event.kind == .userUpdated {
            // By identity: whoever is watched may get their row only later, with their first conversation.
            return EventPayload.user(of: seen.event).flatMap { watchers[ChatUser(identity: $0.identity, service: service)] } ?? []
        }
        var told: Set<SeatID> = []
        for identity in seen.audience { told.formUnion(seatsOfUsers[ChatUser(identity: identity, service: service)] ?? []) }
        return told
    }
}

/// Frames for many connections, gathered so that each event loop is called once.
private struct Rounds {
    private var rounds: [ObjectIdentifier: (loop: any EventLoop, deliveries: [(line: RealtimeLine, frame: ByteBuffer)])] = [:]

    mutating func add(_ frame: ByteBuffer, to line: RealtimeLine) {
        rounds[ObjectIdentifier(line.loop), default: (line.loop, [])].deliveries.append((line, frame))
    }

    /// Gives every connection its frames, in the order in which they were added, and then flushes each.
    func start(_ send: @escaping @Sendable (RealtimeConnection, ByteBuffer) -> Void) {
        for (loop, deliveries) in rounds.values {
            loop.execute {
                for (line, frame) in deliveries { send(line.connection, frame) }
                for (line, _) in deliveries { line.connection.flush() }
            }
        }
    }
}
