import Synchronization

@testable import ParleyClient

/// A gateway that answers from a script; what is not in the script is not there.
final class FakeWire: HTTPWire {
    typealias Handler = @Sendable (WireRequest) throws(WireFailure) -> WireAnswer

    private struct State {
        var requests: [WireRequest] = []
        var handlers: [String: Handler] = [:]
        var isShutDown = false
    }

    private let state = Mutex(State())

    var requests: [WireRequest] { state.withLock { $0.requests } }
    var isShutDown: Bool { state.withLock { $0.isShutDown } }

    /// Method and path without the service, such as `GET MyConversations/CH1`.
    var lines: [String] { requests.map(FakeWire.line) }

    func on(_ line: String, _ handler: @escaping Handler) { state.withLock { $0.handlers[line] = handler } }

    func on(_ line: String, at position: Int64, _ body: JSONValue, status: Int = 200) {
        on(line) { _ in .json(body, status: status, at: position) }
    }

    func exchange(_ request: WireRequest) async throws(WireFailure) -> WireAnswer {
        let handler = state.withLock { state in
            state.requests.append(request)
            return state.handlers[FakeWire.line(request)] ?? state.handlers[FakeWire.line(request).split(separator: "?")[0].description]
        }
        guard let handler else { return .json(["code": 20404, "message": "not there", "status": 404], status: 404, at: nil) }
        return try handler(request)
    }

    func shutdown() async { state.withLock { $0.isShutDown = true } }

    private static func line(_ request: WireRequest) -> String {
        "\(request.method) \(request.url.replacing("http://gateway.test/v1/Services/IS1/", with: ""))"
    }
}

extension WireAnswer {
    static func json(_ body: JSONValue, status: Int = 200, at position: Int64?, headers: [String: String] = [:]) -> WireAnswer {
        var headers = headers
        if let position { headers["parley-position"] = String(position) }
        return WireAnswer(status: status, headers: headers, body: Array(((try? body.text()) ?? "").utf8))
    }
}

extension WireRequest {
    var text: String { String(decoding: body, as: UTF8.self) }
}
