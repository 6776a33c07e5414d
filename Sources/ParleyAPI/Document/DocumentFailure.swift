import HTTPTypes

/// Refusals as the document declares them: one named response for each status (contract: semantics §2).
extension APIDocument {
    struct FailureAnswer: Sendable {
        let status: Int
        let name: String
        let note: String
        /// A header that comes with it, and what it says.
        var header: (name: String, note: String)?

        static let all: [FailureAnswer] = [
            FailureAnswer(status: 400, name: "InvalidParameter", note: "A parameter is missing or not what was expected."),
            FailureAnswer(
                status: 401, name: "Unauthenticated", note: "The credentials are missing or wrong.",
                header: ("WWW-Authenticate", "How to present credentials.")),
            FailureAnswer(status: 403, name: "Forbidden", note: "The credentials, or the state of things, do not allow it."),
            FailureAnswer(status: 404, name: "NotFound", note: "There is nothing at this path."),
            FailureAnswer(
                status: 405, name: "MethodNotAllowed", note: "The path has other methods.", header: ("Allow", "The methods that it has.")),
            FailureAnswer(status: 408, name: "TooSlow", note: "The request's body did not come in time."),
            FailureAnswer(status: 409, name: "Conflict", note: "Something that is there stands against it."),
            FailureAnswer(status: 413, name: "TooLarge", note: "The request's body is too long."),
            FailureAnswer(
                status: 429, name: "TooManyRequests", note: "Nothing was done; try again later.",
                header: ("Retry-After", "In how many seconds.")),
            FailureAnswer(
                status: 503, name: "Unavailable", note: "Nothing was changed; try again.", header: ("Retry-After", "In how many seconds.")),
        ]

        /// The statuses that a method may be refused with.
        static func statuses(of method: HTTPRequest.Method) -> Set<Int> {
            let common: Set<Int> = [400, 401, 403, 404, 405, 429, 503]
            return switch method {
            case .get: common
            case .post: common.union([408, 409, 413])
            default: common.union([409])
            }
        }

        func response(_ schemas: inout Schemas) -> JSON {
            var members = [Member("description", .string(note))]
            if let header {
                members.append(
                    Member(
                        "headers", .object([Member(header.name, ["description": .string(header.note), "schema": ["type": "string"]])])))
            }
            members.append(Member("content", ["application/json": ["schema": ["$ref": .string(schemas.referenceError())]]]))
            return .object(members)
        }
    }
}
