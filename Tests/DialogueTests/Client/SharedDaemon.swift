import Foundation
import Testing

/// One daemon for all the tests of a suite: it is started before the first of them, and has to stop cleanly after the last.
struct SharedDaemon: SuiteTrait, TestScoping {
    @TaskLocal private static var current: RunningDaemon?

    /// Settings that are added to those of every daemon.
    var settings = ""

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let daemon = RunningDaemon.forClients(settings)
        try await daemon.start()
        defer { daemon.kill() }
        try await SharedDaemon.$current.withValue(daemon) { try await function() }
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }

    /// The daemon of the suite that runs.
    static var daemon: RunningDaemon {
        get throws { try #require(current, "the suite has no trait .sharedDaemon") }
    }
}

extension Trait where Self == SharedDaemon {
    static var sharedDaemon: Self { SharedDaemon() }

    static func sharedDaemon(_ settings: String) -> Self { SharedDaemon(settings: settings) }
}

extension RunningDaemon {
    /// A daemon that takes access tokens.
    static func forClients(_ more: String = "") -> RunningDaemon {
        let daemon = RunningDaemon()
        let token = "auth_token: \(RunningDaemon.token)"
        let key = "api_keys: [{ sid: SK00000000000000000000000000000001, secret: \(RunningDaemon.keySecret) }]"
        let settings = RunningDaemon.settings(daemon.folder, daemon.ports).replacing(token, with: "\(token), \(key)")
        daemon.folder.write("parley.yaml", settings + "\n" + more)
        return daemon
    }

    /// An access token, as an operator gets one.
    func token(for identity: String, seconds: Int = 3600) async throws -> String {
        let run = try await BuiltBinary.run(
            ["token", "--identity", identity, "--ttl", "\(seconds)", "--config", config], folder: folder)
        guard run.code == 0 else { throw Unexpected(description: run.output) }
        return run.output.trimmingCharacters(in: .newlines)
    }

    /// A role of the default service, and its SID.
    func makeRole(_ kind: String, _ permissions: [String]) async throws -> String {
        let form = [("FriendlyName", "role \(UUID().uuidString)"), ("Type", kind)] + permissions.map { ("Permission", $0) }
        let answer = try await post("/v1/Roles", form)
        return try #require(answer.json["sid"]?.string, "\(answer.text)")
    }

    /// Makes a user with a role of their own in the service.
    func makeUser(_ identity: String, role: String) async throws {
        let answer = try await post("/v1/Users", [("Identity", identity), ("RoleSid", role)])
        #expect(answer.status == 201, "\(answer.text)")
    }
}
