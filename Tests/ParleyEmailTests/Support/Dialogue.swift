import NIOCore
import NIOPosix
import Testing

/// The client's side of an SMTP dialogue over a loopback socket.
struct Dialogue {
    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var received = ByteBuffer()

    private init(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) {
        iterator = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    /// Connects, plays the script, closes.
    static func play<R: Sendable>(port: Int, _ script: @Sendable (inout Dialogue) async throws -> R) async throws -> R {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var dialogue = Dialogue(inbound, outbound)
            return try await script(&dialogue)
        }
    }

    /// Sends lines, each ended by CRLF, in one write.
    func say(_ lines: String...) async throws { try await send(lines.map { $0 + "\r\n" }.joined()) }

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    /// A way to send apart from listening.
    func sending(_ text: String) -> @Sendable () async throws -> Void {
        let outbound = outbound
        return { try await outbound.write(ByteBuffer(string: text)) }
    }

    /// Ends the sending side, like `shutdown(SHUT_WR)`.
    func finishSending() { outbound.finish() }

    /// The next reply, its lines joined by LF; nil at the end of the connection.
    mutating func hear() async throws -> String? {
        var lines: [String] = []
        while let line = try await line() {
            lines.append(line)
            if line.count < 4 || line.dropFirst(3).first != "-" { return lines.joined(separator: "\n") }
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    /// Expects the beginning of the next reply.
    mutating func expect(_ start: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let reply = try await hear()
        #expect(
            reply?.hasPrefix(start) == true, "heard \(reply ?? "the end of the connection"), expected \(start)",
            sourceLocation: sourceLocation)
    }

    mutating func expectEnd(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let reply = try await hear()
        #expect(reply == nil, sourceLocation: sourceLocation)
    }

    /// Banner and EHLO.
    mutating func greet(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await expect("220 in.example", sourceLocation: sourceLocation)
        try await say("EHLO client.example")
        try await expect("250-in.example", sourceLocation: sourceLocation)
    }

    /// MAIL, RCPT for each recipient, DATA up to 354.
    mutating func open(to recipients: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await say("MAIL FROM:<alice@home.example>")
        try await expect("250 2.1.0", sourceLocation: sourceLocation)
        for recipient in recipients {
            try await say("RCPT TO:<\(recipient)>")
            try await expect("250 2.1.5", sourceLocation: sourceLocation)
        }
        try await say("DATA")
        try await expect("354", sourceLocation: sourceLocation)
    }

    private mutating func line() async throws -> String? {
        while true {
            if let end = received.readableBytesView.firstIndex(of: 0x0A) {
                let line = received.readString(length: end - received.readerIndex + 1) ?? ""
                return line.filter { !$0.isNewline }
            }
            guard var next = try await iterator.next() else { return nil }
            received.writeBuffer(&next)
        }
    }
}
