import Foundation
import Testing

/// The scripts under `Tests/Peers`, run by the Python environment that `PARLEY_PYTHON` names: the contract's own helper library, and a tool that
/// knows nothing of us but our document.
enum PythonPeer {
    static let folder = BuiltBinary.root + "/Tests/Peers"

    /// The environment's interpreter, or nil with a loud line.
    static let interpreter: String? = {
        let path = ProcessInfo.processInfo.environment["PARLEY_PYTHON"] ?? BuiltBinary.root + "/var/peers-python/bin/python3"
        if FileManager.default.isExecutableFile(atPath: path) { return path }
        FileHandle.standardError.write(
            Data("SKIPPED: there is no Python environment at PARLEY_PYTHON; run `make python-peers`. Its tests are not run.\n".utf8))
        return nil
    }()

    /// What a script finds the daemon by.
    static func environment(_ daemon: RunningDaemon) -> [String: String] {
        [
            "PARLEY_API": daemon.api, "PARLEY_ACCOUNT": RunningDaemon.account, "PARLEY_TOKEN": RunningDaemon.token,
            "PARLEY_KEY": RunningDaemon.key, "PARLEY_KEY_SECRET": RunningDaemon.keySecret,
            "PARLEY_PROXY": "+15550100000", "PARLEY_MAILBOX": "support@in.example",
            "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8",
        ]
    }

    /// Runs a script against a daemon of its own, and fails with the script's whole output when it does not end with 0.
    ///
    /// - Parameter patience: how long the script may take; `timeout` ends it and whatever it started, and the code is 124.
    static func run(_ script: String, patience: Duration) async throws {
        guard let interpreter else { return }
        let daemon = RunningDaemon(more: "webhooks: { allow_private: true }")
        try await daemon.start()
        defer { daemon.kill() }
        let run = try await BuiltBinary.run(
            ["--kill-after=5", "\(patience.components.seconds)", interpreter, "\(folder)/\(script)"], program: "/usr/bin/timeout",
            folder: daemon.folder, environment: environment(daemon))
        #expect(run.code == 0, "\(script) ended with \(run.code):\n\(run.output)\nthe end of the daemon's log:\n\(daemon.log.suffix(2000))")
        #expect(try await daemon.get("/readyz").status == 200, "\(script) left a daemon behind that does not answer")
        #expect(daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }
}
