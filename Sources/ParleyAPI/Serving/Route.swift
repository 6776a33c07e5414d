import HTTPTypes

/// One method of one path, with what answers it.
struct Route: Sendable {
    typealias Handler = @Sendable (Exchange) async throws -> Answer

    let method: HTTPRequest.Method
    /// As in `Conversations/{conversation}/Messages`; `{rest…}` at the end takes all that follows.
    let pattern: String
    let handle: Handler
    /// Who may use it. It is a route of the contract, not open to tokens, unless `configuring`, `operating` or `openedToTokens` say so.
    var access = RouteAccess()
    private let pieces: [Piece]

    private enum Piece: Sendable {
        case literal(String)
        case variable(String)
        case rest(String)
    }

    init(_ method: HTTPRequest.Method, _ pattern: String, _ handle: @escaping Handler) {
        self.method = method
        self.pattern = pattern
        self.handle = handle
        pieces = pattern.split(separator: "/").map { piece in
            guard piece.hasPrefix("{"), piece.hasSuffix("}") else { return .literal(String(piece)) }
            let name = piece.dropFirst().dropLast()
            return name.hasSuffix("…") ? .rest(String(name.dropLast())) : .variable(String(name))
        }
    }

    /// The variables when the path is this route's, nil when it is not. A variable is never empty.
    func match(_ segments: ArraySlice<String>) -> [String: String]? {
        var variables: [String: String] = [:]
        var left = segments
        for piece in pieces {
            guard let segment = left.popFirst() else { return nil }
            switch piece {
            case .literal(let text):
                guard segment == text else { return nil }
            case .variable(let name):
                guard !segment.isEmpty else { return nil }
                variables[name] = segment
            case .rest(let name):
                variables[name] = ([segment] + left).joined(separator: "/")
                left = []
            }
        }
        return left.isEmpty ? variables : nil
    }
}

/// The routes under one prefix. The first that matches answers, so what is more special stands first.
struct RouteTable: Sendable {
    let routes: [Route]

    enum Match {
        case route(Route, variables: [String: String])
        /// The path exists, the method does not.
        case otherMethods([HTTPRequest.Method])
        case none
    }

    init(_ routes: [Route]) { self.routes = routes }

    /// HEAD is answered by the route of GET.
    func match(_ method: HTTPRequest.Method, _ segments: ArraySlice<String>) -> Match {
        let wanted = method == .head ? .get : method
        var others: [HTTPRequest.Method] = []
        for route in routes {
            guard let variables = route.match(segments) else { continue }
            if route.method == wanted { return .route(route, variables: variables) }
            others.append(route.method)
        }
        return others.isEmpty ? .none : .otherMethods(others)
    }
}
