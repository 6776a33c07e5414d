import ParleyCore

/// A callback with the means to look into it: parameters of the query and of a form, or a JSON or XML body.
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
        if !request.body.isEmpty {
            switch request.bodyKind {
            case .form:
                // What the body says comes first.
                parameters = PercentEncoding.fields(String(decoding: request.body, as: UTF8.self)) + parameters
            case .json:
                json = JSONReader.read(request.body)
                if json == nil { fault = "the body is not JSON" }
            case .xml:
                json = XMLReader.read(request.body)
                if json == nil { fault = "the body is not XML without a document type" }
            case .other:
                fault = "the body is neither a form nor JSON nor XML"
            }
        }
        self.parameters = parameters
        self.json = json
        self.fault = fault
    }

    /// The value at a place as bytes; `element` is where pointers start, the whole body when nil. Several texts are joined by line breaks.
    func bytes(_ place: FieldPlace, in element: JSONValue?) -> [UInt8]? {
        switch place {
        case .parameter(let name): return parameters.first { $0.name == name }?.value
        case .pointer(let pointer):
            let texts = (element ?? json).map { pointer.values(in: $0).compactMap(\.scalarText) } ?? []
            return texts.isEmpty ? nil : Array(texts.joined(separator: "\n").utf8)
        }
    }

    func text(_ place: FieldPlace, in element: JSONValue?) -> String? {
        bytes(place, in: element).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The text, nil when there is none or it is empty.
    func filled(_ place: FieldPlace?, in element: JSONValue?) -> String? {
        place.flatMap { text($0, in: element) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    func meets(_ condition: CallbackEvent.Condition) -> Bool {
        condition.parameters.allSatisfy { name, test in test.holds(text(.parameter(name), in: nil).map { [$0] } ?? []) }
            && condition.headers.allSatisfy { name, test in test.holds(request.header(name).map { [$0] } ?? []) }
            && condition.json.allSatisfy { pointer, test in test.holds(json.map { pointer.values(in: $0).map(\.scalarText) } ?? []) }
    }

    /// The elements of a list: a pointer ends at the list, or with `*` at its elements. Nil when there is no list.
    func elements(_ pointer: JSONPointer) -> [JSONValue]? {
        guard let json else { return nil }
        let values = pointer.values(in: json)
        if pointer.text.hasSuffix("/*") { return values.isEmpty ? nil : values }
        guard let value = values.first else { return nil }
        if case .array(let elements) = value { return elements }
        // In XML a list of one element is that element.
        return request.bodyKind == .xml ? [value] : nil
    }

    /// The request as it is kept: without the headers, which may hold credentials, and without the secret part of the path.
    var raw: [UInt8] {
        let target = "/" + request.path.rawValue + (request.query.isEmpty ? "" : "?\(request.query)")
        let type = request.header("Content-Type").map { "Content-Type: \($0)\r\n" } ?? ""
        return Array("\(request.method) \(target)\r\n\(type)\r\n".utf8) + request.body
    }
}

extension CallbackRequest {
    enum BodyKind {
        case form
        case json
        case xml
        case other
    }

    var bodyKind: BodyKind {
        let type = (header("Content-Type") ?? "").prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        switch type {
        case "application/x-www-form-urlencoded": return .form
        case "application/json", "text/json": return .json
        case "application/xml", "text/xml": return .xml
        default: return type.hasSuffix("+json") ? .json : type.hasSuffix("+xml") ? .xml : .other
        }
    }
}
