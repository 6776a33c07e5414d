import Foundation
import ParleyCore
import Testing

/// The example under `Examples/bridge`, a package of its own that knows the client SDK alone, against the daemon.
@Suite(.timeLimit(.minutes(15))) struct ExampleDialogueTests {
    /// What `make build-example` made, or nil with a loud line.
    static let bridge: String? = {
        let path = ProcessInfo.processInfo.environment["PARLEY_EXAMPLE"] ?? BuiltBinary.root + "/Examples/bridge/.build/debug/bridge"
        if FileManager.default.isExecutableFile(atPath: path) { return path }
        FileHandle.standardError.write(
            Data("SKIPPED: there is no example at PARLEY_EXAMPLE; run `make build-example`. Its test is not run.\n".utf8))
        return nil
    }()

    private struct Said: Encodable {
        var from: String
        var to = "+15550100000"
        var text: String
    }

    @Test func aChatUserAndAPhoneTalk() async throws {
        guard let bridge = Self.bridge else { return }
        let daemon = RunningDaemon()
        let account = "auth_token: \(RunningDaemon.token)"
        let key = "api_keys: [{ sid: SK00000000000000000000000000000001, secret: signs-tokens-secret-word-of-32-bytes }]"
        daemon.folder.write(
            "parley.yaml",
            RunningDaemon.settings(daemon.folder, daemon.ports).replacing(account, with: "\(account), \(key)"))
        try await daemon.start()
        defer { daemon.kill() }
        let token = try await BuiltBinary.run(["token", "--identity", "alice", "--config", daemon.config], folder: daemon.folder)
        #expect(token.code == 0, "\(token.output)")
        let phone = "+15557770004"
        async let run = BuiltBinary.run(
            ["--kill-after=5", "120", bridge, phone], program: "/usr/bin/timeout", folder: daemon.folder,
            environment: ["PARLEY_URL": daemon.api, "PARLEY_TOKEN": token.output.trimmingCharacters(in: .newlines)])
        let controls = "/admin/v1/adapters/demo-sms"
        try await eventually("the phone gets the line") {
            try await daemon.get("\(controls)/sent").json["sent"]?.array.contains {
                $0["to"]?.string == phone && $0["text"]?.string == "The plumber comes at nine."
            } ?? false
        }
        for text in ["Thanks!", "bye"] {
            let answer = try await daemon.call(
                "POST", "\(controls)/inbound", body: Array(JSONEncoder().encode(Said(from: phone, text: text))),
                headers: [HeaderField("Content-Type", "application/json")])
            #expect(answer.status == 200 && answer.json["verdict"]?.string == "appended", "\(answer.text)")
        }
        let ended = try await run
        #expect(ended.code == 0, "\(ended.output)\n\(daemon.log)")
        #expect(ended.output == "0  alice: The plumber comes at nine.\n1  \(phone): Thanks!\n2  \(phone): bye\n")
        // It ended its conversation, as alice may: she made it.
        #expect(try await daemon.get("/v1/Conversations").json["conversations"]?.array == [])
        #expect(await daemon.terminate() == 0, "\(daemon.log)")
    }
}
