import Synchronization

/// A scripted HTTP server: it records requests and answers as it is told.
final class HTTPScript: Sendable {
    struct Request: Sendable {
        var connection: Int
        var line: String
        var headers: [String]
        var body: [UInt8]

        func header(_ name: String) -> String? {
            headers.first { $0.lowercased().hasPrefix(name.lowercased() + ":") }.map { String($0.dropFirst(name.count + 1)).trimmed }
        }
    }

    enum Answer: Sendable {
        /// Status, further header lines, body.
        case ok(Int, [String] = [], [UInt8] = [])
        /// These very bytes.
        case raw(String)
        /// Nothing, for ever.
        case silence
        /// Nothing, and the connection is closed.
        case hangUp
    }

    let requests = Record<Request>()
    let server: LoopbackServer
    var url: String { "http://127.0.0.1:\(server.port)" }

    /// - Parameter answer: gets the request and how many came before it.
    init(_ answer: @escaping @Sendable (Request, Int) -> Answer) {
        let requests = requests
        let connections = Atomic(0)
        server = LoopbackServer { connection in
            let number = connections.add(1, ordering: .relaxed).newValue
            while let request = Self.read(connection, number) {
                let before = requests.all.count
                requests.add(request)
                switch answer(request, before) {
                case .ok(let status, let headers, let body):
                    let length = request.line.hasPrefix("HEAD") || status == 204 ? "" : "Content-Length: \(body.count)\r\n"
                    connection.write("HTTP/1.1 \(status) X\r\n\(headers.map { $0 + "\r\n" }.joined())\(length)\r\n")
                    connection.write(body)
                case .raw(let text): connection.write(text)
                case .silence: connection.drain()
                case .hangUp: return
                }
            }
        }
    }

    private static func read(_ connection: Connection, _ number: Int) -> Request? {
        guard let line = connection.line() else { return nil }
        var request = Request(connection: number, line: line, headers: [], body: [])
        while let header = connection.line(), !header.isEmpty { request.headers.append(header) }
        guard let length = request.header("Content-Length").flatMap(Int.init) else { return request }
        guard let body = connection.bytes(length) else { return nil }
        request.body = body
        return request
    }
}

extension String {
    fileprivate var trimmed: String { split(separator: " ").joined(separator: " ") }
}

extension HTTPScript {
    /// Answers every request with its own body.
    static func echo() -> HTTPScript { HTTPScript { request, _ in .ok(200, ["X-Line: \(request.line)"], request.body) } }
}
