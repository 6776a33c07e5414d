/// Resources as answers have them, and the document's table of schemas.
extension APIDocument {
    /// A resource that answers carry.
    struct Resource: Sendable {
        private let path: [String]
        private let isOwn: Bool
        /// Whether one that is our own has something in it that is another where the path names the service.
        private let hasTwin: Bool
        let fields: [Field]

        /// A resource of the contract. Its path ends in its own name: `["user", "user_conversation"]` is
        /// `conversations.v1.user.user_conversation`, and `conversations.v1.service.service_user.service_user_conversation` where the path
        /// names the service.
        init(_ path: [String], _ fields: [Field]) {
            self.path = path
            self.fields = fields
            isOwn = false
            hasTwin = true
        }

        /// A resource that the contract does not describe; it is the same in every scope unless it has a twin.
        init(own name: String, hasTwin: Bool = false, _ fields: [Field]) {
            path = [name]
            self.fields = fields
            isOwn = true
            self.hasTwin = hasTwin
        }

        func name(in scope: Scope) -> String {
            if isOwn { return "parley.v1." + (hasTwin && scope == .service ? "service_" : "") + path.joined(separator: ".") }
            let parts = scope == .service ? ["service"] + path.map { "service_" + $0 } : path
            return "conversations.v1." + parts.joined(separator: ".")
        }

        func schema(in scope: Scope, _ schemas: inout Schemas) -> JSON {
            let present = fields.filter { $0.only == nil || $0.only == scope }
            return [
                "type": "object",
                "properties": .object(present.map { Member($0.name, $0.schema(in: scope, nullable: true, &schemas)) }),
            ]
        }
    }

    /// The schemas that something refers to, in the order of their first mention. A reference puts its schema here, so that none leads
    /// nowhere.
    struct Schemas {
        private(set) var members: [JSON.Member] = []
        private var known: Set<String> = []

        mutating func reference(_ resource: Resource, in scope: Scope) -> String {
            reference(resource.name(in: scope)) { resource.schema(in: scope, &$0) }
        }

        mutating func reference(_ enumeration: Enumeration, in scope: Scope) -> String {
            reference(enumeration.name(in: scope)) { _ in enumeration.schema }
        }

        /// The `meta` of lists.
        mutating func referencePage() -> String { reference("parley.v1.page") { _ in Schemas.page } }

        /// The `meta` of windows.
        mutating func referenceWindow() -> String { reference("parley.v1.window") { _ in Schemas.window } }

        /// The body of refusals.
        mutating func referenceError() -> String { reference("parley.v1.error") { _ in Schemas.error } }

        private mutating func reference(_ name: String, _ make: (inout Schemas) -> JSON) -> String {
            if known.insert(name).inserted {
                let schema = make(&self)
                members.append(Member(name, schema))
            }
            return "#/components/schemas/" + name
        }

        private static let page: JSON = [
            "type": "object", "required": .array(["key", "page", "page_size", "url", "next_page_url"]),
            "properties": [
                "key": ["type": "string", "description": "The member that holds the rows."], "page": ["type": "integer"],
                "page_size": ["type": "integer"], "url": ["type": "string", "format": "uri"],
                "first_page_url": ["type": "string", "format": "uri"],
                "previous_page_url": ["type": "string", "format": "uri", "nullable": .bool(true)],
                "next_page_url": [
                    "type": "string", "format": "uri", "nullable": .bool(true), "description": "Null on the last page.",
                ],
            ],
        ]

        private static let window: JSON = [
            "type": "object", "required": .array(["key", "page_size", "has_next", "has_previous"]),
            "properties": [
                "key": ["type": "string", "description": "The member that holds the rows."], "page_size": ["type": "integer"],
                "has_next": ["type": "boolean", "description": "Whether there are later rows."],
                "has_previous": ["type": "boolean", "description": "Whether there are earlier rows."],
            ],
        ]

        private static let error: JSON = [
            "type": "object", "required": .array(["code", "message", "more_info", "status"]),
            "properties": [
                "code": ["type": "integer", "description": "What went wrong, more finely than the status."],
                "message": ["type": "string", "description": "For people; it names the parameter that is at fault."],
                "more_info": ["type": "string", "format": "uri"], "status": ["type": "integer", "description": "The HTTP status."],
            ],
        ]
    }
}
