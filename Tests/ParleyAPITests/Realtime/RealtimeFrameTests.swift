import Foundation
import ParleyAPI
import ParleyCore
import Testing

/// What a client may send, as frames and as JSON (docs/realtime.md, RFC 6455 §5).
@Suite struct RealtimeFrameTests {
    typealias Client = RealtimeClient

    struct BadFrame: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        /// Of the close frame that ends it.
        var code = 1002

        var testDescription: String { name }
    }

    static let badFrames: [BadFrame] = [
        BadFrame(name: "binary", bytes: Client.frame(2, [1]), code: 1003),
        BadFrame(name: "not UTF-8", bytes: Client.frame(1, [0xFF, 0xFE]), code: 1007),
        BadFrame(name: "not masked", bytes: Client.frame(1, [0x7B, 0x7D], masked: false)),
        BadFrame(name: "a reserved bit", bytes: Client.frame(1, [0x7B, 0x7D], reserved: 0x40)),
        BadFrame(name: "a reserved opcode", bytes: Client.frame(3, [])),
        BadFrame(name: "continues nothing", bytes: Client.frame(0, [0x7B])),
        BadFrame(name: "begins twice", bytes: Client.frame(1, [0x7B], fin: false) + Client.frame(1, [0x7D])),
        BadFrame(name: "a ping in pieces", bytes: Client.frame(9, [], fin: false)),
        BadFrame(name: "a long ping", bytes: Client.frame(9, [UInt8](repeating: 0, count: 126))),
        BadFrame(name: "half a code", bytes: Client.frame(8, [3])),
        BadFrame(name: "a code that is never sent", bytes: Client.frame(8, [3, 0xED])),
        BadFrame(name: "a code of its own", bytes: Client.frame(8, [0x0F, 0xA0]), code: 4000),
        BadFrame(name: "too long", bytes: Client.frame(1, [UInt8](repeating: 0x20, count: (1 << 16) + 1)), code: 1009),
        // Only said to be so long: nothing of it is waited for.
        BadFrame(name: "10 MiB", bytes: [0x81, 0xFF, 0, 0, 0, 0, 0, 0xA0, 0, 0, 1, 2, 3, 4, 0, 0], code: 1009),
        BadFrame(name: "endless", bytes: [0x81, 0xFF] + [UInt8](repeating: 0xFF, count: 8) + [1, 2, 3, 4], code: 1009),
        BadFrame(
            name: "too long in pieces",
            bytes: Client.frame(1, [UInt8](repeating: 0x20, count: 40_000), fin: false)
                + Client.frame(0, [UInt8](repeating: 0x20, count: 40_000)),
            code: 1009),
    ]

    @Test(arguments: badFrames)
    func badFramesEndIt(bad: BadFrame) async throws {
        try await RealtimeInstallation.run { gateway in
            let client = try await gateway.subscribed("alice")
            try await client.write(bad.bytes)
            #expect(try await client.closeCode() == bad.code)
            #expect(try await client.next() == .end)
        }
    }

    @Test func aGoodbyeWithoutACodeIsAnsweredWithoutOne() async throws {
        try await RealtimeInstallation.run { gateway in
            let client = try await gateway.open("alice")
            try await client.write(Client.frame(8, []))
            #expect(try await client.next() == .close(nil))
            #expect(try await client.next() == .end)
        }
    }

    @Test func aMessageMayComeInPieces() async throws {
        try await RealtimeInstallation.run { gateway in
            let client = try await gateway.open("alice")
            let text = Array(#"{"type": "subscribe", "id": "ü"}"#.utf8)
            // The pieces part a character of two bytes, and a ping stands between them.
            for byte in text.dropLast() {
                try await client.write(Client.frame(byte == text[0] ? 1 : 0, [byte], fin: false))
            }
            try await client.write(Client.frame(9, [7, 8]) + Client.frame(0, [0x7D]))
            #expect(try await client.next() == .pong([7, 8]))
            let answer = try await client.json()
            #expect(answer.type == "subscribed" && answer.string("id") == "ü")
        }
    }

    static let misunderstood: [(String, String)] = [
        ("", "type"), ("{", "type"), ("[]", "type"), ("5", "type"), ("{}", "type"), (#"{"type": 5}"#, "type"),
        (#"{"type": "dance"}"#, "type"),
        (#"{"type": "subscribe", "users": "bob"}"#, "users"), (#"{"type": "subscribe", "users": [5]}"#, "users"),
        (#"{"type": "subscribe", "users": [\#(Array(repeating: #""u""#, count: 101).joined(separator: ","))]}"#, "users"),
        (#"{"type": "watch", "users": ["\#(String(repeating: "x", count: 257))"]}"#, "users"),
        (#"{"type": "resume"}"#, "after"), (#"{"type": "resume", "after": -1}"#, "after"), (#"{"type": "resume", "after": "1"}"#, "after"),
        (#"{"type": "resume", "after": 1e300}"#, "after"), (#"{"type": "typing"}"#, "conversation"),
        (#"{"type": "typing", "conversation": "general"}"#, "conversation"), (#"{"type": "token"}"#, "token"),
        (#"{"type": "ping", "id": []}"#, "id"), (#"{"type": "ping", "id": 1.5}"#, "id"),
        (#"{"type": "ping", "id": "\#(String(repeating: "x", count: 65))"}"#, "id"),
    ]

    @Test(arguments: misunderstood)
    func whatIsNotUnderstoodIsAnswered(text: String, name: String) async throws {
        try await RealtimeInstallation.run { gateway in
            let client = try await gateway.open("alice")
            let answer = try await client.ask(text)
            #expect(answer.type == "error" && answer.integer("status") == 400 && answer.integer("code") == 20001, "\(answer.text)")
            #expect(answer.string("message")?.contains(name) == true, "\(answer.text)")
            #expect(try await client.ask(#"{"type": "subscribe", "and": {"more": true}}"#).type == "subscribed")
        }
    }

    @Test func nestingWithoutEndIsNotUnderstood() async throws {
        try await RealtimeInstallation.run { gateway in
            let client = try await gateway.open("alice")
            for bytes in [UInt8(ascii: "["), 0] {
                try await client.write(RealtimeClient.frame(1, [UInt8](repeating: bytes, count: 60_000)))
                #expect(try await client.json().integer("code") == 20001)
            }
        }
    }

    @Test func theEleventhThatIsNotUnderstoodEndsIt() async throws {
        try await RealtimeInstallation.run { gateway in
            let client = try await gateway.subscribed("alice")
            for number in 0..<10 {
                let answer = try await client.ask(#"{"type": "?", "id": \#(number)}"#)
                #expect(answer.type == "error" && answer.integer("id") == number)
            }
            try await client.send("?")
            #expect(try await client.closeCode() == 1008)
        }
    }

    @Test func commandsHaveTheirOrder() async throws {
        try await RealtimeInstallation.run { gateway in
            let client = try await gateway.open("alice")
            for early in [#"{"type": "watch"}"#, #"{"type": "typing", "conversation": "CH00000000000000000000000000000000"}"#] {
                let answer = try await client.ask(early)
                #expect(answer.type == "error" && answer.integer("code") == 20001)
            }
            let most = (0..<100).map { "\"user\($0)\"" }.joined(separator: ",")
            let tooMany = try await client.ask(#"{"type": "subscribe", "users": [\#(most), "one more"]}"#)
            #expect(tooMany.integer("code") == 20001 && tooMany.string("message")?.contains("users") == true)
            #expect(try await client.ask(#"{"type": "subscribe", "users": [\#(most)]}"#).type == "subscribed")
            #expect(try await client.ask(#"{"type": "subscribe"}"#).integer("code") == 20001)
            #expect(try await client.ask(#"{"type": "ping", "id": 1}"#).type == "pong")
        }
    }

    @Test func aDatabaseThatFailsIsSaid() async throws {
        try await RealtimeInstallation.run { gateway in
            let client = try await gateway.open("alice")
            gateway.installation.store.fail(true)
            let answer = try await client.ask(#"{"type": "subscribe", "id": 1}"#)
            #expect(
                answer.type == "error" && answer.integer("status") == 503 && answer.integer("code") == 20503 && answer.integer("id") == 1)
            gateway.installation.store.fail(false)
            #expect(try await client.ask(#"{"type": "subscribe"}"#).type == "subscribed")
        }
    }
}
