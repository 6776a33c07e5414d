import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix

/// HTTP over AsyncHTTPClient, on the event loops that all clients of the process share.
final class HTTPClientWire: HTTPWire {
    let group: any EventLoopGroup
    private let client: HTTPClient

    init(options: ConversationsClient.Options) {
        group = HTTPClient.defaultEventLoopGroup
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = TimeAmount(options.connectTime)
        configuration.httpVersion = .http1Only
        // Whether to try again is decided above, where it is known what a repetition does.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroup: group, configuration: configuration)
    }

    func exchange(_ request: WireRequest) async throws(WireFailure) -> WireAnswer {
        do {
            var outgoing = HTTPClientRequest(url: request.url)
            outgoing.method = HTTPMethod(rawValue: request.method)
            for (name, value) in request.headers { outgoing.headers.replaceOrAdd(name: name, value: value) }
            if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
            let answer = try await client.execute(outgoing, timeout: TimeAmount(request.time))
            let body = try await answer.body.collect(upTo: request.bytesMax)
            let headers = Dictionary(answer.headers.map { ($0.name.lowercased(), $0.value) }) { _, last in last }
            return WireAnswer(status: Int(answer.status.code), headers: headers, body: Array(buffer: body))
        } catch {
            throw HTTPClientWire.failure(error)
        }
    }

    func shutdown() async {
        // Fails only when it was shut down before.
        try? await client.shutdown()
    }

    private static func failure(_ error: any Error) -> WireFailure {
        switch error {
        case is NIOTooManyBytesError: .answerTooLong
        case is CancellationError: .cancelled
        case let error as HTTPClientError:
            switch error {
            case .cancelled: .cancelled
            case .alreadyShutdown: .shutDown
            case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout: .notConnected
            case .deadlineExceeded, .readTimeout, .writeTimeout: .timedOut
            default: .broken
            }
        case is NIOConnectionError: .notConnected
        // An address that needs no look-up fails with what the system says.
        case let error as IOError where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode): .notConnected
        default: .broken
        }
    }
}
