import HTTPTypes
import Hummingbird
import NIOCore
import ParleyCore

/// What a route answers.
struct Answer: Sendable {
    var status: Int
    var headers: HTTPFields
    var body: Body

    enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// So many bytes, written as they are read.
        case stream(ResponseBody)
    }

    init(status: Int, headers: HTTPFields = [:], body: Body = .none) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    static func json(_ value: JSON, status: Int = 200) -> Answer { json(bytes: value.bytes, status: status) }

    static func json(bytes: [UInt8], status: Int) -> Answer {
        Answer(status: status, headers: [.contentType: "application/json; charset=utf-8"], body: .bytes(bytes))
    }

    static let noContent = Answer(status: 204)

    var response: Response {
        // What a provider's definition or a gateway's control asks for is not trusted to be a final status of HTTP.
        let status = HTTPResponse.Status(code: (200...599).contains(status) ? status : 500)
        switch body {
        case .none: return Response(status: status, headers: headers)
        case .bytes(let bytes): return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        case .stream(let body): return Response(status: status, headers: headers, body: body)
        }
    }
}

extension Answer {
    /// The contract's error body (contract: semantics §2).
    static func refusal(_ refusal: Refusal, headers: HTTPFields = [:]) -> Answer {
        var answer = Answer.json(
            [
                "code": .integer(refusal.code), "message": .string(refusal.message),
                "more_info": .string("https://www.twilio.com/docs/errors/\(refusal.code)"), "status": .integer(refusal.status),
            ],
            status: refusal.status)
        for field in headers { answer.headers[field.name] = field.value }
        return answer
    }
}

extension Refusal {
    static let unauthenticated = Refusal(
        code: 20003, status: 401, message: "Authentication failed: expected HTTP Basic or a bearer token with valid credentials")

    static let tooManyFailures = Refusal(code: 20429, status: 429, message: "Too many requests with wrong credentials: try again later")

    static let methodNotAllowed = Refusal(code: 20004, status: 405, message: "Method not allowed")

    /// Says nothing of the reason, for it goes to strangers.
    static let forbidden = Refusal(code: 20403, status: 403, message: "Forbidden")

    static func tooLarge(_ limit: Int) -> Refusal {
        Refusal(code: 20413, status: 413, message: "The request body is longer than \(limit) bytes")
    }

    static let tooSlow = Refusal(code: 20408, status: 408, message: "The request body did not come in time")

    static let broken = Refusal(code: 20001, status: 400, message: "The request body is incomplete")

    static let unavailable = Refusal(code: 20503, status: 503, message: "Service unavailable: nothing was changed; try again")

    static let internalError = Refusal(code: 20500, status: 500, message: "Internal server error")
}
