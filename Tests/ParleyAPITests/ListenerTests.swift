import Foundation
import HTTPTypes
import HummingbirdTesting
import ParleyAPI
import ParleyBroker
import ParleyCore
import ServiceLifecycle
import Testing

@Suite struct ListenerTests {
    @Test(arguments: [true, false])
    func aListenerTellsItsPortAndStopsGracefully(isPublic: Bool) async throws {
        let installation = try await Installation()
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let running: @Sendable (Int) async -> Void = { continuation.yield($0) }
        let listener = isPublic ? installation.servers.publicSite(running: running) : installation.servers.api(running: running)
        let group = ServiceGroup(configuration: .init(services: [listener], logger: installation.log.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(await ports.first { _ in true })
            #expect(port != 0)
            try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
                let response = try await client.get("/healthz")
                #expect(response.status == (isPublic ? .notFound : .ok))
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            #expect(installation.log.text.contains("\(isPublic ? "public" : "api") listens"))
            #expect(installation.log.text.contains("\(port)"))
        }
    }
}
