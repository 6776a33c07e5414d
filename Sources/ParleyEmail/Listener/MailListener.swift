public import Logging
internal import NIOCore
internal import NIOPosix
public import ParleyCore
public import ServiceLifecycle
internal import Synchronization

/// The inbound SMTP listener (RFC 5321): takes mail for the addresses that the intake serves.
///
/// 250 at the end of the data is said only after the intake has committed the mail for all its recipients; where it could not, 451. A
/// graceful shutdown stops accepting, says 421 4.3.2 to sessions without a transaction, lets the others finish theirs within
/// ``MailListenerConfiguration/shutdownGrace``, and then returns. A cancellation cuts all connections off.
public final class MailListener: Service {
    private enum Start {
        case awaited([CheckedContinuation<Int, any Error>])
        case done(Result<Int, any Error>)
    }

    private let configuration: MailListenerConfiguration
    private let reception: MailReception
    private let logger: Logger
    private let registry: ConnectionRegistry
    private let start = Mutex(Start.awaited([]))

    /// - Parameter adapter: the name of the adapter that the intake is asked for.
    public init(configuration: MailListenerConfiguration, adapter: String, intake: any Intake, logger: Logger) {
        var logger = logger
        logger[metadataKey: "adapter"] = "\(adapter)"
        self.configuration = configuration
        self.logger = logger
        reception = MailReception(intake: intake, adapter: adapter, configuration: configuration, logger: logger)
        registry = ConnectionRegistry(connectionsMax: configuration.connectionsMax, heldBytesMax: configuration.heldBytesMax)
    }

    /// The port that is bound; waits for it.
    ///
    /// - Throws: what ``run()`` throws when the address cannot be bound.
    public func started() async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            let known = start.withLock { start -> Result<Int, any Error>? in
                switch start {
                case .done(let result): return result
                case .awaited(let waiting):
                    start = .awaited(waiting + [continuation])
                    return nil
                }
            }
            if let known { continuation.resume(with: known) }
        }
    }

    /// Listens until the service is asked to stop.
    ///
    /// - Throws: the system's error when the address cannot be bound.
    public func run() async throws {
        let server: any NIOCore.Channel
        do {
            server = try await bind()
        } catch {
            announce(.failure(error))
            throw error
        }
        let port = server.localAddress?.port ?? configuration.port
        announce(.success(port))
        logger.info("listening for mail", metadata: ["host": "\(configuration.host)", "port": "\(port)"])
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await server.closeFuture.get()
        } onCancelOrGracefulShutdown: {
            server.close(promise: nil)
        }
        await stop(on: server.eventLoop)
        logger.info("no longer listening for mail")
    }

    private func bind() async throws -> any NIOCore.Channel {
        let (configuration, reception, registry, logger) = (configuration, reception, registry, logger)
        return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        MailConnection(configuration: configuration, reception: reception, registry: registry, logger: logger))
                }
            }
            .bind(host: configuration.host, port: configuration.port).get()
    }

    private func stop(on loop: any EventLoop) async {
        let emptied = loop.makePromise(of: Void.self)
        let deadline = loop.scheduleTask(in: TimeAmount(configuration.shutdownGrace)) { [registry] in registry.cutOff() }
        registry.stop(emptied: emptied)
        // The promise is only ever fulfilled.
        await withTaskCancellationHandler {
            try? await emptied.futureResult.get()
        } onCancel: {
            registry.cutOff()
        }
        deadline.cancel()
    }

    private func announce(_ result: Result<Int, any Error>) {
        let waiting = start.withLock { start -> [CheckedContinuation<Int, any Error>] in
            guard case .awaited(let waiting) = start else { return [] }
            start = .done(result)
            return waiting
        }
        for continuation in waiting { continuation.resume(with: result) }
    }
}
