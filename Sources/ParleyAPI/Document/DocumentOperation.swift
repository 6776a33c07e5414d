import HTTPTypes

/// One operation: its name, its path and method, what it takes and what it answers.
extension APIDocument {
    struct Operation: Sendable {
        /// The two halves of the operation's name. `Service` stands between them where the path names the service.
        let verb: String
        let noun: String
        let method: HTTPRequest.Method
        /// Without the scope's prefix.
        let path: String
        let summary: String
        var parameters: [Parameter] = []
        var input: Input = .none
        let replies: [Reply]
        /// Whether a key makes repeats of the request harmless.
        var takesIdempotencyKey = false
        /// Whether it needs credentials, and may be refused.
        var isOpen = false

        enum Input: Sendable {
            case none
            case form([Field])
            /// The body as it is, of these media types.
            case raw([String], note: String)
        }

        func name(in scope: Scope) -> String { verb + (scope == .service ? "Service" : "") + noun }

        /// - Parameters:
        ///   - key: the member of the answer that holds the rows.
        ///   - pageMax: the most rows on a page.
        static func list(
            _ noun: String, _ path: String, _ key: String, of resource: Resource, pageMax: Int, _ summary: String,
            query: [Parameter] = []
        ) -> Operation {
            Operation(
                verb: "List", noun: noun, method: .get, path: path, summary: summary, parameters: query + Parameter.paging(max: pageMax),
                replies: [Reply(200, "A page of the list.", .list(key, resource))])
        }

        /// - Parameters:
        ///   - headers: parameters besides the form's.
        ///   - more: fields that several forms have.
        static func create(
            _ noun: String, _ path: String, _ resource: Resource, _ summary: String, headers: [Parameter] = [], form: [Field],
            also more: [Field] = []
        ) -> Operation {
            Operation(
                verb: "Create", noun: noun, method: .post, path: path, summary: summary, parameters: headers, input: .form(form + more),
                replies: [Reply(201, "The created resource.", .resource(resource))], takesIdempotencyKey: true)
        }

        static func fetch(_ noun: String, _ path: String, _ resource: Resource, _ summary: String) -> Operation {
            Operation(
                verb: "Fetch", noun: noun, method: .get, path: path, summary: summary,
                replies: [Reply(200, "The resource.", .resource(resource))])
        }

        static func update(
            _ noun: String, _ path: String, _ resource: Resource, _ summary: String, headers: [Parameter] = [], form: [Field],
            also more: [Field] = []
        ) -> Operation {
            Operation(
                verb: "Update", noun: noun, method: .post, path: path, summary: summary, parameters: headers, input: .form(form + more),
                replies: [Reply(200, "The changed resource.", .resource(resource))], takesIdempotencyKey: true)
        }

        static func delete(_ noun: String, _ path: String, _ summary: String, headers: [Parameter] = []) -> Operation {
            Operation(
                verb: "Delete", noun: noun, method: .delete, path: path, summary: summary, parameters: headers,
                replies: [Reply(204, "Deleted.", .empty)])
        }
    }

    /// An answer to what was done.
    struct Reply: Sendable {
        enum Content: Sendable {
            case empty
            case resource(Resource)
            /// Rows under this key, with the page's place beside them.
            case list(String, Resource)
            /// A stretch of rows under this key, with whether more lie beyond it on either side.
            case window(String, Resource)
            /// Bytes of this media type.
            case bytes(String)
            /// A JSON object that no resource describes.
            case object
        }

        let status: Int
        let note: String
        let content: Content

        init(_ status: Int, _ note: String, _ content: Content) {
            self.status = status
            self.note = note
            self.content = content
        }
    }
}
