import Foundation
import NIOCore
import NIOEmbedded
import NIOWebSocket
import Synchronization
import Testing

@testable import ParleyClient

/// One connection by its frames, with time in the test's hand.
@Suite(.timeLimit(.minutes(10))) struct FeedHandlerTests {
    /// Counts what is asked of the socket.
    private final class ReadCounter: ChannelOutboundHandler {
        typealias OutboundIn = Never
        private let count: Count
        init(_ count: Count) { self.count = count }
        func read(context: ChannelHandlerContext) {
            count.held.withLock { $0 += 1 }
            context.read()
        }
    }

    private final class Count: Sendable {
        let held = Mutex(0)
    }

    private struct Bench {
        let channel: NIOAsyncTestingChannel
        let link: FeedLink
        private let count = Count()

        init() async throws {
            let made = NIOAsyncTestingChannel()
            channel = made
            let count = count
            link = try await channel.testingEventLoop.executeInContext {
                let ended = made.eventLoop.makePromise(of: FeedEnd.self)
                let handler = FeedHandler(on: made.eventLoop, ended: ended)
                try made.pipeline.syncOperations.addHandlers([ReadCounter(count), handler])
                return FeedLink(handler, ended: ended.futureResult)
            }
            try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
        }

        func reads() -> Int { count.held.withLock { $0 } }

        func begin(after: Int64? = nil) async throws {
            link.begin(after: after, users: [])
            _ = try await sent()
            try await say(Wire.start(id: 1, position: after ?? 0))
        }

        func say(_ text: String) async throws {
            try await channel.writeInbound(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text)))
        }

        /// The next frame that the client sent.
        func sent() async throws -> WebSocketFrame? {
            await channel.testingEventLoop.run()
            return try await channel.readOutbound(as: WebSocketFrame.self)
        }

        func sentText() async throws -> String? { try await sent().map { String(buffer: $0.data) } }

        func pass(_ time: TimeAmount) async { await channel.testingEventLoop.advanceTime(by: time) }

        var end: String {
            get async throws {
                switch try await link.ended.get() {
                case .closed(let code): "closed \(code ?? 0)"
                case .lost(let reason): reason
                case .refused(let error): "refused \(error.status)"
                }
            }
        }
    }

    @Test func readingStopsWhileTheReceiverIsSlow() async throws {
        let bench = try await Bench()
        let items = bench.link.items.makeAsyncIterator()
        try await bench.begin()
        for position in Int64(1)...40 { try await bench.say(Wire.event(position)) }
        let before = bench.reads()
        bench.channel.read()
        await bench.channel.testingEventLoop.run()
        #expect(bench.reads() == before)

        // Silence says nothing as long as nothing is read.
        await bench.pass(.minutes(10))
        #expect(try await bench.sent() == nil)

        for position in 0...36 {
            #expect(await items.next()?.short == (position == 0 ? "subscribed 0" : "event \(position)"))
        }
        await bench.channel.testingEventLoop.run()
        #expect(bench.reads() == before + 1)
        bench.channel.read()
        await bench.channel.testingEventLoop.run()
        #expect(bench.reads() == before + 2)
        _ = try await bench.channel.finish(acceptAlreadyClosed: true)
    }

    @Test func aSilentGatewayIsAskedAndGivenUp() async throws {
        let bench = try await Bench()
        let items = bench.link.items.makeAsyncIterator()
        try await bench.begin()
        _ = await items.next()
        await bench.pass(.seconds(29))
        #expect(try await bench.sent() == nil)
        await bench.pass(.seconds(1))
        #expect(try await bench.sentText() == #"{"type":"ping"}"#)
        await bench.pass(.seconds(44))
        try await bench.say(#"{"type":"pong"}"#)
        await bench.pass(.seconds(29))
        #expect(try await bench.sent() == nil)
        await bench.pass(.seconds(1))
        #expect(try await bench.sentText() == #"{"type":"ping"}"#)
        await bench.pass(.seconds(45))
        #expect(try await bench.sent()?.opcode == .connectionClose)
        #expect(try await bench.end == "The gateway is silent")
        #expect(await items.next() == nil)
    }

    @Test func anAnswerThatDoesNotComeIsLate() async throws {
        let bench = try await Bench()
        try await bench.begin()
        let answer = bench.link.ask(.typing("CH1"))
        #expect(try await bench.sentText()?.contains(#""id":2"#) == true)
        await bench.pass(.seconds(10))
        guard case .late = try await answer.get() else { throw CancellationError() }
        try await bench.say(#"{"type":"ok","id":2}"#)
        let next = bench.link.ask(.typing("CH1"))
        _ = try await bench.sent()
        try await bench.say(#"{"type":"ok","id":3}"#)
        guard case .ok = try await next.get() else { throw CancellationError() }
        _ = try await bench.channel.finish(acceptAlreadyClosed: true)
        guard case .lost = try await bench.link.ask(.typing("CH1")).get() else { throw CancellationError() }
    }

    @Test func anUnansweredFirstFrameEndsTheConnection() async throws {
        let bench = try await Bench()
        bench.link.begin(after: 3, users: [])
        await bench.pass(.seconds(10))
        #expect(try await bench.end == "The gateway did not answer the first frame")
    }

    @Test func commandsAreBounded() async throws {
        let bench = try await Bench()
        try await bench.begin()
        let answers = (0..<FeedLimits.commands).map { _ in bench.link.ask(.typing("CH1")) }
        guard case .crowded = try await bench.link.ask(.typing("CH1")).get() else { throw CancellationError() }
        _ = try await bench.channel.finish(acceptAlreadyClosed: true)
        for answer in answers { guard case .lost = try await answer.get() else { throw CancellationError() } }
    }

    @Test func goodbyeDoesNotWaitForever() async throws {
        let bench = try await Bench()
        let items = bench.link.items.makeAsyncIterator()
        try await bench.begin()
        bench.link.close()
        let frame = try #require(try await bench.sent())
        #expect(frame.opcode == .connectionClose)
        #expect(frame.data == ByteBuffer(integer: UInt16(1000)))
        try await bench.say(Wire.event(1))
        #expect(await items.next()?.short == "subscribed 0")
        #expect(await items.next() == nil)
        await bench.pass(.seconds(2))
        #expect(try await bench.end == "The gateway did not answer the close frame")
    }

    @Test func anAssembledMessageIsBounded() async throws {
        let bench = try await Bench()
        try await bench.begin()
        let part = ByteBuffer(repeating: 0x20, count: 1 << 20)
        for index in 0..<4 {
            try await bench.channel.writeInbound(WebSocketFrame(fin: false, opcode: index == 0 ? .text : .continuation, data: part))
        }
        #expect(try await bench.sent() == nil)
        try await bench.channel.writeInbound(WebSocketFrame(fin: false, opcode: .continuation, data: ByteBuffer(string: " ")))
        #expect(try await bench.sent()?.data == ByteBuffer(integer: UInt16(1009)))
        #expect(try await bench.end == "A message is too large")
    }

    @Test func aCloseFrameIsAnswered() async throws {
        let bench = try await Bench()
        try await bench.begin()
        try await bench.channel.writeInbound(WebSocketFrame(fin: true, opcode: .connectionClose, data: ByteBuffer(integer: UInt16(4408))))
        #expect(try await bench.sent()?.data == ByteBuffer(integer: UInt16(4408)))
        #expect(try await bench.end == "closed 4408")
    }
}
