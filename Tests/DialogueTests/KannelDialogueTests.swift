import Foundation
import ParleyCore
import Testing

/// The bridge with a real Kannel, as Debian packages it, and its fake SMSC: what an operator gets who follows adapters/kannel.yaml.
@Suite(.serialized, .timeLimit(.minutes(15))) struct KannelDialogueTests {
    @Test func textsGoOutAndComeBackThroughKannel() async throws {
        let daemon = RunningDaemon()
        try await daemon.start()
        defer { daemon.kill() }
        guard let kannel = try await KannelPeer.start(daemon) else { return }
        defer { kannel.stop() }
        let conversation = try await daemon.createConversation()
        try await daemon.addChat("alice", to: conversation)
        try await daemon.add("+15557770001", by: "+15551230001", to: conversation)

        // Out: the GSM alphabet with its extension table, Unicode with a pair of surrogates, and a text of three parts.
        let long = String(repeating: "0123456789", count: 40)
        for (text, expected) in [
            ("Grüße: 10 € [sic]", ["+15551230001 +15557770001 text Grüße: 10 € [sic]"]),
            ("Привет 👋", ["+15551230001 +15557770001 ucs-2 %04%1F%04%40%048%042%045%04B%00+%D8%3D%DCK"]),
            (
                long,
                [(1, 0..<153), (2, 153..<306), (3, 306..<400)].map { number, range in
                    "%03%0\(number) data " + String(Array(long)[range])
                }
            ),
        ] {
            let before = kannel.received.count
            let message = try await daemon.say(text, as: "alice", in: conversation)
            try await eventually("Kannel reports \(text.prefix(10)) as delivered\n\(daemon.log.suffix(2000))") {
                try await daemon.receipts(of: message, in: conversation).compactMap { $0["status"]?.string } == ["delivered"]
            }
            let found = Array(kannel.received.dropFirst(before))
            #expect(found.count == expected.count && zip(found, expected).allSatisfy { $0.hasSuffix($1) }, "\(found)")
        }

        // In: the same three, of which Kannel joins the parts of the last.
        let parts = [String(repeating: "first.", count: 20), String(repeating: "second.", count: 10)]
        try await kannel.say("text Hello!", from: "+15557770001", to: "+15551230001")
        try await heard("Hello!", 4, in: conversation, daemon)
        try await kannel.say("ucs2 %04%1F%04%40%00%20%D8%3D%DC%4B", from: "+15557770001", to: "+15551230001")
        try await heard("Пр 👋", 5, in: conversation, daemon)
        for (number, part) in parts.enumerated() {
            try await kannel.say("udh-text %05%00%03%4D%02%0\(number + 1) \(part)", from: "+15557770001", to: "+15551230001")
        }
        try await heard(parts.joined(), 6, in: conversation, daemon)
        #expect(await daemon.terminate() == 0)
    }

    /// Who opts out is not written to any more, and the delivery says why.
    @Test func stopIsHeard() async throws {
        let daemon = RunningDaemon()
        try await daemon.start()
        defer { daemon.kill() }
        guard let kannel = try await KannelPeer.start(daemon) else { return }
        defer { kannel.stop() }
        let conversation = try await daemon.createConversation()
        try await daemon.addChat("alice", to: conversation)
        try await daemon.add("+15557770001", by: "+15551230001", to: conversation)
        try await kannel.say("text Stop.", from: "+15557770001", to: "+15551230001")
        try await heard("Stop.", 1, in: conversation, daemon)
        let message = try await daemon.say("Are you there?", as: "alice", in: conversation)
        try await eventually("the delivery fails") {
            let receipts = try await daemon.receipts(of: message, in: conversation)
            return receipts.first?["status"]?.string == "failed" && receipts.first?["error_code"]?.int == 21610
        }
        #expect(kannel.received.isEmpty)
        // What cannot be meant is answered with the parameter's name, and changes nothing.
        let good = [("ProxyAddress", "+15551230001"), ("Address", "+15557770001"), ("State", "active")]
        let wrongs = [
            ("ProxyAddress", "+15559999999"), ("Address", "+1 no number"), ("Address", "a@b.example"), ("State", "maybe"),
        ]
        for (name, wrong) in wrongs {
            let answer = try await daemon.post("/admin/v1/consents", good.map { ($0.0, $0.0 == name ? wrong : $0.1) })
            #expect(answer.status == 400 && answer.text.contains(name), "\(name): \(answer.text)")
        }
        let list = try await BuiltBinary.run(["consent", "list", "--config", daemon.config], folder: daemon.folder)
        #expect(list.code == 0 && list.output.contains("stopped") && list.output.contains("Stop.") && !list.output.contains("+15557770001"))
        let export = try await BuiltBinary.run(["consent", "export", "--config", daemon.config], folder: daemon.folder)
        #expect(export.output.contains("+15557770001,+15551230001,stopped,keyword,carrier,Stop.,IM"))
        let start = try await BuiltBinary.run(
            ["consent", "start", "+15557770001", "--proxy", "+15551230001", "--config", daemon.config], folder: daemon.folder)
        #expect(start.output == "+15551230001 to +15557770001: active\n")
        _ = try await daemon.say("Back again?", as: "alice", in: conversation)
        try await eventually("it is sent") { kannel.received.count == 1 }
    }

    /// The last message of a conversation is this, and there are so many.
    private func heard(_ text: String, _ count: Int, in conversation: String, _ daemon: RunningDaemon) async throws {
        try await eventually("\(text.prefix(20)) arrives\n\(daemon.log.suffix(2000))") {
            let messages = try await daemon.messages(of: conversation)
            return messages.count == count && messages.last?["body"]?.string == text
        }
    }
}
