import Foundation
import ParleyCore
import Synchronization
import Testing

/// SIGKILL in the middle of traffic: nothing that was acknowledged is lost, and nothing is doubled without saying so.
@Suite(.timeLimit(.minutes(5))) struct PowerCutDialogueTests {
    @Test func killedAndStartedAgain() async throws {
        guard let smtpSink = Peers.smtpSink, let smtpSource = Peers.smtpSource else { return }
        let daemon = RunningDaemon()
        let kannel = KannelDouble(port: daemon.ports.kannel)
        try await daemon.start()
        defer { daemon.kill() }
        let sink = try MailSink(program: smtpSink, daemon)
        defer { sink.stop() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await kannel.run() }
            let conversation = try await daemon.createConversation()
            try await daemon.addChat("alice", to: conversation)
            try await daemon.add("+15557770001", by: "+15551230001", to: conversation)
            try await daemon.add("bob@customer.example", by: "support@in.example", to: conversation)

            let tally = Tally()
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
                    clients.addTask {
                        _ = try? await BuiltBinary.run(
                            [
                                "-4", "-d", "-l", "500", "-m", "10", "-s", "1", "-f", "bob@customer.example", "-t", "support@in.example",
                                "127.0.0.1:\(daemon.ports.mail)",
                            ], program: smtpSource, folder: daemon.folder, environment: Peers.environment)
                    }
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
            group.cancelAll()
        }
        #expect(daemon.terminate() == 0)
    }
}

/// What was acknowledged.
private final class Tally: Sendable {
    private let state = Mutex<Set<String>>([])

    var texts: Set<String> { state.withLock { $0 } }

    /// Adds a text and returns how many there are.
    func add(_ text: String) -> Int {
        state.withLock { texts in
            texts.insert(text)
            return texts.count
        }
    }
}
