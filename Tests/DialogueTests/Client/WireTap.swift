import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A relay of bytes on a loopback port before the daemon's, which notes each HTTP request line that a client sends.
final class WireTap: Sendable {
    private let seen = Mutex("")
    private let open = Mutex<[any Channel]>([])
    private let taken = Mutex(0)

    /// How many bytes the client has sent: what goes over a WebSocket is masked and cannot be read (RFC 6455 §5.3).
    var bytes: Int { taken.withLock { $0 } }

    /// The requests so far, such as `POST /v1/Conversations`, without queries, less the one that opens the feed.
    var requests: [String] {
        seen.withLock { $0 }.matches(of: /(GET|POST|DELETE|PUT|PATCH) (\/[^ ?\r\n]*)(\?[^ \r\n]*)? HTTP\/1\.1\r\n/)
            .map { "\($0.output.1) \($0.output.2)" }.filter { !$0.hasSuffix("/realtime") }
    }

    /// Requests that may change something.
    var writes: [String] { requests.filter { !$0.hasPrefix("GET") } }

    /// Cuts every connection there is, in the middle of whatever it carries.
    func cut() {
        let channels = open.withLock { open in
            defer { open = [] }
            return open
        }
        for channel in channels { channel.close(mode: .all, promise: nil) }
    }

    /// Relays while the body runs, which is given the address to call.
    func relaying(to port: Int, _ body: @Sendable (_ url: String) async throws -> Void) async throws {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel) }
            }
        let url = "http://127.0.0.1:\(server.channel.localAddress?.port ?? 0)"
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try await withThrowingDiscardingTaskGroup { relays in
                    try await server.executeThenClose { clients in
                        for try await client in clients {
                            relays.addTask { try? await self.relay(client, to: port) }
                        }
                    }
                }
            }
            defer { tasks.cancelAll() }
            try await body(url)
        }
    }

    private func relay(_ client: NIOAsyncChannel<ByteBuffer, ByteBuffer>, to port: Int) async throws {
        let daemon = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel) }
            }
        open.withLock { $0.append(daemon.channel) }
        try await client.executeThenClose { fromClient, toClient in
            try await daemon.executeThenClose { fromDaemon, toDaemon in
                // The end of either direction ends both.
                await withTaskGroup(of: Void.self) { directions in
                    directions.addTask {
                        do {
                            for try await bytes in fromClient {
                                self.taken.withLock { $0 += bytes.readableBytes }
                                self.seen.withLock { $0 += String(decoding: bytes.readableBytesView, as: UTF8.self) }
                                try await toDaemon.write(bytes)
                            }
                        } catch {}
                    }
                    directions.addTask {
                        do { for try await bytes in fromDaemon { try await toClient.write(bytes) } } catch {}
                    }
                    await directions.next()
                    directions.cancelAll()
                }
            }
        }
    }
}
