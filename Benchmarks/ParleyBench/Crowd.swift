import NIOCore
import NIOPosix
import Synchronization

/// Many WebSocket connections to one server, on one thread.
final class Crowd: Sendable {
    let tally = SocketListener.Tally()
    private let loop: any EventLoop
    private let texts: Int
    private let channels = Mutex<[any Channel]>([])

    /// One thread for all: the server has the other cores.
    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    /// How many connections are being made at a time.
    private static let atOnce = 32

    /// - Parameter texts: how many numbered texts will be sent.
    init(texts: Int = 0) {
        loop = Crowd.group.next()
        self.texts = texts
    }

    var count: Int { channels.withLock { $0.count } }

    /// Returns when each of the connections is subscribed.
    func connect(_ parts: [SocketListener.Part], port: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, part) in parts.enumerated() {
                if number >= Crowd.atOnce { try await group.next() }
                group.addTask { try await self.connect(part, port: port) }
            }
            try await group.waitForAll()
        }
    }

    private func connect(_ part: SocketListener.Part, port: Int) async throws {
        let (texts, tally) = (texts, tally)
        let ready = loop.makePromise(of: Void.self)
        do {
            let channel = try await ClientBootstrap(group: loop)
                .connectTimeout(.seconds(30))
                .channelOption(.maxMessagesPerRead, value: 1)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(SocketListener(part, texts: texts, tally: tally, ready: ready))
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
            channels.withLock { $0.append(channel) }
        } catch {
            ready.fail(error)
        }
        try await ready.futureResult.get()
    }

    /// When each connection got each text, once all have all of them.
    ///
    /// - Throws: a problem that says how many are missing half a minute after the last one was sent.
    func arrivals() async throws -> [[UInt64]] {
        let wanted = count * texts
        let end = ContinuousClock.now + .seconds(30)
        while tally.arrivals.load(ordering: .relaxed) < wanted {
            guard ContinuousClock.now < end else {
                throw BenchSite.Problem(
                    description: "of \(wanted) texts \(wanted - tally.arrivals.load(ordering: .relaxed)) did not come; "
                        + "\(tally.lost.load(ordering: .relaxed)) connections were lost")
            }
            try await Task.sleep(for: .milliseconds(2))
        }
        var all: [[UInt64]] = []
        for channel in channels.withLock({ $0 }) {
            all.append(
                try await loop.submit { try channel.pipeline.syncOperations.handler(type: SocketListener.self).arrivals }.get())
        }
        return all
    }

    /// Closes the connections and returns when they are gone at this end.
    func close() async {
        let open = channels.withLock { channels in
            defer { channels = [] }
            return channels
        }
        for channel in open { channel.close(promise: nil) }
        for channel in open { try? await channel.closeFuture.get() }
    }
}
