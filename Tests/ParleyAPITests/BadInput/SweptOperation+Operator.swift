import HTTPTypes

/// The operator's routes that the document does not have.
extension SweptOperation {
    static func ofTheOperator(held: Int) throws -> [SweptOperation] {
        let none = try Specification("{}".utf8)
        func operation(
            _ method: HTTPRequest.Method, _ path: String, _ place: DocumentedParameter.Place, _ schemas: [(String, [String: Any])],
            required: Set<String> = []
        ) -> SweptOperation {
            let parameters = schemas.map { DocumentedParameter($0, place, $1, isRequired: required.contains($0), in: none) }
            return SweptOperation(method: method, path: "/admin/v1/" + path, parameters: parameters, takesForm: place == .form)
        }
        let word: [String: Any] = ["type": "string", "enum": [String]()]
        let text: [String: Any] = ["type": "string"]
        let boolean: [String: Any] = ["type": "boolean"]
        let page: [(String, [String: Any])] = [("limit", ["type": "integer", "maximum": 500]), ("cursor", text)]
        return [
            operation(.get, "queue", .query, [("adapter", text), ("phase", word)] + page),
            operation(.get, "inbox", .query, [("verdict", word)] + page),
            operation(.get, "inbox/\(held)", .query, [("raw", boolean)]),
            operation(
                .post, "inbox/\(held)/assign", .form, [("Conversation", text), ("AddParticipant", boolean)], required: ["Conversation"]),
            operation(.post, "inbox/\(held)/replay", .form, []), operation(.post, "inbox/\(held)/drop", .form, []),
            operation(.get, "webhooks/deliveries", .query, [("phase", word)] + page),
            operation(.get, "erasures", .query, page),
            operation(.post, "erasures", .form, [("Address", text), ("Identity", text), ("DryRun", word)]),
        ]
    }
}
