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
        // Connections are given up before the gateway gives them up (60 s), so that no request meets one that is just being closed.
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.tlsConfiguration = options.tlsConfiguration
        configuration.httpVersion = .http1Only
        // Whether to try again is decided above, where it is known what a repetition does.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroup: group, configuration: configuration)
    }

    /// The time is for all of it: the client's own limit ends with the head of the answer, and a body may stop in its middle.
    func exchange(_ request: WireRequest) async throws(WireFailure) -> WireAnswer {
        do {
            return try await withThrowingTaskGroup(of: WireAnswer.self) { group in
                group.addTask { try await self.transfer(request) }
                group.addTask {
                    try await Task.sleep(for: request.time)
                    throw WireFailure.timedOut
                }
                defer { group.cancelAll() }
                guard let answer = try await group.next() else { throw WireFailure.broken }
                return answer
            }
        } catch {
            throw Task.isCancelled ? WireFailure.cancelled : (error as? WireFailure) ?? .broken
        }
    }

    private func transfer(_ request: WireRequest) async throws(WireFailure) -> WireAnswer {
        do {
            var outgoing = HTTPClientRequest(url: request.url)
            outgoing.method = HTTPMethod(rawValue: request.method)
            for (name, value) in request.headers { outgoing.headers.replaceOrAdd(name: name, value: value) }
            if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
            let answer = try await client.execute(outgoing, timeout: TimeAmount(request.time))
            let body = try await answer.body.collect(upTo: request.bytesMax)
            // A body whose reader was cancelled just ends.
            try Task.checkCancellation()
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
            // It is also how requests end that the shutdown meets.
            case .cancelled: Task.isCancelled ? .cancelled : .shutDown
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
