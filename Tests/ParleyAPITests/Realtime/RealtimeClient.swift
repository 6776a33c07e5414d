import Foundation
import NIOCore
import NIOPosix
import ParleyCore
import Testing

/// A WebSocket client by hand, over a plain socket, so that what it sends can be wrong in every way.
final class RealtimeClient: Sendable {
    private let channel: any NIOCore.Channel
    private let bytes: AsyncStream<ByteBuffer>
    private let reader = Reader()

    /// What came, one after the other.
    enum Incoming: Sendable, Equatable {
        case text(String)
        case ping
        case pong([UInt8])
        case close(Int?)
        case end
    }

    private actor Reader {
        var buffer = ByteBuffer()
        var iterator: AsyncStream<ByteBuffer>.Iterator?

        func more(_ bytes: AsyncStream<ByteBuffer>) async -> Bool {
            var iterator = self.iterator ?? bytes.makeAsyncIterator()
            let next = await iterator.next(isolation: self)
            self.iterator = iterator
            guard var next else { return false }
            buffer.writeBuffer(&next)
            return true
        }

        func take<Part>(_ parse: (inout ByteBuffer) throws -> Part?) rethrows -> Part? { try parse(&buffer) }
    }

    private final class Inbound: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let continuation: AsyncStream<ByteBuffer>.Continuation

        init(_ continuation: AsyncStream<ByteBuffer>.Continuation) { self.continuation = continuation }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { continuation.yield(unwrapInboundIn(data)) }

        func channelInactive(context: ChannelHandlerContext) { continuation.finish() }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private init(_ channel: any NIOCore.Channel, _ bytes: AsyncStream<ByteBuffer>) {
        self.channel = channel
        self.bytes = bytes
    }

    /// - Parameter receiveBytes: of the system's buffer for what comes in; nil for what it likes.
    static func connect(_ port: Int, receiveBytes: Int? = nil) async throws -> RealtimeClient {
        let (bytes, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { $0.pipeline.addHandler(Inbound(continuation)) }
        if let receiveBytes {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: .init(receiveBytes))
        }
        return RealtimeClient(try await bootstrap.connect(host: "127.0.0.1", port: port).get(), bytes)
    }

    /// The answer to a request: its status, its fields and its body.
    struct Head: Sendable {
        var status: Int
        var fields: [String: String]
        var body = ""

        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]) ?? [:] }
    }

    func write(_ bytes: some Sequence<UInt8> & Sendable) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    func write(_ text: String) async throws { try await write(Array(text.utf8)) }

    /// Reads no more until it is told to.
    func rest(_ rests: Bool) async throws { try await channel.setOption(ChannelOptions.autoRead, value: !rests).get() }

    func close() async { try? await channel.close() }

    func head() async throws -> Head {
        while true {
            if let head = try await reader.take({ try RealtimeClient.head(&$0) }) { return head }
            try #require(await reader.more(bytes), "the connection ended before an answer")
        }
    }

    private static func head(_ buffer: inout ByteBuffer) throws -> Head? {
        let text = String(buffer: buffer)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        var head = Head(status: try #require(Int(lines[0].split(separator: " ")[1])), fields: [:])
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            head.fields[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        let length = Int(head.fields["content-length"] ?? "0") ?? 0
        let headBytes = text[..<end.upperBound].utf8.count
        guard buffer.readableBytes >= headBytes + length else { return nil }
        buffer.moveReaderIndex(forwardBy: headBytes)
        head.body = buffer.readString(length: length) ?? ""
        return head
    }

    static let key = "dGhlIHNhbXBsZSBub25jZQ=="

    /// The request of RFC 6455 §1.3, with these fields besides.
    static func handshake(_ fields: [String], path: String = "/v1/realtime") -> String {
        ([
            "GET \(path) HTTP/1.1", "Host: x", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: \(key)",
            "Sec-WebSocket-Version: 13",
        ]
            + fields).joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// Connects as a user and subscribes with nothing else said.
    static func open(_ port: Int, token: String, receiveBytes: Int? = nil) async throws -> RealtimeClient {
        let client = try await connect(port, receiveBytes: receiveBytes)
        try await client.write(handshake(["Authorization: Bearer \(token)"]))
        let head = try await client.head()
        try #require(head.status == 101, "\(head.status) \(head.body)")
        return client
    }

    // MARK: Frames

    static func frame(_ opcode: UInt8, _ payload: [UInt8], fin: Bool = true, masked: Bool = true, reserved: UInt8 = 0) -> [UInt8] {
        var bytes: [UInt8] = [(fin ? 0x80 : 0) | reserved | opcode]
        let mask: UInt8 = masked ? 0x80 : 0
        switch payload.count {
        case ...125: bytes.append(mask | UInt8(payload.count))
        case ...0xFFFF: bytes += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default: bytes += [mask | 127] + (0..<8).reversed().map { UInt8((payload.count >> ($0 * 8)) & 0xFF) }
        }
        guard masked else { return bytes + payload }
        let key: [UInt8] = [1, 2, 3, 4]
        return bytes + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
    }

    func send(_ text: String) async throws { try await write(RealtimeClient.frame(1, Array(text.utf8))) }

    func next() async throws -> Incoming {
        while true {
            if let frame = await reader.take({ RealtimeClient.incoming(&$0) }) { return frame }
            guard await reader.more(bytes) else { return .end }
        }
    }

    private static func incoming(_ buffer: inout ByteBuffer) -> Incoming? {
        var view = buffer
        guard let first: UInt8 = view.readInteger(), let second: UInt8 = view.readInteger() else { return nil }
        var length = Int(second)
        if second == 126 {
            guard let long: UInt16 = view.readInteger() else { return nil }
            length = Int(long)
        } else if second == 127 {
            guard let long: UInt64 = view.readInteger() else { return nil }
            length = Int(long)
        }
        guard let payload = view.readBytes(length: length) else { return nil }
        buffer = view
        switch first {
        case 0x81: return .text(String(decoding: payload, as: UTF8.self))
        case 0x88: return .close(payload.count < 2 ? nil : Int(payload[0]) << 8 | Int(payload[1]))
        case 0x89: return .ping
        case 0x8A: return .pong(payload)
        default: return .text("an unexpected frame \(first)")
        }
    }

    /// The next frame that is text, as JSON.
    func json(_ location: SourceLocation = #_sourceLocation) async throws -> Frame {
        while true {
            switch try await next() {
            case .text(let text): return Frame(text)
            case .ping, .pong: continue
            case let other: throw Unexpected(other: other)
            }
        }
    }

    struct Unexpected: Error { var other: Incoming }

    struct Frame: Sendable {
        let text: String

        init(_ text: String) { self.text = text }

        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]) ?? [:] }

        var type: String { json["type"] as? String ?? text }

        var event: String { json["event"] as? String ?? type }

        func string(_ name: String) -> String? { json[name] as? String }

        func integer(_ name: String) -> Int? { json[name] as? Int }

        var resource: [String: Any] { json["resource"] as? [String: Any] ?? [:] }
    }

    /// Sends and returns what comes next.
    func ask(_ text: String) async throws -> Frame {
        try await send(text)
        return try await json()
    }

    /// The code of the close frame, whatever comes before it.
    func closeCode() async throws -> Int? {
        while true {
            switch try await next() {
            case .close(let code): return code
            case .end: throw Unexpected(other: .end)
            default: continue
            }
        }
    }

    /// The next frames that tell of events, until so many have come.
    func events(_ count: Int) async throws -> [Frame] {
        var events: [Frame] = []
        while events.count < count {
            let frame = try await json()
            if frame.type == "event" { events.append(frame) }
        }
        return events
    }
}
