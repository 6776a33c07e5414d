import Foundation
import ParleyCore
import ParleyTransfer
import Testing

/// `parley token`, and a daemon that takes what it prints.
@Suite(.timeLimit(.minutes(15))) struct TokenDialogueTests {
    static let keys = """

          api_keys:
            - { sid: SK00000000000000000000000000000001, secret: reads-only-secret-word, scopes: [read] }
            - { sid: SK00000000000000000000000000000002, secret: signs-tokens-secret-word-of-32-bytes, scopes: [tokens] }
            - { sid: SK00000000000000000000000000000003, secret: everything-secret-word }
        """

    /// A daemon's settings with three keys.
    private func daemon() -> RunningDaemon {
        let daemon = RunningDaemon()
        let account = "account: { sid: \(RunningDaemon.account), auth_token: \(RunningDaemon.token) }"
        let keyed = "account:\n  sid: \(RunningDaemon.account)\n  auth_token: \(RunningDaemon.token)\(Self.keys)"
        daemon.folder.write("parley.yaml", RunningDaemon.settings(daemon.folder, daemon.ports).replacing(account, with: keyed))
        return daemon
    }

    @Test func aTokenOpensTheConversationsAndNothingElse() async throws {
        let daemon = daemon()
        try await daemon.start()
        defer { daemon.kill() }
        let run = try await BuiltBinary.run(
            ["token", "--identity", "alice", "--ttl", "600", "--config", daemon.config], folder: daemon.folder)
        #expect(run.code == 0, "\(run.output)")
        let token = run.output.trimmingCharacters(in: .newlines)
        let parts = token.split(separator: ".")
        #expect(parts.count == 3 && run.output == token + "\n")
        func status(_ path: String, _ header: HeaderField) async throws -> Int {
            try await daemon.transfer.send(
                OutboundRequest(method: "GET", url: daemon.api + path, headers: [header]), trust: .operatorChosen
            ).status
        }
        let bearer = HeaderField("Authorization", "Bearer \(token)")
        #expect(try await status("/v1/Conversations", bearer) == 200)
        #expect(try await status("/v1/Conversations", HeaderField("X-Twilio-Token", token)) == 200)
        #expect(try await status("/v1/Conversations", HeaderField("Authorization", "Bearer \(token)x")) == 401)
        #expect(try await status("/admin/v1/queue", bearer) == 403)
        func basic(_ number: Int, _ secret: String) -> HeaderField {
            let pair = "SK0000000000000000000000000000000\(number):\(secret)"
            return HeaderField("Authorization", "Basic \(Data(pair.utf8).base64EncodedString())")
        }
        #expect(try await status("/v1/Conversations", basic(1, "reads-only-secret-word")) == 200)
        #expect(try await status("/admin/v1/queue", basic(1, "reads-only-secret-word")) == 403)
        #expect(try await status("/admin/v1/queue", basic(3, "everything-secret-word")) == 200)
        #expect(!daemon.log.contains(parts[2]) && !daemon.log.contains("secret-word"))
    }

    @Test(arguments: [
        (["--identity", "alice", "--ttl", "0"], Int32(64), "--ttl"), (["--identity", "alice", "--ttl", "86401"], 64, "--ttl"),
        (["--identity", ""], 64, "--identity"), (["--identity", "a\nb"], 64, "--identity"), ([], 64, "--identity"),
        (["--identity", "alice", "--service", "CH1"], 64, "--service"), (["--identity", "alice", "--key", "1"], 64, "--key"),
        (["--identity", "alice", "--key", "SK00000000000000000000000000000001"], 1, "tokens"),
        (["--identity", "alice", "--key", "SK00000000000000000000000000000009"], 1, "tokens"),
    ])
    func refused(arguments: [String], code: Int32, says: String) async throws {
        let daemon = daemon()
        let run = try await BuiltBinary.run(["token"] + arguments + ["--config", daemon.config], folder: daemon.folder)
        #expect(run.code == code && run.output.contains(says) && !run.output.contains("secret-word"), "\(run.output)")
    }

    @Test func shortSecretsThatSignAreNamed() async throws {
        let daemon = daemon()
        let run = try await BuiltBinary.run(["check", "--config", daemon.config], folder: daemon.folder)
        #expect(run.code == 0)
        #expect(
            run.output.contains("warning: account.api_keys: SK00000000000000000000000000000003 may sign access tokens"), "\(run.output)")
        #expect(!run.output.contains("SK00000000000000000000000000000002") && !run.output.contains("secret-word"))
    }
}
