import ParleyCore

/// A callback with the means to look into it: parameters of the query and of a form, or a JSON body.
struct CallbackReading {
    let request: CallbackRequest
    private let parameters: [Parameter]
    let json: JSONValue?
    /// Why the body cannot be read, nil when it can or there is none.
    let fault: String?

    init(_ request: CallbackRequest) {
        self.request = request
        var parameters = PercentEncoding.fields(request.query)
        var json: JSONValue?
        var fault: String?
        let type = (request.header("Content-Type") ?? "").prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        if !request.body.isEmpty {
            if type == "application/x-www-form-urlencoded" {
                // What the body says comes first.
                parameters = PercentEncoding.fields(String(decoding: request.body, as: UTF8.self)) + parameters
            } else if type == "application/json" || type.hasSuffix("+json") {
                json = JSONReader.read(request.body)
                if json == nil { fault = "the body is not JSON" }
            } else {
                fault = "the body is neither a form nor JSON"
            }
        }
        self.parameters = parameters
        self.json = json
        self.fault = fault
    }

    /// The value at a place as bytes; `element` is where pointers start, the whole body when nil.
    func bytes(_ place: FieldPlace, in element: JSONValue?) -> [UInt8]? {
        switch place {
        case .parameter(let name): parameters.first { $0.name == name }?.value
        case .pointer(let pointer): (element ?? json).flatMap { pointer.first(in: $0)?.scalarText }.map { Array($0.utf8) }
        }
    }

    func text(_ place: FieldPlace, in element: JSONValue?) -> String? {
        bytes(place, in: element).map { String(decoding: $0, as: UTF8.self) }
    }

    func meets(_ condition: CallbackEvent.Condition, in element: JSONValue?) -> Bool {
        condition.parameters.allSatisfy { name, test in text(.parameter(name), in: nil).map(test.holds) ?? false }
            && condition.json.allSatisfy { pointer, test in text(.pointer(pointer), in: element).map(test.holds) ?? false }
    }

    /// The request as it is kept: without the headers, which may hold credentials, and without the secret part of the path.
    var raw: [UInt8] {
        let target = "/" + request.path.rawValue + (request.query.isEmpty ? "" : "?\(request.query)")
        let type = request.header("Content-Type").map { "Content-Type: \($0)\r\n" } ?? ""
        return Array("\(request.method) \(target)\r\n\(type)\r\n".utf8) + request.body
    }
}
