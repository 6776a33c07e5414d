import HTTPTypes
public import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ParleyCore

/// One of the two servers, as a service of swift-service-lifecycle. It stops gracefully: requests under way are answered.
public typealias Listener = Application<CallbackResponder<PeerRequestContext>>

/// Builds a listener around a function that answers requests.
struct ListenerPlan: Sendable {
    /// Of the fields of a request's head together, in bytes; beyond: 400.
    static let headBytes = 64 << 10

    /// For the log line with the port.
    let name: String
    let endpoint: APIConfiguration.Endpoint
    let bounds: APIConfiguration.Bounds
    let logger: Logger
    let running: @Sendable (Int) async -> Void
    let respond: @Sendable (Request, SocketAddress?) async -> (answer: Answer, pattern: String)
    /// Where the listener has the realtime feed: what follows the log for it runs with the listener and stops after it.
    var realtime: RealtimeSite?

    func listener() -> Listener {
        Listener(
            responder: CallbackResponder { request, context in
                let (answer, pattern) = await respond(request, context.remoteAddress)
                log(request, pattern, answer.status, context.logger)
                return request.method == .head ? answer.response.createHeadResponse() : answer.response
            },
            server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(endpoint.host, port: endpoint.port),
                availableConnectionsDelegate: MaximumAvailableConnections(bounds.connections, logger: logger)),
            services: realtime.map { [$0.hub] } ?? [],
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? endpoint.port
                logger.notice("\(name) listens", metadata: ["host": "\(endpoint.host)", "port": "\(port)"])
                await running(port)
            },
            logger: logger)
    }

    private var server: HTTPServerBuilder {
        guard let realtime else {
            return .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [LastRequest()], idleTimeout: .milliseconds(bounds.idleTime.wholeMilliseconds),
                    httpDecoderConfiguration: .init(maxHeaderListSize: ListenerPlan.headBytes, maxHeaderFieldCount: 256)))
        }
        return HTTPServerBuilder { [bounds] responder in RealtimeChannel(responder: responder, site: realtime, bounds: bounds) }
    }

    /// One line a request. The path is named by its route's pattern: paths hold people's names, and callback paths hold secrets.
    private func log(_ request: Request, _ pattern: String, _ status: Int, _ logger: Logger) {
        logger.info(
            "request", metadata: ["listener": "\(name)", "method": "\(request.method)", "route": "\(pattern)", "status": "\(status)"])
    }
}
