import NIOCore
import NIOPosix
import Synchronization

/// A TCP relay on a loopback port that stands between a client and the daemon and cuts the client's feed, again and again, in the middle of
/// anything: the upgrade, a client's frame, an event.
///
/// What a connection is cut after comes from the seed. A connection that carries the feed is known by its first bytes; others are let
/// through.
final class CuttingRelay: Sendable {
    /// How one connection is cut: after so many bytes of either end, whichever comes first.
    struct Cut: Sendable, Hashable {
        var fromClient: Int
        var fromDaemon: Int
        /// A reset (RFC 9293 §3.5.2) rather than an orderly end in the middle of a frame.
        var isReset: Bool
    }

    /// What has happened so far.
    struct Tally: Sendable, Hashable {
        /// Connections that carried the feed.
        var feeds = 0
        /// Those that were open at both ends and were cut.
        var resets = 0
        var ends = 0
        /// Of these, the ones that were cut in what the client sent: the upgrade or the first frame.
        var inRequests = 0

        var cuts: Int { resets + ends }
    }

    private struct State {
        var generator: SeededGenerator
        var tally = Tally()
        /// Cuts that are planned or done.
        var planned = 0
        var cutsMax: Int
    }

    private let state: Mutex<State>
    private let listener: Mutex<(any Channel)?> = Mutex(nil)
    private let target: Int

    /// - Parameters:
    ///   - target: the daemon's port.
    ///   - cuts: how many connections are cut; those after them are let through.
    init(to target: Int, seed: UInt64, cuts: Int) {
        self.target = target
        state = Mutex(State(generator: SeededGenerator(seed: seed), cutsMax: cuts))
    }

    var tally: Tally { state.withLock { $0.tally } }

    /// Begins to accept, and returns the port.
    func open() async throws -> Int {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in
                client.eventLoop.makeCompletedFuture { try self.join(client) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        listener.withLock { $0 = channel }
        return channel.localAddress?.port ?? 0
    }

    func close() async throws {
        let channel = listener.withLock { listener in
            defer { listener = nil }
            return listener
        }
        try await channel?.close()
    }

    /// Connects a client's connection with one to the daemon. Both belong to one event loop.
    private func join(_ client: any Channel) throws {
        let pair = RelayedPair(self, client)
        // Not before the client's connection is registered: a read that is asked for earlier can be forgotten.
        try client.pipeline.syncOperations.addHandler(RelayedEnd(pair, isClient: true) { self.connect(pair, client) })
    }

    private func connect(_ pair: RelayedPair, _ client: any Channel) {
        let bound = NIOLoopBound(pair, eventLoop: client.eventLoop)
        ClientBootstrap(group: client.eventLoop)
            .channelInitializer { daemon in
                daemon.eventLoop.makeCompletedFuture {
                    try daemon.pipeline.syncOperations.addHandler(RelayedEnd(bound.value, isClient: false))
                }
            }
            .connect(host: "127.0.0.1", port: target)
            .whenComplete { result in
                switch result {
                case .success(let daemon):
                    bound.value.daemon = daemon
                    client.setOption(.autoRead, value: true).whenSuccess { client.read() }
                case .failure: client.close(promise: nil)
                }
            }
    }

    /// How a feed that has just begun is to be cut; nil lets it through.
    fileprivate func plan() -> Cut? {
        state.withLock { state in
            state.tally.feeds += 1
            guard state.planned < state.cutsMax else { return nil }
            state.planned += 1
            let isReset = Bool.random(using: &state.generator)
            switch Int.random(in: 0..<10, using: &state.generator) {
            case 0...1:
                return Cut(fromClient: .random(in: 0..<900, using: &state.generator), fromDaemon: 4000, isReset: isReset)
            case 2...4:
                return Cut(fromClient: .max, fromDaemon: .random(in: 0..<1500, using: &state.generator), isReset: isReset)
            default:
                return Cut(fromClient: .max, fromDaemon: .random(in: 0..<9000, using: &state.generator), isReset: isReset)
            }
        }
    }

    /// A planned cut was done.
    ///
    /// - Parameter inRequest: whether it was in what the client sent.
    fileprivate func done(_ cut: Cut, inRequest: Bool) {
        state.withLock { state in
            if cut.isReset { state.tally.resets += 1 } else { state.tally.ends += 1 }
            if inRequest { state.tally.inRequests += 1 }
        }
    }

    /// A connection went away by itself before it was cut.
    fileprivate func missed() { state.withLock { $0.planned -= 1 } }
}

/// A connection of the client and its connection to the daemon, on one event loop.
private final class RelayedPair {
    private let relay: CuttingRelay
    private let client: any Channel
    var daemon: (any Channel)?
    /// What may still pass; nil where nothing is cut.
    private var left: CuttingRelay.Cut?
    private var hasBegun = false

    init(_ relay: CuttingRelay, _ client: any Channel) {
        self.relay = relay
        self.client = client
    }

    func pass(_ bytes: ByteBuffer, fromClient: Bool) {
        if fromClient, !hasBegun {
            hasBegun = true
            if bytes.readableBytesView.starts(with: "GET /v1/realtime".utf8) { left = relay.plan() }
        }
        let destination = fromClient ? daemon : client
        let side = fromClient ? \CuttingRelay.Cut.fromClient : \CuttingRelay.Cut.fromDaemon
        guard let left, bytes.readableBytes > left[keyPath: side] else {
            self.left?[keyPath: side] -= bytes.readableBytes
            destination?.writeAndFlush(bytes, promise: nil)
            return
        }
        var bytes = bytes
        if let last = bytes.readSlice(length: left[keyPath: side]), last.readableBytes > 0 {
            destination?.writeAndFlush(last, promise: nil)
        }
        cut(left, inRequest: fromClient)
    }

    private func cut(_ cut: CuttingRelay.Cut, inRequest: Bool) {
        left = nil
        let isOpen = client.isActive && daemon?.isActive == true
        for channel in [client, daemon].compactMap(\.self) {
            if cut.isReset { _ = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)) }
            channel.close(promise: nil)
        }
        if isOpen { relay.done(cut, inRequest: inRequest) } else { relay.missed() }
    }

    /// One end went away by itself: so does the other.
    func end() {
        if left != nil { relay.missed() }
        left = nil
        client.close(promise: nil)
        daemon?.close(promise: nil)
    }
}

private final class RelayedEnd: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let pair: RelayedPair
    private let isClient: Bool
    private let begin: () -> Void

    init(_ pair: RelayedPair, isClient: Bool, begin: @escaping () -> Void = {}) {
        self.pair = pair
        self.isClient = isClient
        self.begin = begin
    }

    func channelActive(context: ChannelHandlerContext) {
        begin()
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { pair.pass(unwrapInboundIn(data), fromClient: isClient) }

    func channelInactive(context: ChannelHandlerContext) { pair.end() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
