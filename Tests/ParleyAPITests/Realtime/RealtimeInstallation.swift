import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ParleyBroker
import ParleyCore
import ServiceLifecycle
import Testing

@testable import ParleyAPI

/// A gateway whose API listens, for clients of the realtime feed.
struct RealtimeInstallation: Sendable {
    let installation: Installation
    let port: Int
    let caller: Caller
    private let group: ServiceGroup

    /// Stops the listener gracefully, as the daemon would.
    func stop() async { await group.triggerGracefulShutdown() }

    func token(_ identity: String, lasts time: Int64 = 3600, service: SID? = nil, key: APIConfiguration.Key = Installation.key) async throws
        -> String
    {
        let now = installation.clock.now
        return try await AccessToken(identity: identity, service: service, expires: now + .seconds(time)).signed(
            by: key, of: Installation.account, from: now)
    }

    func open(_ identity: String, receiveBytes: Int? = nil) async throws -> RealtimeClient {
        try await RealtimeClient.open(port, token: token(identity), receiveBytes: receiveBytes)
    }

    /// A client that hears everything from now on.
    func subscribed(_ identity: String, _ command: String = #"{"type": "subscribe"}"#, receiveBytes: Int? = nil) async throws
        -> RealtimeClient
    {
        let client = try await open(identity, receiveBytes: receiveBytes)
        let answer = try await client.ask(command)
        try #require(["subscribed", "resync"].contains(answer.type), "\(answer.text)")
        return client
    }

    /// A conversation with these chat users.
    func conversation(_ identities: String...) async throws -> String {
        let sid = try await caller.conversation()
        for identity in identities { _ = try await join(identity, sid) }
        return sid
    }

    func join(_ identity: String, _ conversation: String) async throws -> String {
        let reply = try await caller.post("/v1/Conversations/\(conversation)/Participants", ["Identity": identity])
        return try #require(reply.string("sid"), "\(reply.text)")
    }

    @discardableResult
    func say(_ body: String, _ conversation: String, by author: String = "alice") async throws -> String {
        let reply = try await caller.post("/v1/Conversations/\(conversation)/Messages", ["Author": author, "Body": body])
        return try #require(reply.string("sid"), "\(reply.text)")
    }

    /// - Parameter change: of the bounds of the realtime feed.
    @discardableResult
    static func run(
        keys: [APIConfiguration.Key] = [Installation.key, HandMint.key],
        bounds change: @Sendable (inout APIConfiguration.Realtime) -> Void = { _ in },
        _ body: @Sendable (RealtimeInstallation) async throws -> Void
    ) async throws -> Installation {
        var bounds = APIConfiguration.Bounds()
        bounds.wrongCredentials.delayMin = .milliseconds(1)
        bounds.wrongCredentials.free = 100
        // Clients of tests answer no close frame once they read no more.
        bounds.realtime.closeTime = .milliseconds(100)
        // The times that a client has are tried on a clock of the test's own; here nobody is to be ended because the machine is busy.
        bounds.idleTime = .seconds(600)
        bounds.realtime.subscribeTime = .seconds(600)
        bounds.realtime.pingTime = .seconds(600)
        bounds.realtime.writeTime = .seconds(600)
        change(&bounds.realtime)
        let installation = try await Installation(bounds: bounds, keys: keys)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let listener = installation.servers.api { continuation.yield($0) }
        let group = ServiceGroup(configuration: .init(services: [listener], logger: installation.log.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(await ports.first { _ in true })
            let result: Result<Void, any Error>
            do {
                try await rest(installation).test(.router) { client in
                    try await body(
                        RealtimeInstallation(installation: installation, port: port, caller: Caller(client: client), group: group))
                }
                result = .success(())
            } catch {
                result = .failure(error)
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try result.get()
        }
        return installation
    }

    /// The same installation's API once more, without the realtime feed: only one listener follows the log.
    private static func rest(_ installation: Installation) -> Listener {
        let configuration = APIConfiguration(
            listen: .init(host: "127.0.0.1", port: 0), publicListen: .init(host: "127.0.0.1", port: 0), apiURL: Installation.apiURL,
            account: Installation.account, authToken: Installation.token)
        let site = APISite(
            broker: installation.broker, configuration: configuration, tally: CallbackTally(), logger: installation.log.logger,
            clock: ContinuousClock())
        return ListenerPlan(
            name: "rest", endpoint: configuration.listen, bounds: configuration.bounds, logger: installation.log.logger,
            running: { _ in }, respond: { await site.respond(to: $0, from: $1) }
        ).listener()
    }
}
