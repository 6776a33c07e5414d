import HTTPTypes
import Hummingbird
import Logging
import ParleyBroker
import ParleyCore

/// Where providers call back: `/adapters/{name}/{inbound|receipts}[/{secret}]`. A callback is acknowledged after what it says was committed.
struct CallbackRoutes: Sendable {
    let broker: Broker
    let tally: CallbackTally
    let logger: Logger

    var routes: [Route] {
        CallbackRequest.Path.allCases.flatMap { path in
            ["", "/{secret}"].flatMap { end in
                [HTTPRequest.Method.get, .post].map { method in
                    Route(method, "adapters/{adapter}/\(path.rawValue)\(end)") { try await take($0, path) }
                }
            }
        }
    }

    private func take(_ exchange: Exchange, _ path: CallbackRequest.Path) async throws -> Answer {
        let adapter = exchange.variable("adapter")
        // A name that is not known is answered before anything is read.
        guard broker.gateway(adapter) is any CallbackGateway else { throw Refusal.notFound("/adapters") }
        let body = try await exchange.body(max: exchange.bounds.callbackBytes)
        let request = CallbackRequest(
            path: path, method: exchange.request.method.rawValue, url: url(exchange.path), query: exchange.path.query,
            headers: exchange.request.headers.map { HeaderField($0.name.rawName, $0.value) }, body: body,
            secret: exchange.variables["secret"])
        do {
            return acknowledge(try await broker.callback(request, adapter: adapter))
        } catch .unauthentic(let unauthentic) {
            tally.count(adapter)
            logger.warning("a callback was refused", metadata: ["adapter": "\(adapter)", "reason": "\(unauthentic.reason)"])
            return .refusal(.forbidden)
        } catch .unknownAdapter {
            throw Refusal.notFound("/adapters")
        } catch .notDurable(let failure) {
            throw failure
        }
    }

    /// The URL as the provider called it, which signatures are made over: our public origin may stand before a proxy.
    private func url(_ path: RequestPath) -> String {
        broker.rules.publicURL + path.raw + (path.query.isEmpty ? "" : "?" + path.query)
    }

    private func acknowledge(_ acknowledgement: Acknowledgement) -> Answer {
        var answer = Answer(status: acknowledgement.status, body: .bytes(Array(acknowledgement.body.utf8)))
        if let type = acknowledgement.contentType, HTTPField.isValidValue(type) { answer.headers[.contentType] = type }
        // These may not have a body (RFC 9110 §15.3.5, §15.4.5).
        if [204, 304].contains(answer.status) { answer.body = .none }
        return answer
    }
}
