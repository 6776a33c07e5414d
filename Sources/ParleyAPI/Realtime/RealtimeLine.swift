import NIOCore

/// A connection as others reach it, from wherever they are: what they ask happens on its event loop, in the order in which they asked.
struct RealtimeLine: Sendable {
    let loop: any EventLoop
    private let bound: NIOLoopBound<RealtimeConnection>

    /// Made on the connection's event loop.
    init(_ connection: RealtimeConnection, on loop: any EventLoop) {
        self.loop = loop
        bound = NIOLoopBound(connection, eventLoop: loop)
    }

    /// For those who are on the connection's event loop.
    var connection: RealtimeConnection { bound.value }

    func with(_ body: @escaping @Sendable (RealtimeConnection) -> Void) {
        loop.execute { body(connection) }
    }

    func send(_ frame: ByteBuffer) {
        with { connection in
            connection.send(frame)
            connection.flush()
        }
    }

    /// Returns once nothing waits for the client.
    ///
    /// - Throws: an error once the connection has ended.
    func drained() async throws {
        try await loop.flatSubmit { () -> EventLoopFuture<Void> in
            connection.drained() ?? loop.makeFailedFuture(ChannelError.ioOnClosedChannel)
        }.get()
    }

    /// Sends events of the past. Whoever does so waits until those before were taken (``drained()``), so that a client that catches up is
    /// never more behind than it asked to be.
    func deliver(_ frames: [ByteBuffer]) {
        with { connection in
            for frame in frames { connection.send(event: frame) }
            connection.flush()
        }
    }

    /// Why the connection ended, if it did, and what had gone over it.
    func ending() async -> (end: RealtimeEnd?, tally: RealtimeConnection.Tally)? {
        try? await loop.submit { (connection.end, connection.tally) }.get()
    }
}
