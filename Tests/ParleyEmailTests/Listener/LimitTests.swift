import ParleyCore
import Testing

@testable import ParleyEmail

/// Who is turned away at the door, and who is sent away later.
@Suite struct LimitTests {
    @Test func refusesConnectionsBeyondTheLimit() async throws {
        try await listening(IntakeStub()) {
            $0.connectionsMax = 1
        } body: { port, _ in
            try await Dialogue.play(port: port) { first in
                try await first.expect("220")
                try await Dialogue.play(port: port) { second in
                    try await second.expect("421 4.7.0")
                    try await second.expectEnd()
                }
                try await first.say("QUIT")
                try await first.expect("221")
                try await first.expectEnd()
            }
            // The place is free again, if not in the very moment in which the client sees the end.
            var greeting: String?
            for _ in 0..<1000 where greeting?.hasPrefix("220") != true {
                greeting = try await Dialogue.play(port: port) { try await $0.hear() }
            }
            #expect(greeting?.hasPrefix("220") == true)
        }
    }

    @Test func sendsSilentClientsAway() async throws {
        try await listening(IntakeStub()) {
            $0.idle = .milliseconds(20)
        } body: { port, _ in
            try await Dialogue.play(port: port) { client in
                try await client.expect("220")
                try await client.expect("421 4.4.2")
                try await client.expectEnd()
            }
        }
    }

    @Test func sendsAwayWhoNeverEndsATransaction() async throws {
        let intake = IntakeStub()
        try await listening(intake) {
            $0.transaction = .milliseconds(50)
        } body: { port, _ in
            try await Dialogue.play(port: port) { client in
                try await client.greet()
                try await client.say("MAIL FROM:<alice@home.example>")
                try await client.expect("250 2.1.0")
                try await client.expect("421 4.4.2")
                try await client.expectEnd()
            }
        }
    }

    @Test func holdsNoMoreMailThanItMay() async throws {
        let intake = IntakeStub()
        try await listening(intake) {
            $0.heldBytesMax = 1000
        } body: { port, _ in
            for _ in 0..<3 {
                try await Dialogue.play(port: port) { client in
                    try await client.greet()
                    try await client.open(to: "desk@in.example")
                    try await client.send(Mails.hello + ".\r\n")
                    try await client.expect("250 2.0.0")
                    try await client.open(to: "desk@in.example")
                    try await client.send(Mails.hello + String(repeating: "x", count: 900))
                    try await client.expect("421 4.3.1")
                    try await client.expectEnd()
                }
            }
        }
        #expect(await intake.batches.count == 3)
    }

    @Test(arguments: [("10.0.0.0/8", "554 5.7.1"), ("127.0.0.0/8", "220"), ("::1", "554 5.7.1")])
    func asksWhereAClientComesFrom(_ network: String, _ reply: String) async throws {
        let range = try #require(NetworkRange(network))
        try await listening(IntakeStub()) {
            $0.trustedNetworks = [range]
        } body: { port, _ in
            try await Dialogue.play(port: port) { try await $0.expect(reply) }
        }
    }

    /// The session would end with 421 if it were fed more than a megabyte while it waits.
    @Test func readsNoFurtherWhileAnAnswerIsOwed() async throws {
        let intake = IntakeStub()
        let gate = Gate()
        await intake.hold(at: gate)
        try await listening(intake) { port, _ in
            try await Dialogue.play(port: port) { client in
                try await client.greet()
                try await client.open(to: "desk@in.example")
                try await client.send(Mails.hello + ".\r\n")
                await gate.arrived()
                let count = 190_000
                let flood = client.sending(String(repeating: "NOOP\r\n", count: count))
                async let written: Void = flood()
                for _ in 0..<100 { await Task.yield() }
                await gate.open()
                for _ in 0...count { try await client.expect("250 2.0.0") }
                try await written
            }
        }
    }
}
