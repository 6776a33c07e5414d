import ParleyCore
import ServiceLifecycle
import Testing

@testable import ParleyEmail

/// What the listener takes, what it says, and what it hands to the intake.
@Suite struct AcceptanceTests {
    @Test func takesAMailAndAnswersAfterTheCommit() async throws {
        let intake = IntakeStub()
        try await listening(intake) { port, _ in
            try await Dialogue.play(port: port) { client in
                try await client.greet()
                try await client.open(to: "desk+token@in.example")
                try await client.send(Mails.hello + ".\r\n")
                try await client.expect("250 2.0.0")
                try await client.say("QUIT")
                try await client.expect("221")
                try await client.expectEnd()
            }
        }
        let batches = await intake.batches
        let fact = try #require(batches.first?.first)
        #expect(batches.map(\.count) == [1])
        #expect(fact.proxy == "desk+token@in.example")
        #expect(fact.sender == "alice@home.example")
        #expect(fact.text == "Good morning")
        #expect(fact.subject == "Hello")
        #expect(fact.messageID == "one@home.example")
        #expect(fact.raw == Array(Mails.hello.utf8))
        #expect(fact.automatic == nil)
        #expect(await intake.asked == ["desk+token@in.example"])
    }

    @Test func handsAllRecipientsOverTogether() async throws {
        let intake = IntakeStub()
        try await listening(intake) { port, _ in
            try await Dialogue.play(port: port) { client in
                try await client.greet()
                try await client.open(to: "desk@in.example", "help@in.example", "desk@in.example")
                try await client.send(Mails.hello + ".\r\n")
                try await client.expect("250 2.0.0")
            }
        }
        let batches = await intake.batches
        #expect(batches.map { $0.map(\.proxy) } == [["desk@in.example", "help@in.example"]])
        #expect(Set(batches.flatMap { $0.map(\.identity) }).count == 1)
    }

    @Test(arguments: [(RecipientVerdict.unknown, "550 5.1.1"), (.forged, "550 5.1.1")])
    func refusesRecipients(_ verdict: RecipientVerdict, _ reply: String) async throws {
        let intake = IntakeStub()
        await intake.set("nobody@in.example", verdict)
        try await listening(intake) { port, _ in
            try await Dialogue.play(port: port) { client in
                try await client.greet()
                try await client.say("MAIL FROM:<alice@home.example>", "RCPT TO:<nobody@in.example>", "DATA")
                try await client.expect("250 2.1.0")
                try await client.expect(reply)
                try await client.expect("554 5.5.1")
            }
        }
        #expect(await intake.batches.isEmpty)
    }

    @Test func putsARecipientOffThatCannotBeLookedUp() async throws {
        let intake = IntakeStub()
        await intake.failRecipients()
        try await listening(intake) { port, _ in
            try await Dialogue.play(port: port) { client in
                try await client.greet()
                try await client.say("MAIL FROM:<alice@home.example>", "RCPT TO:<desk@in.example>")
                try await client.expect("250 2.1.0")
                try await client.expect("451 4.3.0")
            }
        }
    }

    static let refusal = InboundVerdict.rejected(reason: "nobody holds the pair")
    static let held = InboundVerdict.held(reason: "nobody holds the pair")

    @Test(arguments: [
        (IntakeStub.Answer.failure(NotDurable("the disk is full")), "451 4.3.0"),
        (.success([refusal, refusal]), "550 5.7.1"),
        (.success([refusal, held]), "250 2.0.0"),
        (.success([.ignored(reason: "own mail"), held]), "250 2.0.0"),
        (.success([.repeated(conversation: nil, message: nil), held]), "250 2.0.0"),
    ])
    func answersTheDataByTheVerdicts(_ answer: IntakeStub.Answer, _ reply: String) async throws {
        let intake = IntakeStub()
        await intake.answer { _ in answer }
        try await listening(intake) { port, _ in
            try await Dialogue.play(port: port) { client in
                try await client.greet()
                try await client.open(to: "desk@in.example", "help@in.example")
                try await client.send(Mails.hello + ".\r\n")
                try await client.expect(reply)
                // The session goes on.
                try await client.say("NOOP")
                try await client.expect("250 2.0.0")
            }
        }
        #expect(await intake.batches.count == 1)
    }

    @Test func takesMailForPostmaster() async throws {
        let intake = IntakeStub()
        try await listening(intake) { port, _ in
            try await Dialogue.play(port: port) { client in
                try await client.greet()
                try await client.open(to: "postmaster")
                try await client.send(Mails.hello + ".\r\n")
                try await client.expect("250 2.0.0")
            }
        }
        #expect(await intake.batches.flatMap { $0.map(\.proxy) } == ["postmaster@in.example"])
    }

    @Test func refusesWhatIsTooLarge() async throws {
        let intake = IntakeStub()
        try await listening(intake) {
            $0.sizeMax = 1000
        } body: { port, _ in
            try await Dialogue.play(port: port) { client in
                try await client.greet()
                try await client.say("MAIL FROM:<alice@home.example> SIZE=1001")
                try await client.expect("552 5.3.4")
                try await client.open(to: "desk@in.example")
                try await client.send(Mails.hello + String(repeating: "x", count: 900) + "\r\n.\r\n")
                try await client.expect("552 5.3.4")
                try await client.open(to: "desk@in.example")
                try await client.send(Mails.hello + ".\r\n")
                try await client.expect("250 2.0.0")
            }
        }
        #expect(await intake.batches.count == 1)
    }

    @Test func answersPipelinedTransactionsInOrder() async throws {
        let intake = IntakeStub()
        await intake.set("nobody@in.example", .unknown)
        try await listening(intake) { port, _ in
            try await Dialogue.play(port: port) { client in
                try await client.greet()
                let transaction =
                    "MAIL FROM:<alice@home.example>\r\nRCPT TO:<desk@in.example>\r\nRCPT TO:<nobody@in.example>\r\nDATA\r\n"
                    + Mails.hello + ".\r\n"
                try await client.send(transaction + transaction + "QUIT\r\n")
                for _ in 0..<2 {
                    for reply in ["250 2.1.0", "250 2.1.5", "550 5.1.1", "354", "250 2.0.0"] { try await client.expect(reply) }
                }
                try await client.expect("221")
            }
        }
        #expect(await intake.batches.count == 2)
    }

    @Test func answersAClientThatHasEndedItsSide() async throws {
        let intake = IntakeStub()
        try await listening(intake) { port, _ in
            try await Dialogue.play(port: port) { client in
                try await client.expect("220")
                try await client.send(
                    "EHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<desk@in.example>\r\nDATA\r\n" + Mails.hello + ".\r\n")
                client.finishSending()
                for reply in ["250-in.example", "250 2.1.0", "250 2.1.5", "354", "250 2.0.0"] { try await client.expect(reply) }
                try await client.expectEnd()
            }
        }
        #expect(await intake.batches.flatMap { $0.map(\.automatic) } == ["bounce"])
    }

    @Test func forgetsAMailThatIsCutOff() async throws {
        let intake = IntakeStub()
        try await listening(intake) { port, _ in
            try await Dialogue.play(port: port) { client in
                try await client.greet()
                try await client.open(to: "desk@in.example")
                try await client.send(Mails.hello)
            }
        }
        #expect(await intake.batches.isEmpty)
    }

    @Test func takesAMailWhoseClientDoesNotWait() async throws {
        let intake = IntakeStub()
        let gate = Gate()
        await intake.hold(at: gate)
        try await listening(intake) { port, group in
            try await Dialogue.play(port: port) { client in
                try await client.greet()
                try await client.open(to: "desk@in.example")
                try await client.send(Mails.hello + ".\r\n")
                await gate.arrived()
            }
            await group.triggerGracefulShutdown()
            await gate.open()
        }
        // The listener returns after the question was answered.
        #expect(await intake.batches.count == 1)
    }

    @Test(arguments: ["\r\n", "no header at all\r\n", "\u{FF}\u{1}:\r\n\r\n", "From: a@b.example, c@d.example\r\n\r\n\r\n"])
    func keepsMalformedMail(_ content: String) async throws {
        let intake = IntakeStub()
        try await listening(intake) { port, _ in
            try await Dialogue.play(port: port) { client in
                try await client.greet()
                try await client.open(to: "desk@in.example")
                try await client.send(content + ".\r\n")
                try await client.expect("250 2.0.0")
            }
        }
        let fact = try #require(await intake.batches.first?.first)
        #expect(fact.raw == Array(content.utf8))
        #expect(!fact.problems.isEmpty)
    }

    @Test func parsesLargeMailApart() async throws {
        let intake = IntakeStub()
        let body = String(repeating: String(repeating: "x", count: 70) + "\r\n", count: 20_000)
        try await listening(intake) {
            $0.parsedApartFrom = 100_000
        } body: { port, _ in
            try await Dialogue.play(port: port) { client in
                try await client.greet()
                try await client.open(to: "desk@in.example")
                try await client.send(Mails.hello + body + ".\r\n")
                try await client.expect("250 2.0.0")
            }
        }
        #expect(await intake.batches.first?.first?.raw.count == Mails.hello.utf8.count + body.utf8.count)
    }
}
