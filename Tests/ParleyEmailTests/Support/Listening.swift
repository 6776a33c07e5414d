import Logging
import ParleyCore
import ParleyEmail
import ServiceLifecycle

/// Runs a listener on a free port of the loopback while the body runs, then stops it gracefully and waits until it has returned.
func listening(
    _ intake: IntakeStub, _ change: (inout MailListenerConfiguration) -> Void = { _ in },
    body: @Sendable (_ port: Int, _ group: ServiceGroup) async throws -> Void
) async throws {
    var configuration = MailListenerConfiguration(host: "127.0.0.1", port: 0, hostname: "in.example")
    change(&configuration)
    let listener = MailListener(configuration: configuration, adapter: "mail", intake: intake, logger: quiet)
    let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [listener], logger: quiet))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        let port = try await listener.started()
        try await body(port, group)
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}

let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
