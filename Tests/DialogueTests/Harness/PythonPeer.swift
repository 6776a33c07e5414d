import Foundation
import Testing

/// The scripts under `Tests/Peers`, run by the Python environment that `PARLEY_PYTHON` names: the contract's own helper library, and a tool that
/// knows nothing of us but our document.
enum PythonPeer {
    static let folder = BuiltBinary.root + "/Tests/Peers"

    /// An API key that access tokens are signed with.
    static let key = "SK00000000000000000000000000000001"
    static let keySecret = "a-key-secret-for-tests-of-32-bytes-or-more"

    /// The environment's interpreter, or nil with a loud line.
    static let interpreter: String? = {
        let path = ProcessInfo.processInfo.environment["PARLEY_PYTHON"] ?? BuiltBinary.root + "/var/peers-python/bin/python3"
        if FileManager.default.isExecutableFile(atPath: path) { return path }
        FileHandle.standardError.write(
            Data("SKIPPED: there is no Python environment at PARLEY_PYTHON; run `make python-peers`. Its tests are not run.\n".utf8))
        return nil
    }()

    /// A test's settings, with the key, and with webhooks that may go to the script's own receiver.
    private static func settings(_ daemon: RunningDaemon) -> String {
        let token = "auth_token: \(RunningDaemon.token)"
        return RunningDaemon.settings(daemon.folder, daemon.ports)
            .replacing(token, with: token + ", api_keys: [{ sid: \(key), secret: \(keySecret) }]") + """

                webhooks: { allow_private: true }
                """
    }

    /// What a script finds the daemon by.
    static func environment(_ daemon: RunningDaemon) -> [String: String] {
        [
            "PARLEY_API": daemon.api, "PARLEY_ACCOUNT": RunningDaemon.account, "PARLEY_TOKEN": RunningDaemon.token,
            "PARLEY_KEY": key, "PARLEY_KEY_SECRET": keySecret,
            "PARLEY_PROXY": "+15550100000", "PARLEY_MAILBOX": "support@in.example",
            "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8",
        ]
    }

    /// Runs a script against a daemon of its own, and fails with the script's whole output when it does not end with 0.
    ///
    /// - Parameter patience: how long the script may take; `timeout` ends it and whatever it started, and the code is 124.
    static func run(_ script: String, patience: Duration) async throws {
        guard let interpreter else { return }
        let daemon = RunningDaemon()
        daemon.folder.write("parley.yaml", settings(daemon))
        try await daemon.start()
        defer { daemon.kill() }
        let run = try await BuiltBinary.run(
            ["--kill-after=5", "\(patience.components.seconds)", interpreter, "\(folder)/\(script)"], program: "/usr/bin/timeout",
            folder: daemon.folder, environment: environment(daemon))
        #expect(run.code == 0, "\(script) ended with \(run.code):\n\(run.output)\nthe end of the daemon's log:\n\(daemon.log.suffix(2000))")
        // What it counted is worth a look when all is well, too.
        let closing = run.output.split(separator: "\n").suffix(4).map { "    \($0)" }.joined(separator: "\n")
        FileHandle.standardError.write(Data("\(script):\n\(closing)\n".utf8))
        #expect(try await daemon.get("/readyz").status == 200, "\(script) left a daemon behind that does not answer")
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }
}
