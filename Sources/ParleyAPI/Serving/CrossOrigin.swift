import HTTPTypes
import Hummingbird

/// Lets pages of other origins call the API (Fetch standard, CORS): the contract's answers say so on each operation.
///
/// Credentials come in a header that the page itself sets, never from the browser's own store, so any origin may ask.
enum CrossOrigin {
    static func respond(
        to request: Request, _ respond: () async -> (answer: Answer, pattern: String)
    ) async -> (answer: Answer, pattern: String) {
        if request.method == .options, request.headers[requestMethod] != nil { return (Answer(status: 204, headers: preflight), "-") }
        var (answer, pattern) = await respond()
        answer.headers[.accessControlAllowOrigin] = "*"
        answer.headers[.accessControlExposeHeaders] = "ETag, Parley-Position, Retry-After"
        return (answer, pattern)
    }

    private static let requestMethod = HTTPField.Name.accessControlRequestMethod

    private static let preflight: HTTPFields = [
        .accessControlAllowOrigin: "*", .accessControlAllowMethods: "GET, POST, DELETE, OPTIONS",
        .accessControlAllowHeaders:
            "Authorization, Content-Type, Idempotency-Key, If-None-Match, Range, X-Twilio-Token, X-Twilio-Webhook-Enabled",
        .accessControlMaxAge: "600",
    ]
}
