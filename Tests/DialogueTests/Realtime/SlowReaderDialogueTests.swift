import Foundation
import ParleyCore
import Testing

/// A client that does not read is dropped; what it missed it finds when it resumes (docs/realtime.md, 4408).
@Suite(.serialized, .timeLimit(.minutes(15))) struct SlowReaderDialogueTests {
    @Test func whoNeverReadsIsDroppedAndCostsLittle() async throws {
        let daemon = RunningDaemon.forClients()
        try await daemon.start()
        defer { daemon.kill() }
        let conversation = try await daemon.createConversation()
        for identity in ["alice", "bob", "mallory"] { try await daemon.addChat(identity, to: conversation) }
        let token = try await daemon.mint("mallory")
        let alice = try await daemon.mint("alice")
        let witness = try await RealtimePeer.subscribed(daemon, token: alice)
        var deaf: [RealtimePeer] = []
        for _ in 0..<8 { deaf.append(try await RealtimePeer.subscribed(daemon, token: token, receiveBuffer: 4096)) }

        // For each of the deaf more than the daemon keeps (1 MiB) and the kernel's buffers (4 MiB at most) hold together.
        let total = 500
        let filling = String(repeating: "x", count: 30_000)
        let before = try daemon.memory("VmRSS")
        // Step by step, so that a busy machine does not make the witness a slow reader too.
        for number in 0..<total {
            _ = try await daemon.say("\(number) \(filling)", as: "bob", in: conversation)
            try await witness.until(body: "\(number) \(filling)")
        }
        let most = try daemon.memory("VmHWM")
        // 15 MB came eight times over.
        #expect(most - before < 64 << 20, "the daemon grew by \((most - before) >> 10) KiB")

        for peer in deaf {
            let heard = try await peer.untilClosed()
            let events = heard.compactMap(\.json).filter { $0["event"]?.string == "messageAdded" }
            #expect(events.count < total)
            #expect(heard.last == .close(4408) || heard.last == .end, "\(String(describing: heard.last?.type))")
            #expect(events.compactMap { $0["resource"]?["index"]?.int } == Array(0..<events.count))
            // The rest is told after a resume.
            guard let last = events.last, peer.connection === deaf.last?.connection else { continue }
            let again = try await RealtimePeer.upgraded(daemon, token: token)
            try await again.say(#"{"type": "resume", "after": \#(try #require(last["position"]?.int))}"#)
            #expect(try await again.next().type == "subscribed")
            let missed = try await again.until("the last message") { $0["resource"]?["index"]?.int == total - 1 }
            let indices = missed.compactMap { $0.json?["event"]?.string == "messageAdded" ? $0.json?["resource"]?["index"]?.int : nil }
            #expect(indices == Array(events.count..<total))
        }
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }
}
