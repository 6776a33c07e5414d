import Foundation
import NIOCore
import Synchronization

/// One WebSocket connection of a crowd (RFC 6455), reduced to what a measurement needs: it upgrades, subscribes, answers pings, and notes when
/// each numbered text came. It reads its frames itself: the client shares the machine with the server that it measures.
final class SocketListener: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What the connections of a crowd count together.
    final class Tally: Sendable {
        let arrivals = Atomic<Int>(0)
        let lost = Atomic<Int>(0)
        /// The length of the last numbered text's frame.
        let bytes = Atomic<Int>(0)
    }

    /// A listener is told of the upgrade's head, of the text that it sends then, and of how the first answer to that is known.
    struct Part: Sendable {
        var head: String
        var greeting: String?
    }

    /// When text number `n` came, in nanoseconds of the monotonic clock; 0: not yet.
    private(set) var arrivals: [UInt64]
    private let part: Part
    private let tally: Tally
    private let ready: EventLoopPromise<Void>
    private var received = ByteBuffer()
    private var isUpgraded = false
    private var isReady = false

    init(_ part: Part, texts: Int, tally: Tally, ready: EventLoopPromise<Void>) {
        self.part = part
        self.tally = tally
        self.ready = ready
        arrivals = Array(repeating: 0, count: texts)
    }

    /// What stands before a text's number, which has six digits.
    static let mark = Array("numbered text ".utf8)

    static func text(_ number: Int) -> String { "numbered text " + String(String(1_000_000 + number).dropFirst()) }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: part.head)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let now = NIODeadline.now().uptimeNanoseconds
        var chunk = unwrapInboundIn(data)
        if received.readableBytes == 0 { received = chunk } else { received.writeBuffer(&chunk) }
        if !isUpgraded, !takeHead(context) { return }
        while let frame = takeFrame() {
            switch frame.opcode {
            case 1: take(frame.payload, at: now)
            case 8: return context.close(promise: nil)
            case 9: send(10, frame.payload, context)
            default: break
            }
        }
        received.discardReadBytes()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isReady { tally.lost.add(1, ordering: .relaxed) }
        ready.fail(BenchSite.Problem(description: "a connection ended: \(String(decoding: received.readableBytesView, as: UTF8.self))"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        ready.fail(error)
        context.close(promise: nil)
    }

    private func takeHead(_ context: ChannelHandlerContext) -> Bool {
        let end = received.withUnsafeReadableBytes { SocketListener.position(of: Array("\r\n\r\n".utf8), in: $0) }
        guard let end else { return false }
        guard let head = received.getString(at: received.readerIndex, length: end), head.hasPrefix("HTTP/1.1 101 ") else {
            context.close(promise: nil)
            return false
        }
        received.moveReaderIndex(forwardBy: end + 4)
        isUpgraded = true
        if let greeting = part.greeting {
            send(1, context.channel.allocator.buffer(string: greeting), context)
        } else {
            become()
        }
        return true
    }

    private func become() {
        guard !isReady else { return }
        isReady = true
        ready.succeed()
    }

    /// The next whole frame (RFC 6455 §5.2); a server's are not masked.
    private func takeFrame() -> (opcode: UInt8, payload: ByteBuffer)? {
        let start = received.readerIndex
        guard let first = received.getInteger(at: start, as: UInt8.self), let second = received.getInteger(at: start + 1, as: UInt8.self)
        else { return nil }
        var (head, length) = (2, Int(second & 0x7F))
        if length == 126 {
            guard let wide = received.getInteger(at: start + 2, as: UInt16.self) else { return nil }
            (head, length) = (4, Int(wide))
        } else if length == 127 {
            guard let wide = received.getInteger(at: start + 2, as: UInt64.self) else { return nil }
            (head, length) = (10, Int(clamping: wide))
        }
        guard received.readableBytes - head >= length else { return nil }
        received.moveReaderIndex(forwardBy: head)
        guard let payload = received.readSlice(length: length) else { return nil }
        return (first & 0x0F, payload)
    }

    /// Any text but the first is an event; one with the mark is counted.
    private func take(_ payload: ByteBuffer, at now: UInt64) {
        let number = payload.withUnsafeReadableBytes { bytes -> Int? in
            guard let mark = SocketListener.position(of: SocketListener.mark, in: bytes) else { return nil }
            return Int(String(decoding: bytes[(mark + SocketListener.mark.count)...].prefix(6), as: UTF8.self))
        }
        if part.greeting != nil { become() }
        guard let number, arrivals.indices.contains(number), arrivals[number] == 0 else { return }
        arrivals[number] = now
        tally.bytes.store(payload.readableBytes, ordering: .relaxed)
        tally.arrivals.add(1, ordering: .relaxed)
    }

    /// A client masks what it sends (RFC 6455 §5.3). Ours are short.
    private func send(_ opcode: UInt8, _ payload: ByteBuffer, _ context: ChannelHandlerContext) {
        guard payload.readableBytes < 126 else { return context.close(promise: nil) }
        let mask = (0..<4).map { _ in UInt8.random(in: .min ... .max) }
        var frame = context.channel.allocator.buffer(capacity: 6 + payload.readableBytes)
        frame.writeBytes([0x80 | opcode, 0x80 | UInt8(payload.readableBytes)] + mask)
        frame.writeBytes(zip(payload.readableBytesView, 0...).map { $0 ^ mask[$1 & 3] })
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    private static func position(of needle: [UInt8], in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        var start = 0
        while start + needle.count <= bytes.count,
            let found = memchr(base + start, Int32(needle[0]), bytes.count - needle.count - start + 1)
        {
            let offset = UnsafeRawPointer(found) - base
            if memcmp(base + offset, needle, needle.count) == 0 { return offset }
            start = offset + 1
        }
        return nil
    }
}
