import HTTPTypes
public import Hummingbird
public import Logging
public import ParleyBroker
import ParleyCore

/// The two HTTP servers of the gateway: the API with the operator's routes, and what providers and people outside may reach.
///
/// They decode, call the Broker and encode; no rule is decided here.
public struct APIServers: Sendable {
    private let broker: Broker
    private let configuration: APIConfiguration
    private let logger: Logger
    private let clock: any Clock<Duration>
    /// Callbacks that were refused because they did not prove where they come from.
    public let unauthenticCallbacks = CallbackTally()

    /// - Parameter clock: by which answers to wrong credentials are delayed.
    public init(broker: Broker, configuration: APIConfiguration, logger: Logger, clock: any Clock<Duration> = ContinuousClock()) {
        self.broker = broker
        self.configuration = configuration
        self.logger = logger
        self.clock = clock
    }

    /// Serves the contract under `/v1`, the realtime feed (docs/realtime.md), the operator's routes under `/admin/v1`, and health.
    ///
    /// - Parameter running: is told the port once connections are accepted.
    public func api(running: @escaping @Sendable (Int) async -> Void = { _ in }) -> Listener {
        let site = APISite(broker: broker, configuration: configuration, tally: unauthenticCallbacks, logger: logger, clock: clock)
        let bounds = configuration.bounds.realtime
        let realtime = RealtimeSite(
            feed: broker, hub: RealtimeHub(feed: broker, logger: logger), quota: RealtimeQuota(bounds), bounds: bounds,
            source: broker.source, logger: logger, grant: { try await site.grant($0, from: $1) })
        return ListenerPlan(
            name: "api", endpoint: configuration.listen, bounds: configuration.bounds, logger: logger, running: running,
            respond: { request, address in
                await CrossOrigin.respond(to: request) { await site.respond(to: request, from: address) }
            }, realtime: realtime
        ).listener()
    }

    /// Serves providers' callbacks under `/adapters` and signed media links under `/media`.
    ///
    /// - Parameter running: is told the port once connections are accepted.
    public func publicSite(running: @escaping @Sendable (Int) async -> Void = { _ in }) -> Listener {
        let site = PublicSite(broker: broker, configuration: configuration, tally: unauthenticCallbacks, logger: logger)
        return ListenerPlan(
            name: "public", endpoint: configuration.publicListen, bounds: configuration.bounds, logger: logger, running: running,
            respond: { request, _ in await site.respond(to: request) }
        ).listener()
    }
}
