import Foundation
import Testing

/// The demonstration, as a person runs it: the daemon and `parley demo` against it.
@Suite(.timeLimit(.minutes(15))) struct DemoDialogueTests {
    @Test func transcript() async throws {
        let daemon = RunningDaemon()
        try await daemon.start()
        defer { daemon.kill() }
        for _ in 1...2 {
            let demo = try await BuiltBinary.run(["demo", "--config", daemon.config], folder: daemon.folder)
            #expect(demo.code == 0, "\(demo.output)\n\(daemon.log)")
            for line in [
                "0  alice    Hello both, the plumber comes at nine.", "1  phone    Thanks! This is the leak. [leak.png, image/png,",
                "2  mailbox  I will open the door for him.", "→ phone    delivered", "→ mailbox  sent",
                "The phone got 2 texts, the mailbox 2 mails, alice sees 3 messages: each exactly once.",
            ] { #expect(demo.output.contains(line), "missing: \(line)\nin:\n\(demo.output)") }
        }
        let queue = try await BuiltBinary.run(["queue", "list", "--config", daemon.config], folder: daemon.folder)
        #expect(queue.output == "nothing waits\n")
        #expect(await daemon.terminate() == 0, "\(daemon.log)")
    }

    @Test func noDaemonIsSaidPlainly() async throws {
        let daemon = RunningDaemon()
        let demo = try await BuiltBinary.run(["queue", "list", "--config", daemon.config], folder: daemon.folder)
        #expect(demo.code == 1)
        #expect(demo.output.hasPrefix("no daemon answers on http://127.0.0.1:"))
    }

    @Test func secondDaemonIsRefused() async throws {
        let daemon = RunningDaemon()
        try await daemon.start()
        defer { daemon.kill() }
        let second = try await BuiltBinary.run(["serve", "--config", daemon.config], folder: daemon.folder)
        #expect(second.code == 1)
        #expect(second.output.contains("parley.db"), "\(second.output)")
    }
}
