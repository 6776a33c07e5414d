import ParleyCore
import ParleyTransfer
import Testing

@Suite struct MailFailureTests {
    /// What the script answers, the reason, and whether the mail may have arrived.
    @Test(
        arguments: [
            (["greeting": SMTPScript.hangUp], TransferFailure.Reason.broken, false), (["EHLO": SMTPScript.hangUp], .broken, false),
            (["EHLO": "502 what", "HELO": SMTPScript.hangUp], .broken, false), (["MAIL": SMTPScript.hangUp], .broken, false),
            (["RCPT": SMTPScript.hangUp], .broken, false), (["DATA": SMTPScript.hangUp], .broken, false),
            ([".": SMTPScript.hangUp], .broken, true),
            (["RCPT TO:<b": "550 5.1.1 no", ".": SMTPScript.hangUp], .broken, true),
        ])
    func aConnectionThatBreaks(answers: [String: String], reason: TransferFailure.Reason, mayHaveLeft: Bool) async throws {
        let script = SMTPScript(answers: answers)
        try await withTransfer { transfer in
            let failure = await thrown { _ = try await transfer.submit(.sample(to: ["b@y.test", "c@y.test"]), to: script.relay()) }
            #expect(failure?.reason == reason)
            #expect(failure?.mayHaveLeft == mayHaveLeft)
        }
        #expect(script.data.all.count <= 1)
    }

    @Test(arguments: [("greeting", false), ("MAIL", false), ("DATA", false), (".", true)])
    func aRelayThatFallsSilent(at command: String, mayHaveLeft: Bool) async throws {
        let script = SMTPScript(answers: [command: SMTPScript.silence])
        try await withTransfer { transfer in
            let failure = await thrown { _ = try await transfer.submit(.sample(timeout: .milliseconds(200)), to: script.relay()) }
            #expect(failure?.reason == .timedOut)
            #expect(failure?.mayHaveLeft == mayHaveLeft)
        }
    }

    /// The mail's own time-out is far away: only the cancellation can end it.
    @Test(.timeLimit(.minutes(10)), arguments: [("MAIL", false), ("RCPT", false), ("DATA", false), (".", true)], [true, false])
    func cancellingTheTaskOrShuttingDownEndsTheMail(at command: (String, Bool), byShutdown: Bool) async throws {
        let script = SMTPScript(answers: [command.0: SMTPScript.silence])
        let transfer = Transfer()
        let task = Task { await thrown { _ = try await transfer.submit(.sample(timeout: .seconds(3600)), to: script.relay()) } }
        while let seen = await script.commands.next(), !seen.hasPrefix(command.0) {}
        if byShutdown { await transfer.shutdown() } else { task.cancel() }
        let failure = await task.value
        #expect(failure?.reason == .cancelled)
        #expect(failure?.mayHaveLeft == command.1)
        await transfer.shutdown()
    }

    /// libcurl ends the data of a mail that it has to leave with a dot, as if it were whole. The relay here stops reading amidst the
    /// content until the mail has been given up, and then reads what is left.
    @Test(.timeLimit(.minutes(10)), arguments: [true, false])
    func halfAMailIsNotEndedWithADot(byTimeout: Bool) async throws {
        let (began, ended) = (Record<Int>(), Record<String>())
        let gate = Gate()
        let server = LoopbackServer { connection in
            connection.write("220 relay.test\r\n")
            while let line = connection.line(), line != "DATA" { connection.write("250 Ok\r\n") }
            connection.write("354 go on\r\n")
            began.add(connection.bytes(1000)?.count ?? 0)
            gate.pass()
            var last = ""
            while let line = connection.line() { last = line }
            ended.add(last)
        }
        let relay = Relay(host: "127.0.0.1", port: server.port)
        let mail = OutboundMail.sample(
            String(repeating: "content content content\r\n", count: 1_000_000), timeout: byTimeout ? .seconds(2) : .seconds(3600))
        try await withTransfer { transfer in
            let task = Task { await thrown { _ = try await transfer.submit(mail, to: relay) } }
            _ = await began.next()
            if !byTimeout { task.cancel() }
            let failure = await task.value
            #expect(failure?.reason == (byTimeout ? .timedOut : .cancelled))
            #expect(failure?.mayHaveLeft == false)
            gate.open()
            let last = await ended.next()
            #expect(last == "content content content")
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func aRelayThatIsSlowWithOneMailDoesNotHoldUpAnother() async throws {
        let slow = SMTPScript(answers: [".": SMTPScript.silence])
        let quick = SMTPScript()
        let transfer = Transfer()
        let task = Task { await thrown { _ = try await transfer.submit(.sample(timeout: .seconds(3600)), to: slow.relay()) } }
        while let seen = await slow.commands.next(), seen != "." {}
        let replies = try await transfer.submit(.sample(), to: quick.relay())
        #expect(replies.map(\.code) == [250])
        await transfer.shutdown()
        #expect(await task.value?.mayHaveLeft == true)
    }

    @Test(.timeLimit(.minutes(10)))
    func aMailThatWaitsForItsTurnCanBeCancelled() async throws {
        let slow = SMTPScript(answers: [".": SMTPScript.silence])
        let transfer = Transfer(configuration: TransferConfiguration(mailsAtOnceMax: 1))
        let first = Task { await thrown { _ = try await transfer.submit(.sample(timeout: .seconds(3600)), to: slow.relay()) } }
        while let seen = await slow.commands.next(), seen != "." {}
        let second = Task { await thrown { _ = try await transfer.submit(.sample(), to: slow.relay()) } }
        let third = Task { await thrown { _ = try await transfer.submit(.sample(), to: slow.relay()) } }
        second.cancel()
        #expect(await second.value == TransferFailure(.cancelled, mayHaveLeft: false, detail: "mail to 127.0.0.1:\(slow.port): cancelled"))
        await transfer.shutdown()
        #expect(await first.value?.mayHaveLeft == true)
        #expect(await third.value?.mayHaveLeft == false)
        #expect(slow.connections.all.count == 1)
    }

    @Test func shutdownDoesNotWaitForARelayThatDoesNotSayGoodbye() async throws {
        let script = SMTPScript(answers: ["QUIT": SMTPScript.silence])
        let transfer = Transfer()
        _ = try await transfer.submit(.sample(), to: script.relay())
        await transfer.shutdown()
        #expect(script.data.all.count == 1)
    }

    @Test func refusedCredentials() async throws {
        let script = SMTPScript(ehlo: ["AUTH PLAIN LOGIN"], answers: ["AUTH": "535 5.7.8 wrong"])
        try await withTransfer { transfer in
            let failure = try #require(
                await thrown { _ = try await transfer.submit(.sample(), to: script.relay(username: "user", password: "secret")) })
            #expect(failure.reason == .authentication)
            #expect(!failure.mayHaveLeft)
            #expect(!failure.description.contains("secret") && !failure.description.contains("AHVzZXIAc2VjcmV0"))
        }
    }

    @Test func aPassingTroubleWithCredentialsIsAReply() async throws {
        let script = SMTPScript(ehlo: ["AUTH PLAIN"], answers: ["AUTH": "454 4.7.0 directory is away"])
        let replies = try await withTransfer { try await $0.submit(.sample(), to: script.relay(username: "user", password: "secret")) }
        #expect(replies.map(\.code) == [454])
    }

    @Test(arguments: [[], ["STARTTLS"]])
    func withoutTLSNothingIsSentWhereItIsRequired(ehlo: [String]) async throws {
        let script = SMTPScript(ehlo: ehlo, answers: ["STARTTLS": "454 4.7.0 not now"])
        try await withTransfer { transfer in
            let failure = await thrown { _ = try await transfer.submit(.sample(), to: script.relay(.required)) }
            #expect(failure?.reason == .tls)
            #expect(failure?.mayHaveLeft == false)
        }
        #expect(!script.commands.all.contains { $0.hasPrefix("MAIL") || $0.hasPrefix("AUTH") })
    }

    @Test func aPlainConnectionIsNotLentToAMailThatRequiresTLS() async throws {
        let script = SMTPScript()
        try await withTransfer { transfer in
            _ = try await transfer.submit(.sample(), to: script.relay(.none))
            let failure = await thrown { _ = try await transfer.submit(.sample(), to: script.relay(.required)) }
            #expect(failure?.reason == .tls)
        }
        #expect(script.data.all.count == 1)
    }

    @Test(arguments: [[], ["STARTTLS"]])
    func opportunisticTLSGoesOnWithout(ehlo: [String]) async throws {
        let script = SMTPScript(ehlo: ehlo, answers: ["STARTTLS": "454 4.7.0 not now"])
        let replies = try await withTransfer { try await $0.submit(.sample(), to: script.relay(.opportunistic)) }
        #expect(replies.map(\.code) == [250])
    }

    @Test func nobodyListeningIsUnreachable() async throws {
        try await withTransfer { transfer in
            let relay = Relay(host: "127.0.0.1", port: LoopbackServer.unusedPort())
            let failure = await thrown { _ = try await transfer.submit(.sample(), to: relay) }
            #expect(failure?.reason == .unreachable)
            #expect(failure?.mayHaveLeft == false)
        }
    }

    @Test(
        arguments: [
            OutboundMail.sample(to: []), .sample(to: ["b@y.test", "c@y.test>\r\nRSET"]), .sample(to: [""]), .sample(to: ["<b@y.test>"]),
            .sample(sender: "a@x.test\r\nRSET"), .sample(sender: "a b@x.test"), .sample("a\nb"), .sample("a\rb"), .sample("a\r"),
            .sample("\n"),
            .sample("a\r\r\n"), .sample("a\0"), .sample("a\r\n.\nb"),
        ])
    func whatCannotBeSentAsItIsIsMalformed(mail: OutboundMail) async throws {
        let script = SMTPScript()
        try await withTransfer { transfer in
            let failure = await thrown { _ = try await transfer.submit(mail, to: script.relay()) }
            #expect(failure?.reason == .malformed)
            #expect(failure?.mayHaveLeft == false)
        }
        #expect(script.commands.all.isEmpty)
    }

    @Test(
        arguments: [
            Relay(host: "", port: 25), Relay(host: "a/b", port: 25), Relay(host: "a@b", port: 25), Relay(host: "127.0.0.1", port: 0),
            Relay(host: "127.0.0.1", port: 65536), Relay(host: "127.0.0.1", port: 25, hello: "a\r\nMAIL"),
            Relay(host: "127.0.0.1", port: 25, hello: "a%0d%0aMAIL"), Relay(host: "127.0.0.1", port: 25, hello: ""),
            Relay(host: "127.0.0.1", port: 25, username: "a\0b", password: "c"),
        ])
    func aRelayThatIsNoneIsMalformed(relay: Relay) async throws {
        try await withTransfer { transfer in
            let failure = await thrown { _ = try await transfer.submit(.sample(), to: relay) }
            #expect(failure?.reason == .malformed)
        }
    }
}
