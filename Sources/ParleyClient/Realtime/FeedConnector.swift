import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// Opens connections: TCP, TLS where the address asks for it, and the upgrade to a WebSocket (RFC 6455, section 4.1).
struct FeedConnector: Sendable {
    let target: RealtimeTarget
    let group: any EventLoopGroup
    let tls: NIOSSLContext?
    /// How long all of it may take.
    let connectTime: TimeAmount

    /// Not within the time.
    struct Late: Error {}
    /// The connection ended before the answer.
    struct Cut: Error {}

    private enum Upgrade: Sendable {
        case link(FeedLink)
        case refused
    }

    /// - Returns: What gets the connection, or fails with `FeedRefusal` when the gateway answered something else. Failing it ends the attempt.
    func open(token: String) -> EventLoopPromise<FeedLink> {
        let eventLoop = group.next()
        let opened = eventLoop.makePromise(of: FeedLink.self)
        let limit = eventLoop.scheduleTask(in: connectTime) { opened.fail(Late()) }
        opened.futureResult.whenComplete { _ in limit.cancel() }
        ClientBootstrap(group: eventLoop)
            .connectTimeout(connectTime)
            .channelInitializer { channel in
                opened.futureResult.whenFailure { _ in channel.close(promise: nil) }
                return channel.eventLoop.makeCompletedFuture { try prepare(channel, token, opened) }
            }
            .connect(host: target.host, port: target.port)
            .whenComplete { result in
                switch result {
                case .failure(let error): opened.fail(error)
                case .success(let channel): channel.closeFuture.whenComplete { _ in opened.fail(Cut()) }
                }
            }
        return opened
    }

    private func prepare(_ channel: any Channel, _ token: String, _ opened: EventLoopPromise<FeedLink>) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls { try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: target.serverName)) }
        let upgrader = NIOTypedWebSocketClientUpgrader(maxFrameSize: FeedLimits.frameBytes, enableAutomaticErrorHandling: false) {
            channel, _ in
            channel.eventLoop.makeCompletedFuture {
                let ended = channel.eventLoop.makePromise(of: FeedEnd.self)
                let handler = FeedHandler(on: channel.eventLoop, ended: ended)
                do {
                    try channel.pipeline.syncOperations.addHandler(handler)
                } catch {
                    ended.succeed(.lost("The connection ended"))
                    throw error
                }
                return Upgrade.link(FeedLink(handler, ended: ended.futureResult))
            }
        }
        let request = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: target.path,
            headers: ["Host": target.hostField, "Authorization": "Bearer \(token)"])
        let configuration = NIOTypedHTTPClientUpgradeConfiguration<Upgrade>(upgradeRequestHead: request, upgraders: [upgrader]) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(FeedRefusalReader { opened.fail($0) })
                return .refused
            }
        }
        var pipelining = NIOUpgradableHTTPClientPipelineConfiguration(upgradeConfiguration: configuration)
        pipelining.leftOverBytesStrategy = .forwardBytes
        try pipeline.configureUpgradableHTTPClientPipeline(configuration: pipelining).whenComplete { result in
            switch result {
            case .success(.link(let link)): opened.succeed(link)
            case .success(.refused): break
            case .failure(let error): if channel.isActive { opened.fail(error) }
            }
        }
    }
}
