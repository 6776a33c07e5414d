import NIOCore
import NIOHTTP1
import NIOWebSocket
import Testing

@testable import ParleyClient

/// Each event once and in order, over as many connections as it takes.
@Suite(.timeLimit(.minutes(10))) struct FeedSequenceTests {
    @Test func asksAtTheAPIsAddressWithItsToken() async throws {
        try await withFeed(path: "/chat/") { run in
            let call = try await run.gateway.accept()
            #expect(call.head?.uri == "/chat/v1/realtime")
            #expect(call.head?.headers["Host"] == ["127.0.0.1:\(run.gateway.port)"])
            #expect(call.authorization == "Bearer first")
            try await call.upgrade()
            #expect(try await call.begin(position: 5) == ["type": "subscribe", "id": 1, "users": []])
            #expect(await run.told.next(3) == ["connecting", "subscribed 5", "connected"])
        }
    }

    @Test func resumesAfterTheLastDeliveredEventAndDropsRepeats() async throws {
        try await withFeed { run in
            var call = try await run.connect(position: 10)
            for position: Int64 in [10, 11, 13] { call.send(Wire.event(position)) }
            #expect(await run.told.next(5) == ["connecting", "subscribed 10", "connected", "event 11", "event 13"])
            call.cut()
            #expect(await run.told.next(2) == ["connecting", "failure 0/0"])

            call = try await run.gateway.accept()
            try await call.upgrade()
            #expect(try await call.begin(position: 13) == ["type": "resume", "id": 1, "after": 13, "users": []])
            for position: Int64 in [11, 13, 14, 13, 14, 20] { call.send(Wire.event(position)) }
            #expect(await run.told.next(4) == ["resumed 13", "connected", "event 14", "event 20"])
            call.close(1001)
            #expect(await run.told.next(2) == ["connecting", "failure 0/0"])

            call = try await run.gateway.accept()
            try await call.upgrade()
            #expect(try await call.begin(position: 20)["after"] == 20)
            #expect(await run.told.next(2) == ["resumed 20", "connected"])
        }
    }

    @Test func aConnectionThatNeverBeganIsNotResumed() async throws {
        try await withFeed { run in
            let call = try await run.gateway.accept()
            try await call.upgrade()
            _ = try await call.receive()
            call.cut()
            let again = try await run.gateway.accept()
            try await again.upgrade()
            #expect(try await again.begin(position: 3)["type"] == "subscribe")
        }
    }

    @Test func goesOnFromAResync() async throws {
        try await withFeed { run in
            var call = try await run.connect(position: 100)
            call.send(Wire.event(101))
            #expect(await run.told.next(4).last == "event 101")
            call.cut()
            #expect(await run.told.next(2).first == "connecting")
            call = try await run.gateway.accept()
            try await call.upgrade()
            #expect(try await call.begin(position: 50, as: "resync")["after"] == 101)
            call.send(Wire.event(50))
            call.send(Wire.event(51))
            #expect(await run.told.next(3) == ["resync 50", "connected", "event 51"])
            call.close(4408)
            call = try await run.gateway.accept()
            try await call.upgrade()
            #expect(try await call.begin(position: 51)["after"] == 51)
        }
    }

    @Test func tenThousandEventsWaitForASlowReceiver() async throws {
        let gate = Gate()
        try await withFeed(gate: gate) { run in
            let call = try await run.gateway.accept()
            try await call.upgrade()
            _ = try await call.begin(position: 0)
            let body = String(repeating: "x", count: 1_000)
            for position in Int64(1)...10_000 { call.send(Wire.event(position, body: body)) }
            await gate.reached()
            gate.open()
            #expect(await run.told.next(3) == ["connecting", "subscribed 0", "connected"])
            #expect(await run.told.next(10_000) == (1...10_000).map { "event \($0)" })
        }
    }

    @Test func passesOnTypingAndTheTokensEnd() async throws {
        try await withFeed { run in
            let call = try await run.connect(position: 0)
            call.send(Wire.typing)
            call.send(#"{"type":"tokenAboutToExpire","expires":"1970-01-01T00:00:10Z"}"#)
            call.send(#"{"type":"weather","position":"fine"}"#)
            call.send(#"{"type":"pong"}"#)
            call.send(Wire.event(1))
            #expect(await run.told.next(6).suffix(3) == ["typing bob", "ends soon 10.0", "event 1"])
        }
    }

    @Test(arguments: [
        "", "nonsense", "[]", #"{"position":1}"#, #"{"type":"event","position":"1"}"#, #"{"type":"event","position":1}"#,
        #"{"type":"typing"}"#, Wire.start(id: 1, position: 3), #"{"type":"error","id":1}"#, String(repeating: "[", count: 100_000),
    ])
    func whatCannotBeReadEndsTheConnection(garbage: String) async throws {
        try await withFeed { run in
            let call = try await run.connect(position: 0)
            call.send(garbage)
            #expect(await run.told.next(5) == ["connecting", "subscribed 0", "connected", "connecting", "failure 0/0"])
            guard case .close = await call.next() else { throw ScriptedCall.Unexpected(said: nil) }
            let again = try await run.gateway.accept()
            try await again.upgrade()
            #expect(try await again.begin(position: 0)["after"] == 0)
        }
    }

    @Test(
        arguments: [
            [0x82, 0x01, 0x00],  // binary
            [0x80, 0x01, 0x20],  // a continuation of nothing
            [0x01, 0x01, 0x20, 0x81, 0x01, 0x20],  // a message within a message
            [0x81, 0x81, 1, 2, 3, 4, 0x20],  // masked
            [0xC1, 0x01, 0x20],  // a reserved bit
            [0x83, 0x00],  // a reserved opcode
            [0x89, 0x7E, 0x01, 0x00],  // a long ping
            [0x81, 0x7F, 0, 0, 0, 0, 0, 0x20, 0, 0],  // 2 MiB
            [0x81, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        ] as [[UInt8]])
    func framesThatAreNoneEndTheConnection(bytes: [UInt8]) async throws {
        try await withFeed { run in
            let call = try await run.connect(position: 0)
            call.sendBytes(bytes)
            #expect(await run.told.next(5).last == "failure 0/0")
            let again = try await run.gateway.accept()
            try await again.upgrade()
            #expect(try await again.begin(position: 0)["after"] == 0)
        }
    }

    @Test func anEventBeforeTheBeginningEndsTheConnection() async throws {
        try await withFeed { run in
            let call = try await run.gateway.accept()
            try await call.upgrade()
            _ = try await call.receive()
            call.send(Wire.event(1))
            #expect(await run.told.next(2) == ["connecting", "failure 0/0"])
        }
    }

    @Test func aFragmentedMessageIsOne() async throws {
        try await withFeed { run in
            let call = try await run.connect(position: 0)
            let text = Array(Wire.event(1, body: "Grüße").utf8)
            for (index, byte) in text.enumerated() {
                let opcode: WebSocketOpcode = index == 0 ? .text : .continuation
                call.send(WebSocketFrame(fin: index == text.count - 1, opcode: opcode, data: ByteBuffer(bytes: [byte])))
                if index == 20 { call.send(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer(string: "there?"))) }
            }
            #expect(await run.told.next(4).last == "event 1")
            #expect(await call.next() == .pong("there?"))
        }
    }
}
