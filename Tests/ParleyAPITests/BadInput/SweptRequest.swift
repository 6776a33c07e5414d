import Foundation
import HTTPTypes

/// A request in its parts, so that one of them can be exchanged.
struct SweptRequest {
    enum Body {
        case none
        case form([(String, String)])
        case raw(String, [UInt8])
    }

    let method: HTTPRequest.Method
    let template: String
    /// Percent-encoded already.
    var variables: [String: String] = [:]
    var query: [(String, String)] = []
    var headers: HTTPFields = [:]
    var body = Body.none
    /// A pair at the end of the query or the form, percent-encoded already.
    private var tried: [(place: DocumentedParameter.Place, text: String)] = []

    init(method: HTTPRequest.Method, template: String) {
        self.method = method
        self.template = template
    }

    /// The same request without a parameter, or with the values given in its place.
    func with(_ parameter: DocumentedParameter, _ values: [String]) -> SweptRequest {
        var request = self
        switch parameter.place {
        case .path: request.variables[parameter.name] = values.first
        case .header:
            guard let name = HTTPField.Name(parameter.name) else { return request }
            for value in values { request.headers.append(HTTPField(name: name, value: value)) }
        case .query, .form:
            request.query.removeAll { $0.0 == parameter.name }
            if case .form(let form) = request.body { request.body = .form(form.filter { $0.0 != parameter.name }) }
            request.tried = values.map { (parameter.place, "\(parameter.name)=\($0)") }
        }
        return request
    }

    var target: String {
        let path = variables.reduce(template) { $0.replacingOccurrences(of: "{\($1.key)}", with: $1.value) }
        let pairs = query.map { "\($0)=\(Caller.encode($1))" } + tried.filter { $0.place == .query }.map(\.text)
        return pairs.isEmpty ? path : path + "?" + pairs.joined(separator: "&")
    }

    func send(_ caller: Caller) async throws -> Reply {
        switch body {
        case .none: return try await caller.send(method, target, headers)
        case .raw(let type, let bytes):
            var headers = headers
            if headers[.contentType] == nil { headers[.contentType] = type }
            return try await caller.send(method, target, headers, bytes)
        case .form(let form):
            let pairs = form.map { "\($0)=\(Caller.encode($1))" } + tried.filter { $0.place == .form }.map(\.text)
            return try await caller.post(target, text: pairs.joined(separator: "&"), headers)
        }
    }
}
