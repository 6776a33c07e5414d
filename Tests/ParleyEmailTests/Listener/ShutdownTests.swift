import Logging
import ParleyCore
import ServiceLifecycle
import Testing

@testable import ParleyEmail

/// How the listener begins and ends.
@Suite struct ShutdownTests {
    @Test func finishesTransactionsAndSendsTheIdleAway() async throws {
        let intake = IntakeStub()
        let gate = Gate()
        await intake.hold(at: gate)
        try await listening(intake) { port, group in
            try await Dialogue.play(port: port) { busy in
                try await busy.greet()
                try await busy.open(to: "desk@in.example")
                try await Dialogue.play(port: port) { idle in
                    try await idle.greet()
                    await group.triggerGracefulShutdown()
                    try await idle.expect("421 4.3.2")
                    try await idle.expectEnd()
                }
                await #expect(throws: (any Error).self, "nobody listens any more") {
                    try await Dialogue.play(port: port) { _ in }
                }
                try await busy.send(Mails.hello + ".\r\n")
                await gate.arrived()
                await gate.open()
                try await busy.expect("250 2.0.0")
                try await busy.expect("421 4.3.2")
                try await busy.expectEnd()
            }
        }
        #expect(await intake.batches.count == 1)
    }

    @Test func cutsOffWhoDoesNotFinishInTime() async throws {
        let intake = IntakeStub()
        try await listening(intake) {
            $0.shutdownGrace = .milliseconds(20)
        } body: { port, group in
            try await Dialogue.play(port: port) { client in
                try await client.greet()
                try await client.open(to: "desk@in.example")
                await group.triggerGracefulShutdown()
                try await client.expectEnd()
            }
        }
        #expect(await intake.batches.isEmpty)
    }

    @Test func cutsOffWhenCancelled() async throws {
        let intake = IntakeStub()
        let listener = MailListener(
            configuration: MailListenerConfiguration(host: "127.0.0.1", port: 0, hostname: "in.example"), adapter: "mail", intake: intake,
            logger: quiet)
        let running = Task { try await listener.run() }
        let port = try await listener.started()
        try await Dialogue.play(port: port) { client in
            try await client.greet()
            try await client.open(to: "desk@in.example")
            running.cancel()
            try await client.expectEnd()
        }
        try await running.value
    }

    @Test func tellsThatItCannotListen() async throws {
        try await listening(IntakeStub()) { port, _ in
            let second = MailListener(
                configuration: MailListenerConfiguration(host: "127.0.0.1", port: port, hostname: "in.example"), adapter: "mail",
                intake: IntakeStub(), logger: quiet)
            await #expect(throws: (any Error).self) { try await second.run() }
            await #expect(throws: (any Error).self) { try await second.started() }
        }
    }
}
