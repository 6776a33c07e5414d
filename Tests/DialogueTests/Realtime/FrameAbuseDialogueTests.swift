import Foundation
import ParleyCore
import Testing

/// What clients must not send over the realtime feed, and what becomes of those who do: nobody else notices (docs/realtime.md "How a
/// connection ends").
@Suite(.serialized, .timeLimit(.minutes(15))) struct FrameAbuseDialogueTests {
    /// A daemon with a conversation of alice and bob, and alice's subscription, which has to hear to the end.
    private func prepare() async throws -> (daemon: RunningDaemon, conversation: String, token: String, witness: RealtimePeer) {
        let daemon = RunningDaemon.forClients()
        try await daemon.start()
        do {
            let conversation = try await daemon.createConversation()
            for identity in ["alice", "bob", "mallory"] { try await daemon.addChat(identity, to: conversation) }
            let witness = try await RealtimePeer.subscribed(daemon, token: try await daemon.mint("alice")).listening()
            return (daemon, conversation, try await daemon.mint("mallory"), witness)
        } catch {
            daemon.kill()
            throw error
        }
    }

    private typealias Opcode = ClientFrame.Opcode

    /// Frames and the code that they are answered with.
    private static let wrong: [(name: String, frames: [ClientFrame], code: Int)] = [
        ("a frame that is not masked", [ClientFrame(isMasked: false, payload: Array(#"{"type": "ping"}"#.utf8))], 1002),
        ("the first reserved bit", [ClientFrame(reserved: 4, payload: Array("{}".utf8))], 1002),
        ("the last reserved bit", [ClientFrame(reserved: 1, payload: Array("{}".utf8))], 1002),
        ("a reserved opcode", [ClientFrame(opcode: 0x3, payload: [1])], 1002),
        ("a reserved control opcode", [ClientFrame(opcode: 0xB)], 1002),
        ("a ping in fragments", [ClientFrame(isFinal: false, opcode: Opcode.ping)], 1002),
        ("a ping of 126 bytes", [ClientFrame(opcode: Opcode.ping, payload: [UInt8](repeating: 1, count: 126))], 1002),
        ("a continuation of nothing", [ClientFrame(opcode: Opcode.continuation, payload: [65])], 1002),
        ("a message within a message", [ClientFrame(isFinal: false, payload: [65]), .text("{}")], 1002),
        ("a length of 2^63", [ClientFrame(announced: 1 << 63)], 1009),
        ("a close frame of one byte", [ClientFrame(opcode: Opcode.close, payload: [3])], 1002),
        ("a reserved close code", [ClientFrame(opcode: Opcode.close, payload: [0x03, 0xED])], 1002),
        ("text that is not UTF-8", [ClientFrame(payload: [0x22, 0xC3, 0x28, 0x22])], 1007),
        ("an encoded surrogate", [ClientFrame(payload: [0x22, 0xED, 0xA0, 0x80, 0x22])], 1007),
        (
            "fragments that are not UTF-8",
            [ClientFrame(isFinal: false, payload: [0x22, 0xC3]), ClientFrame(opcode: Opcode.continuation, payload: [0x22])], 1007
        ),
        ("a close reason that is not UTF-8", [ClientFrame(opcode: Opcode.close, payload: [0x03, 0xE8, 0xFF])], 1007),
        ("a binary frame", [ClientFrame(opcode: Opcode.binary, payload: [1, 2, 3])], 1003),
        ("a binary frame with nothing in it", [ClientFrame(opcode: Opcode.binary)], 1003),
        ("64 KiB and a byte", [.text(of: 65_537)], 1009),
        ("64 KiB and a byte, announced", [ClientFrame(announced: 65_537)], 1009),
        ("10 MiB, announced", [ClientFrame(announced: 10 << 20)], 1009),
        ("the longest frame, announced", [ClientFrame(announced: 1 << 62)], 1009),
    ]

    @Test func wrongFramesEndTheirConnectionAlone() async throws {
        let (daemon, conversation, token, witness) = try await prepare()
        defer { daemon.kill() }
        // Before the first subscribe and after it.
        for isSubscribed in [false, true] {
            for (name, frames, code) in Self.wrong {
                let peer =
                    isSubscribed
                    ? try await RealtimePeer.subscribed(daemon, token: token) : try await RealtimePeer.upgraded(daemon, token: token)
                for frame in frames { try await peer.send(frame) }
                let heard = try await peer.untilClosed()
                #expect(heard == [.close(code)], "\(name): \(heard)")
                peer.connection.hangUp()
            }
        }
        // Whether the close frame is answered or not, the connection ends.
        for isAnswered in [false, true] {
            let peer = try await RealtimePeer.upgraded(daemon, token: token)
            try await peer.send(ClientFrame(opcode: Opcode.binary))
            #expect(try await peer.next() == .close(1003))
            if isAnswered { try await peer.send(ClientFrame(opcode: Opcode.close, payload: [0x03, 0xEB])) }
            try await peer.connection.ended()
        }
        try await witness.stillHears("the end", in: conversation, of: daemon)
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }

    @Test func goodFramesInUncommonForms() async throws {
        let (daemon, conversation, token, _) = try await prepare()
        defer { daemon.kill() }
        let peer = try await RealtimePeer.upgraded(daemon, token: token)
        // A message in fragments, one of them empty, with a ping in between (RFC 6455 §5.4), and all of it in single bytes.
        let frames = [
            ClientFrame(isFinal: false, payload: Array(#"{"type": "subs"#.utf8)),
            ClientFrame(opcode: Opcode.ping, payload: Array("hi".utf8)),
            ClientFrame(isFinal: false, opcode: Opcode.continuation),
            ClientFrame(opcode: Opcode.continuation, payload: Array(#"cribe"}"#.utf8)),
        ]
        for byte in frames.flatMap(\.bytes) { try await peer.connection.send([byte]) }
        #expect(try await peer.next() == .pong(Array("hi".utf8)))
        #expect(try await peer.next().type == "subscribed")
        try await peer.send(ClientFrame(opcode: Opcode.pong, payload: [1]))
        // The longest message that is taken; unknown members are ignored.
        let start = #"{"type": "ping", "id": "#
        let id = #""\#(String(repeating: "i", count: 64))", "more": ""#
        try await peer.say(start + id + String(repeating: "m", count: 65_536 - start.utf8.count - id.utf8.count - 2) + #""}"#)
        let pong = try await peer.next()
        #expect(pong.type == "pong" && pong.json?["id"]?.string?.count == 64, "\(pong)")
        // A message in fragments of one byte each.
        let long = Array((start + id + String(repeating: "m", count: 20_000) + #""}"#).utf8)
        try await peer.connection.send(
            long.enumerated().flatMap { index, byte in
                ClientFrame(
                    isFinal: index == long.count - 1, opcode: index == 0 ? Opcode.text : Opcode.continuation, payload: [byte]
                ).bytes
            })
        #expect(try await peer.next().type == "pong")
        // Two messages and the first half of a third in one packet.
        let third = ClientFrame.text(#"{"type": "ping", "id": 3}"#).bytes
        try await peer.connection.send(
            ClientFrame.text(#"{"type": "ping", "id": 1}"#).bytes + ClientFrame.text(#"{"type": "ping", "id": 2}"#).bytes + third.prefix(9))
        #expect(try await peer.next().json?["id"]?.int == 1)
        #expect(try await peer.next().json?["id"]?.int == 2)
        try await peer.connection.send(Array(third.dropFirst(9)))
        #expect(try await peer.next().json?["id"]?.int == 3)
        try await peer.stillHears("the end", in: conversation, of: daemon)
        try await peer.send(ClientFrame(opcode: Opcode.close, payload: [0x03, 0xE8]))
        #expect(try await peer.rest() == [.close(1000)])
        let silent = try await RealtimePeer.upgraded(daemon, token: token)
        try await silent.send(ClientFrame(opcode: Opcode.close))
        #expect(try await silent.rest().count == 1, "an empty close frame is answered by one")
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }

    /// Text that is JSON or none, and is nothing that a client may say.
    private static let garbage = [
        "", " ", "garbage", "{", "null", "true", "42", "[]", #"["subscribe"]"#, #""subscribe""#, "{}", #"{"type": null}"#, #"{"type": 7}"#,
        #"{"type": "Subscribe"}"#, #"{"type": "event"}"#, #"{"type": "resume"}"#, #"{"type": "resume", "after": -1}"#,
        #"{"type": "resume", "after": "x"}"#, #"{"type": "resume", "after": 1e400}"#, #"{"type": "resume", "after": 99999999999999999999}"#,
        #"{"type": "subscribe", "users": "bob"}"#, #"{"type": "subscribe", "users": [7]}"#, #"{"type": "subscribe", "id": {}}"#,
        #"{"type": "subscribe", "id": 1.5}"#, #"{"type": "subscribe", "id": "\#(String(repeating: "i", count: 65))"}"#,
        #"{"type": "subscribe", "users": ["# + (0...100).map { "\"u\($0)\"" }.joined(separator: ",") + "]}",
        #"{"type": "typing"}"#, #"{"type": "typing", "conversation": 7}"#, #"{"type": "watch"}"#, #"{"type": "token", "token": []}"#,
        String(repeating: "[", count: 60_000), #"{"type": "\#(String(repeating: "x", count: 60_000))"}"#,
        #"{"type": "subscribe"} {"type": "subscribe"}"#,
    ]

    @Test func garbageIsAnsweredTenTimes() async throws {
        let (daemon, conversation, token, witness) = try await prepare()
        defer { daemon.kill() }
        // Each of them alone is an error and harms nothing.
        for garbage in Self.garbage {
            let peer = try await RealtimePeer.upgraded(daemon, token: token)
            try await peer.say(garbage)
            let error = try await peer.next().json
            let shown = "\(garbage.prefix(80)): \(String(describing: error))"
            #expect(error?["type"]?.string == "error", "\(shown)")
            #expect(error?["status"]?.int.map { (400..<500).contains($0) } == true, "\(shown)")
            #expect(error?["code"]?.int != nil && error?["message"]?.string?.isEmpty == false, "\(shown)")
            try await peer.say(#"{"type": "subscribe", "id": 1}"#)
            let next = try await peer.next()
            #expect(next.type == "subscribed", "\(shown), then \(next)")
        }
        let peer = try await RealtimePeer.subscribed(daemon, token: token)
        for _ in 0..<10 {
            try await peer.say("garbage")
            #expect(try await peer.next().type == "error")
        }
        try await peer.stillHears("after ten", in: conversation, of: daemon)
        try await peer.say("garbage")
        #expect(try await peer.untilClosed().last == .close(1008))
        // Said all at once, too.
        let hasty = try await RealtimePeer.upgraded(daemon, token: token)
        for _ in 0..<200 { try await hasty.say("garbage") }
        let heard = try await hasty.untilClosed()
        #expect(heard.count == 11 && heard.last == .close(1008) && heard.dropLast().allSatisfy { $0.type == "error" }, "\(heard)")
        try await witness.stillHears("the end", in: conversation, of: daemon)
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }

    @Test func whatIsTooLongIsNotKept() async throws {
        let (daemon, conversation, token, witness) = try await prepare()
        defer { daemon.kill() }
        let tooLong = ClientFrame.text(of: 10 << 20).bytes
        let fragment = ClientFrame(isFinal: false, opcode: Opcode.continuation, payload: [UInt8](repeating: 65, count: 30_000)).bytes
        func abuse() async throws {
            let long = try await RealtimePeer.subscribed(daemon, token: token)
            try await long.connection.send(tooLong)
            #expect(try await long.untilClosed() == [.close(1009)])
            // A message in fragments without an end, which the daemon must not gather; the empty ones count, too.
            let endless = try await RealtimePeer.subscribed(daemon, token: token)
            try await endless.send(ClientFrame(isFinal: false, payload: Array(#"{"type": ""#.utf8)))
            for _ in 0..<350 { guard try await endless.connection.send(fragment) else { break } }
            #expect(try await endless.untilClosed() == [.close(1009)])
            // One that never comes to its announced end.
            let announced = try await RealtimePeer.subscribed(daemon, token: token)
            try await announced.connection.send(Array(ClientFrame.text(of: 60_000).bytes.dropLast()))
            waiting.append(announced)
        }
        var waiting: [RealtimePeer] = []
        try await abuse()
        let before = try daemon.memory("VmRSS")
        for _ in 0..<8 { try await abuse() }
        let most = try daemon.memory("VmHWM")
        // Eight times 20 MiB came.
        #expect(most - before < 24 << 20, "the daemon grew by \((most - before) >> 10) KiB")
        try await witness.stillHears("the end", in: conversation, of: daemon)
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }

    @Test func halvesAndSilenceHoldNobodyUp() async throws {
        let (daemon, conversation, token, witness) = try await prepare()
        defer { daemon.kill() }
        var silent: [RealtimePeer] = []
        let upgrade = RealtimePeer.upgrade(["Authorization: Bearer \(token)"])
        for length in [0, 1, 4, 20, 60, upgrade.utf8.count - 4, upgrade.utf8.count - 1] {
            for _ in 0..<10 {
                let peer = try RealtimePeer(daemon)
                try await peer.connection.send(Array(upgrade.utf8.prefix(length)))
                silent.append(peer)
            }
        }
        // A frame's head without the frame, and an upgrade without a word after it.
        for bytes in [[], [0x81], [0x81, 0xFE, 0x01], Array(ClientFrame.text("{}").bytes.prefix(7))] as [[UInt8]] {
            let peer = try await RealtimePeer.upgraded(daemon, token: token)
            try await peer.connection.send(bytes)
            silent.append(peer)
        }
        try await witness.stillHears("beside the silent", in: conversation, of: daemon)
        let newcomer = try await RealtimePeer.subscribed(daemon, token: token)
        for peer in silent { peer.connection.hangUp() }
        for peer in [witness, newcomer] { try await peer.stillHears("after the silent", in: conversation, of: daemon) }
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }
}
