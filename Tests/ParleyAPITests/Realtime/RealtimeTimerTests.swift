import Foundation
import NIOCore
import NIOEmbedded
import NIOWebSocket
import ParleyCore
import Testing

@testable import ParleyAPI

/// The times that a client has, on a clock of the test's own.
@Suite struct RealtimeTimerTests {
    /// A connection whose other end is the test.
    struct Wire {
        let loop = NIOAsyncTestingEventLoop()
        let channel: NIOAsyncTestingChannel
        let line: RealtimeLine
        let commands: AsyncStream<RealtimeCommand>

        init(_ change: (inout APIConfiguration.Realtime) -> Void = { _ in }) async throws {
            var bounds = APIConfiguration.Realtime()
            change(&bounds)
            let (commands, continuation) = AsyncStream.makeStream(
                of: RealtimeCommand.self, bufferingPolicy: .bufferingOldest(bounds.commandsMax))
            self.commands = commands
            channel = NIOAsyncTestingChannel(loop: loop)
            line = try await loop.executeInContext { [channel, loop, bounds] in
                let connection = RealtimeConnection(bounds, commands: continuation)
                try channel.pipeline.syncOperations.addHandler(connection)
                return RealtimeLine(connection, on: loop)
            }
            try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
        }

        func pass(_ seconds: Int64) async { await loop.advanceTime(by: .seconds(seconds)) }

        func hear(_ opcode: WebSocketOpcode = .pong) async throws {
            try await channel.writeInbound(WebSocketFrame(fin: true, opcode: opcode, maskKey: [1, 2, 3, 4], data: ByteBuffer()))
        }

        /// What has been sent since the last look, as opcodes with the codes of close frames.
        func sent() async throws -> [String] {
            var sent: [String] = []
            while var frame = try await channel.readOutbound(as: ByteBuffer.self) {
                let bytes = frame.readBytes(length: frame.readableBytes) ?? []
                switch bytes[0] {
                case 0x88: sent.append("close \(Int(bytes[2]) << 8 | Int(bytes[3]))")
                case 0x89: sent.append("ping")
                case 0x8A: sent.append("pong")
                default:
                    let text = String(decoding: bytes.drop { $0 != 0x7B }, as: UTF8.self)
                    sent.append(RealtimeClient.Frame(text).type)
                }
            }
            return sent
        }

        func with(_ body: @escaping @Sendable (RealtimeConnection) -> Void) async throws {
            try await loop.executeInContext { [line] in body(line.connection) }
        }

        func setWritable(_ isWritable: Bool) async throws {
            channel.isWritable = isWritable
            try await loop.executeInContext { [channel] in channel.pipeline.fireChannelWritabilityChanged() }
        }

        func end() async throws -> RealtimeEnd? { try await loop.executeInContext { [line] in line.connection.end } }

        func done() async throws { _ = try await channel.finish(acceptAlreadyClosed: true) }
    }

    @Test func subscribingHasItsTime() async throws {
        let wire = try await Wire()
        await wire.pass(9)
        #expect(try await wire.sent() == [])
        await wire.pass(1)
        #expect(try await wire.sent() == ["close 1008"])
        #expect(wire.channel.isActive)
        // Whoever does not answer the close frame is cut.
        await wire.pass(2)
        #expect(!wire.channel.isActive)

        let subscribed = try await Wire()
        try await subscribed.with { $0.subscribed() }
        await subscribed.pass(20)
        #expect(try await subscribed.sent() == [])
        try await subscribed.done()
    }

    @Test func silenceIsAskedAndThenEnded() async throws {
        let wire = try await Wire()
        try await wire.with { $0.subscribed() }
        await wire.pass(29)
        #expect(try await wire.sent() == [])
        try await wire.hear()
        await wire.pass(29)
        #expect(try await wire.sent() == [])
        await wire.pass(1)
        #expect(try await wire.sent() == ["ping"])
        await wire.pass(44)
        try await wire.hear()
        await wire.pass(29)
        #expect(try await wire.sent() == [])
        await wire.pass(1)
        #expect(try await wire.sent() == ["ping"])
        await wire.pass(45)
        #expect(try await wire.sent() == ["close 4408"])
        #expect(try await wire.end() == .silent)
        try await wire.hear(.connectionClose)
        #expect(!wire.channel.isActive)
    }

    @Test func aTokenEndsWithNotice() async throws {
        let wire = try await Wire { $0.pingTime = .seconds(10_000) }
        try await wire.with {
            $0.subscribed()
            $0.take(tokenUntil: Instant(seconds: 1000), left: .seconds(200))
        }
        await wire.pass(19)
        #expect(try await wire.sent() == [])
        await wire.pass(1)
        #expect(try await wire.sent() == ["tokenAboutToExpire"])
        // The next one begins anew.
        try await wire.with { $0.take(tokenUntil: Instant(seconds: 2000), left: .seconds(400)) }
        await wire.pass(219)
        #expect(try await wire.sent() == [])
        await wire.pass(1)
        #expect(try await wire.sent() == ["tokenAboutToExpire"])
        await wire.pass(180)
        #expect(try await wire.sent() == ["tokenExpired", "close 4401"])
        try await wire.done()

        let brief = try await Wire()
        try await brief.with { $0.take(tokenUntil: Instant(seconds: 1000), left: .seconds(5)) }
        #expect(try await brief.sent() == ["tokenAboutToExpire"])
        await brief.pass(5)
        #expect(try await brief.sent() == ["tokenExpired", "close 4401"])
        try await brief.done()
    }

    @Test func whatWaitsIsBounded() async throws {
        let wire = try await Wire { ($0.backlogEvents, $0.backlogBytes) = (3, 100) }
        let frame = RealtimeFrame.text(["type": "x"])
        try await wire.setWritable(false)
        for _ in 0..<3 { try await wire.with { $0.send(event: frame) } }
        // What is worth nothing later does not wait.
        try await wire.with { $0.send(passing: frame) }
        #expect(try await wire.sent() == [])
        #expect(try await wire.end() == nil)
        try await wire.setWritable(true)
        #expect(try await wire.sent() == ["x", "x", "x"])
        try await wire.setWritable(false)
        for _ in 0..<4 { try await wire.with { $0.send(event: frame) } }
        #expect(try await wire.end() == .backlog)
        #expect(try await wire.sent() == ["close 4408"])
        try await wire.done()

        let heavy = try await Wire { ($0.backlogEvents, $0.backlogBytes) = (1000, 100) }
        try await heavy.setWritable(false)
        try await heavy.with { $0.send(RealtimeFrame.text(.string(String(repeating: "x", count: 100)))) }
        #expect(try await heavy.end() == .backlog)
        try await heavy.done()
    }

    /// A channel is full of what was written and not flushed, while the system would take it: a burst is no slow reader.
    @Test func aBurstIsNoSlowReader() async throws {
        let wire = try await Wire { ($0.backlogEvents, $0.backlogBytes) = (3, 100) }
        try await wire.loop.executeInContext { [channel = wire.channel] in
            try channel.pipeline.syncOperations.addHandler(FullUntilFlushed(channel), position: .first)
        }
        let frame = RealtimeFrame.text(["type": "x"])
        try await wire.with { connection in
            for _ in 0..<100 { connection.send(event: frame) }
            connection.flush()
        }
        #expect(try await wire.end() == nil)
        #expect(try await wire.sent().count == 100)
        try await wire.done()
    }

    /// Takes ten frames, then none before a flush.
    private final class FullUntilFlushed: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        private let channel: NIOAsyncTestingChannel
        private var waiting = 0

        init(_ channel: NIOAsyncTestingChannel) { self.channel = channel }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            waiting += 1
            if waiting == 10 { channel.isWritable = false }
            context.write(data, promise: promise)
        }

        func flush(context: ChannelHandlerContext) {
            waiting = 0
            channel.isWritable = true
            context.flush()
        }
    }

    /// What the hub tells waits until the connection has caught up with it, in order and within the bounds of what waits.
    @Test func whatIsToldAheadWaits() async throws {
        let wire = try await Wire { $0.backlogEvents = 2 }
        let (past, live) = (RealtimeFrame.text(["type": "past"]), RealtimeFrame.text(["type": "live"]))
        try await wire.with { connection in
            connection.hold()
            connection.send(live: live)
            connection.send(event: past)
            connection.flush()
        }
        #expect(try await wire.sent() == ["past"])
        try await wire.with { $0.release() }
        #expect(try await wire.sent() == ["live"])
        try await wire.with { connection in
            connection.send(live: live)
            connection.flush()
            connection.hold()
            for _ in 0..<3 { connection.send(live: live) }
        }
        #expect(try await wire.sent() == ["live", "close 4408"])
        #expect(try await wire.end() == .backlog)
        try await wire.done()
    }

    /// What comes behind a frame that ended the connection is an error as well; the close frame has its time all the same.
    @Test func errorsBehindTheEndCutNothing() async throws {
        let wire = try await Wire()
        try await wire.loop.executeInContext { [channel = wire.channel] in
            channel.pipeline.fireErrorCaught(NIOWebSocketError.invalidFrameLength)
            channel.pipeline.fireErrorCaught(
                ByteToMessageDecoderError.dataReceivedInErrorState(NIOWebSocketError.invalidFrameLength, ByteBuffer()))
        }
        #expect(try await wire.sent() == ["close 1009"])
        #expect(wire.channel.isActive)
        await wire.pass(2)
        #expect(!wire.channel.isActive)
    }

    @Test func onlyTheLatestPingIsAnsweredLater() async throws {
        let wire = try await Wire()
        try await wire.setWritable(false)
        for _ in 0..<1000 { try await wire.hear(.ping) }
        #expect(try await wire.sent() == [])
        try await wire.setWritable(true)
        #expect(try await wire.sent() == ["pong"])
        try await wire.done()
    }

    /// Bytes that were given to the channel and not flushed stand for those that the system does not take.
    @Test func whoeverTakesNothingIsEnded() async throws {
        let wire = try await Wire { $0.pingTime = .seconds(10_000) }
        try await wire.with {
            $0.subscribed()
            $0.send(RealtimeFrame.text(["type": "x"]))
        }
        try await wire.setWritable(false)
        await wire.pass(29)
        #expect(try await wire.end() == nil)
        await wire.pass(1)
        #expect(try await wire.end() == .stalled)
        try await wire.done()

        let slow = try await Wire { $0.pingTime = .seconds(10_000) }
        try await slow.with {
            $0.subscribed()
            $0.send(RealtimeFrame.text(["type": "x"]))
        }
        try await slow.setWritable(false)
        await slow.pass(29)
        try await slow.with { $0.context?.flush() }
        _ = try await slow.sent()
        await slow.pass(31)
        #expect(try await slow.end() == nil)
        try await slow.done()
    }

    @Test func commandsDoNotPileUp() async throws {
        let wire = try await Wire { $0.commandsMax = 3 }
        let data = ByteBuffer(string: #"{"type": "watch"}"#)
        var masked = data
        masked.webSocketMask([1, 2, 3, 4])
        for _ in 0..<4 {
            try await wire.channel.writeInbound(WebSocketFrame(fin: true, opcode: .text, maskKey: [1, 2, 3, 4], data: masked))
        }
        #expect(try await wire.end() == .flooding)
        #expect(try await wire.sent() == ["close 1008"])
        // Those before are carried out, and the session hears of the end.
        var waiting = 0
        for await _ in wire.commands { waiting += 1 }
        #expect(waiting == 3)
        try await wire.done()
    }

    @Test func theEndOfTheListenerIsTheConnections() async throws {
        let wire = try await Wire()
        try await wire.loop.executeInContext { [channel = wire.channel] in
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
        #expect(try await wire.sent() == ["close 1001"])
        try await wire.done()
    }
}
