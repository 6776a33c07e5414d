import Foundation
import ParleyCore
import ParleyMailWire
import ParleyTransfer
import Testing

/// The bridge with programs that are not ours: Postfix' smtp-sink and smtp-source, swaks, and a plain HTTP server that plays Kannel.
@Suite(.serialized, .timeLimit(.minutes(15))) struct PeerDialogueTests {
    @Test func kannelAndMailInOneConversation() async throws {
        guard let smtpSink = Peers.smtpSink else { return }
        let daemon = RunningDaemon()
        let kannel = KannelDouble(port: daemon.ports.kannel)
        try await daemon.start()
        defer { daemon.kill() }
        let sink = try await MailSink(program: smtpSink, daemon)
        defer { sink.stop() }
        try await kannel.serving {
            let conversation = try await daemon.createConversation()
            try await daemon.addChat("alice", to: conversation)
            try await daemon.add("+15557770001", by: "+15551230001", to: conversation)
            try await daemon.add("bob@customer.example", by: "support@in.example", to: conversation)

            let first = try await daemon.say("Grüße an alle: 10 € & mehr?", as: "alice", in: conversation)
            try await eventually("both receipts of alice's message settle\n\(daemon.log)") {
                try await daemon.receipts(of: first, in: conversation).compactMap { $0["status"]?.string }.sorted() == [
                    "delivered", "sent",
                ]
            }
            #expect(kannel.texts.map(\.text) == ["Grüße an alle: 10 € & mehr?"])
            #expect(kannel.texts.first?.to.hasSuffix("15557770001") == true)
            let mail = ParsedMail(try #require(sink.mails.first))
            #expect(mail.text.contains("Grüße an alle: 10 € & mehr?"))
            #expect(mail.replyTo.first?.address.hasPrefix("support+") == true)
            #expect(mail.header("Auto-Submitted").isEmpty)

            // The phone answers through Kannel's sms-service.
            let url =
                "http://127.0.0.1:\(daemon.ports.callbacks)/adapters/carrier/inbound/callback-secret"
                + "?id=in-1&from=%2B15557770001&to=%2B15551230001&text=Yes+%26+no"
            for _ in 1...2 {
                let answer = try await daemon.transfer.send(.init(method: "GET", url: url), trust: .operatorChosen)
                #expect(answer.status == 200)
                #expect(answer.body.isEmpty, "Kannel would send the body to the phone")
            }
            try await eventually("the phone's answer reaches the mailbox") { sink.mails.count == 2 }

            // The mailbox answers with swaks, to the token address.
            daemon.folder.write("leak.png", "the bytes of a picture")
            if let swaks = Peers.swaks, let replyTo = mail.replyTo.first?.address {
                let run = try await BuiltBinary.run(
                    [
                        swaks, "--server", "127.0.0.1:\(daemon.ports.mail)", "--from", "bob@customer.example", "--to", replyTo, "--header",
                        "Subject: Re: Test", "--header", "Message-Id: <swaks-1@customer.example>", "--body", "From the mailbox.",
                        "--attach-type", "image/png", "--attach-name", "leak.png", "--attach", "@" + daemon.folder.path("leak.png"),
                    ], program: "/usr/bin/perl", folder: daemon.folder, environment: Peers.environment)
                #expect(run.code == 0, "\(run.output)")
                try await eventually("the mailbox' answer reaches the phone") { kannel.texts.count == 2 }
                let lines = (kannel.texts.last?.text ?? "").split(separator: "\n").map(String.init)
                #expect(lines.first == "From the mailbox.")
                let link = try #require(
                    lines.last?.split(separator: " ").last.map(String.init), "Kannel carries no media: the picture goes as a link")
                let picture = try await daemon.transfer.send(OutboundRequest(method: "GET", url: link), trust: .operatorChosen)
                #expect(picture.status == 200)
                #expect(String(decoding: picture.body, as: UTF8.self).trimmingCharacters(in: .newlines) == "the bytes of a picture")
                let forged = try await daemon.transfer.send(
                    OutboundRequest(method: "GET", url: String(link.dropLast()) + "x"), trust: .operatorChosen)
                #expect(forged.status == 403)
            }
            let messages = try await daemon.messages(of: conversation)
            #expect(messages.compactMap { $0["index"]?.int } == [0, 1, 2])
            #expect(messages.compactMap { $0["author"]?.string } == ["alice", "+15557770001", "bob@customer.example"])
            #expect(sink.mails.count == 2)
        }
        #expect(await daemon.terminate() == 0, "\(daemon.log)")
    }

    @Test func smtpSourceDeliversEachMailOnce() async throws {
        guard let smtpSource = Peers.smtpSource else { return }
        let daemon = RunningDaemon()
        try await daemon.start()
        defer { daemon.kill() }
        let conversation = try await daemon.createConversation()
        try await daemon.addChat("alice", to: conversation)
        try await daemon.add("bob@customer.example", by: "support@in.example", to: conversation)
        let run = try await BuiltBinary.run(
            [
                "-4", "-l", "4000", "-m", "200", "-s", "8", "-f", "bob@customer.example", "-t", "support@in.example",
                "127.0.0.1:\(daemon.ports.mail)",
            ], program: smtpSource, folder: daemon.folder, environment: Peers.environment)
        #expect(run.code == 0, "\(run.output)")
        let messages = try await daemon.messages(of: conversation)
        #expect(messages.compactMap { $0["index"]?.int } == Array(0..<200))
        #expect(Set(messages.compactMap { $0["sid"]?.string }).count == 200)
    }

    @Test(arguments: [
        (["--to", "nobody@elsewhere.example"], "550 5.1.1"),
        (["--to", "support+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@in.example"], "550 5.1.1"),
        (["--to", "support@in.example", "--body", String(repeating: "0123456789abcdef\\n", count: 80_000)], "552 5.3.4"),
        (["--to", "support@in.example", "--from", "<>"], "250 2.0.0"),
        (["--to", "support@in.example", "--data", "no header at all, and\\nno structure"], "250 2.0.0"),
    ])
    func swaksDialogues(arguments: [String], answer: String) async throws {
        guard let swaks = Peers.swaks else { return }
        let daemon = RunningDaemon()
        try await daemon.start()
        defer { daemon.kill() }
        var arguments = arguments
        if let body = arguments.firstIndex(of: "--body") {
            daemon.folder.write("body.txt", arguments[body + 1].replacing("\\n", with: "\n"))
            arguments[body + 1] = "@" + daemon.folder.path("body.txt")
        }
        let run = try await BuiltBinary.run(
            [swaks, "--server", "127.0.0.1:\(daemon.ports.mail)"]
                + (arguments.contains("--from") ? [] : ["--from", "eve@customer.example"])
                + arguments, program: "/usr/bin/perl", folder: daemon.folder, environment: Peers.environment)
        #expect(run.output.contains(answer), "\(run.output.suffix(2000))")
        #expect(try await daemon.get("/readyz").status == 200)
    }
}
