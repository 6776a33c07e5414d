import Hummingbird
import Logging
import ServiceLifecycle

/// A plain HTTP server on a loopback port that serves while a body runs, and ends gracefully after it.
enum LoopbackServer {
    static func serving(_ router: Router<BasicRequestContext>, on port: Int, _ body: @Sendable () async throws -> Void) async throws {
        let quiet = Logger(label: "server") { _ in SwiftLogNoOpLogHandler() }
        let application = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: quiet)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [application], logger: quiet))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let result: Result<Void, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try result.get()
        }
    }
}
