import Foundation
import ParleyCore
import ParleyMailWire
import ParleyTransfer
import Synchronization
import Testing

/// SIGKILL in the middle of traffic: nothing that was acknowledged is lost, and nothing is doubled without saying so.
@Suite(.timeLimit(.minutes(15))) struct PowerCutDialogueTests {
    @Test func killedAndStartedAgain() async throws {
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

            let tally = Tally()
            let bob = Bob()
            let phone = Phone()
            for round in 0..<3 {
                try await withThrowingTaskGroup(of: Void.self) { clients in
                    for client in 0..<4 {
                        clients.addTask {
                            // Each client repeats what was not answered, under the same key, as the contract allows.
                            for number in 0..<1000 {
                                let text = "round \(round) client \(client) number \(number)"
                                guard
                                    let answer = try? await daemon.post(
                                        "/v1/Conversations/\(conversation)/Messages", [("Author", "alice"), ("Body", text)],
                                        headers: [HeaderField("Idempotency-Key", text.replacing(" ", with: "-"))])
                                else { return }
                                #expect(answer.status == 201, "\(answer.text)")
                                if tally.add(text) % 40 == 0 { daemon.kill() }
                            }
                        }
                    }
                    clients.addTask { await bob.mail(round: round, to: daemon) }
                    clients.addTask { await phone.text(round: round, to: daemon) }
                    try await clients.waitForAll()
                }
                try await daemon.start()
            }

            let said = tally.texts
            #expect(said.count >= 120)
            let messages = try await daemon.messages(of: conversation)
            let bodies = messages.compactMap { $0["author"]?.string == "alice" ? $0["body"]?.string : nil }
            #expect(Set(bodies).count == bodies.count, "a message stands twice")
            #expect(said.isSubset(of: bodies), "an acknowledged message is lost")
            for (sender, taken) in [("bob@customer.example", bob.tally.texts), ("+15557770001", phone.tally.texts)] {
                let theirs = messages.compactMap { message in
                    message["author"]?.string == sender ? message["body"]?.string?.trimmingCharacters(in: .newlines) : nil
                }
                #expect(!taken.isEmpty)
                #expect(Set(theirs).count == theirs.count, "an inbound message of \(sender) stands twice")
                #expect(taken.isSubset(of: theirs), "an inbound message of \(sender) that was acknowledged is lost")
            }
            for message in messages where message["author"]?.string == "bob@customer.example" {
                #expect(message["media"]?.array.compactMap { $0["filename"]?.string } == ["leak.png"])
            }
            #expect(messages.compactMap { $0["index"]?.int } == Array(0..<messages.count), "indices have gaps or repeats")

            // Every delivery settles, and whoever got something twice has a delivery that says so.
            try await eventually("everything settles\n\(daemon.log.suffix(3000))", within: .seconds(120)) {
                try await daemon.get("/admin/v1/queue?limit=1").json["deliveries"]?.array.isEmpty == true
            }
            for text in said {
                #expect(kannel.texts.contains { $0.text == text }, "the phone never got: \(text)")
            }
            let copies = Dictionary(grouping: kannel.texts) { $0.reference.prefix(34) }.filter { $0.value.count > 1 }
            for (delivery, _) in copies {
                let shown = try await daemon.get("/admin/v1/queue/\(delivery)")
                #expect(shown.json["flags"]?.array.contains(.string("possible_duplicate")) == true, "\(shown.text)")
            }
        }
        #expect(await daemon.terminate() == 0)
    }
}

/// A mailbox whose program repeats a mail until somebody says 250, and stops for the round when the daemon is gone.
private struct Bob: Sendable {
    let tally = Tally()

    func mail(round: Int, to daemon: RunningDaemon) async {
        let relay = Relay(host: "127.0.0.1", port: daemon.ports.mail, hello: "customer.example")
        // The last mail of the round before is repeated: its answer may have been lost.
        for number in max(0, tally.attempted - 1)..<10_000 {
            let draft = MailDraft(
                from: Mailbox(address: "bob@customer.example"), to: Mailbox(address: "support@in.example"), subject: "Mail",
                messageID: "mail-\(number)@customer.example", date: 1_800_000_000, text: "mail \(number)",
                attachments: [.init(filename: "leak.png", contentType: "image/png", content: Array("picture \(number)".utf8))])
            guard let content = try? draft.composed() else { return }
            tally.attempt(number)
            let mail = OutboundMail(sender: "bob@customer.example", recipients: ["support@in.example"], content: content)
            guard let reply = try? await daemon.transfer.submit(mail, to: relay).first else { return }
            if reply.code == 250 { _ = tally.add("mail \(number)") } else { return }
        }
    }
}

/// A phone whose carrier calls back until it is answered 200.
private struct Phone: Sendable {
    let tally = Tally()

    func text(round: Int, to daemon: RunningDaemon) async {
        for number in max(0, tally.attempted - 1)..<10_000 {
            tally.attempt(number)
            let url =
                "http://127.0.0.1:\(daemon.ports.callbacks)/adapters/carrier/inbound/callback-secret"
                + "?id=in-\(number)&from=%2B15557770001&to=%2B15551230001&text=text+\(number)"
            guard let answer = try? await daemon.transfer.send(OutboundRequest(method: "GET", url: url), trust: .operatorChosen),
                answer.status == 200
            else { return }
            _ = tally.add("text \(number)")
        }
    }
}

/// What was acknowledged.
private final class Tally: Sendable {
    private let state = Mutex<Set<String>>([])
    private let last = Mutex(0)

    var texts: Set<String> { state.withLock { $0 } }
    /// One more than the number of the last attempt.
    var attempted: Int { last.withLock { $0 } }

    func attempt(_ number: Int) { last.withLock { $0 = number + 1 } }

    /// Adds a text and returns how many there are.
    func add(_ text: String) -> Int {
        state.withLock { texts in
            texts.insert(text)
            return texts.count
        }
    }
}
