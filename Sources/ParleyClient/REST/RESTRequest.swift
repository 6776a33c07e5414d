/// A request to the gateway's API, before tokens and addresses.
struct RESTRequest: Sendable {
    enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    enum Content: Sendable {
        case none
        case form([(String, String)])
        case bytes([UInt8], type: String)
    }

    var method: Method
    /// The parts after the service, not encoded.
    var path: [String]
    var query: [(String, String)] = []
    var content = Content.none
    /// A limit of its own for the answer's length.
    var bytesMax: Int?
    /// True when a medium goes or comes: it has a time of its own.
    var isMedium = false

    static func get(_ path: [String], _ query: [(String, String)] = []) -> RESTRequest {
        RESTRequest(method: .get, path: path, query: query)
    }

    static func post(_ path: [String], _ form: [(String, String)]) -> RESTRequest {
        RESTRequest(method: .post, path: path, content: .form(form))
    }

    static func delete(_ path: [String]) -> RESTRequest { RESTRequest(method: .delete, path: path) }
}

struct RESTAnswer: Sendable {
    /// Up to this event the answer tells everything (`Parley-Position`); 0 when the gateway did not say.
    let position: Int64
    let bytes: [UInt8]

    func json() throws(ConversationsError) -> JSONValue {
        do { return try JSONValue(parsing: bytes) } catch { throw .notUnderstood }
    }
}
