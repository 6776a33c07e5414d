import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import Testing

@testable import ParleyAPI

/// Strangers reach both listeners: what they send behind a connection's last request is kept nowhere.
@Suite struct LastRequestTests {
    /// Counts the bytes that reach the parser.
    private final class Counter: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        var bytes = 0

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            bytes += unwrapInboundIn(data).readableBytes
            context.fireChannelRead(data)
        }
    }

    struct Opening: Sendable, CustomTestStringConvertible {
        var text: String
        var isLast: Bool
        /// What the request's `Connection` says in the end.
        var connection: String?

        var testDescription: String { text.replacing("\r\n", with: " ") }
    }

    static let openings = [
        Opening(
            text: "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c", isLast: true, connection: "close"),
        Opening(text: "GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, upgrade\r\nUpgrade: x", isLast: true, connection: "close"),
        Opening(text: "CONNECT x:1 HTTP/1.1\r\nHost: x", isLast: true, connection: "close"),
        Opening(text: "GET / HTTP/1.1\r\nHost: x\r\nConnection: close", isLast: true, connection: "close"),
        Opening(text: "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c", isLast: false),
        Opening(text: "GET / HTTP/1.1\r\nHost: x", isLast: false),
    ]

    @Test(arguments: openings) func nothingBehindTheLastRequestIsKept(opening: Opening) throws {
        let channel = EmbeddedChannel()
        let counter = Counter()
        try channel.pipeline.syncOperations.addHandlers([
            counter, ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)), HTTP1ToHTTPServerCodec(secure: false),
            LastRequest(),
        ])
        try channel.writeInbound(ByteBuffer(string: opening.text + "\r\n\r\n"))
        var parts: [HTTPRequestPart] = []
        while let part = try channel.readInbound(as: HTTPRequestPart.self) { parts.append(part) }
        #expect(parts.count == 2)
        if case .head(let head)? = parts.first {
            #expect(head.headerFields[.connection] == opening.connection)
            #expect(head.headerFields[.upgrade] == nil || !opening.isLast)
        }
        let before = counter.bytes
        for _ in 0..<10 { try channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.1\r\nHost: x\r\n\r\n")) }
        #expect((counter.bytes == before) == opening.isLast)
        var more = 0
        while try channel.readInbound(as: HTTPRequestPart.self) != nil { more += 1 }
        #expect(more == (opening.isLast ? 0 : 20))
        _ = try channel.finish(acceptAlreadyClosed: true)
    }
}
