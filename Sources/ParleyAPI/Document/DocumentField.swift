/// Fields of answers and of forms, and the types that they have.
extension APIDocument {
    /// A member of an answer, or a parameter of a form.
    struct Field: Sendable {
        let name: String
        let type: FieldType
        let note: String?
        /// The only scope in which the field is there; nil: in both.
        let only: Scope?
        /// Of a form: the request is refused without it.
        let required: Bool
        /// Whether null may stand in its place. When not said, it may in answers and may not in forms. An enumeration says it itself.
        let nullable: Bool?

        init(
            _ name: String, _ type: FieldType, _ note: String? = nil, only: Scope? = nil, required: Bool = false, nullable: Bool? = nil
        ) {
            self.name = name
            self.type = type
            self.note = note
            self.only = only
            self.required = required
            self.nullable = nullable
        }

        func schema(in scope: Scope, nullable isNullable: Bool, _ schemas: inout Schemas) -> JSON {
            var members = type.schema(in: scope, &schemas)
            // OpenAPI 3.0 ignores whatever stands beside a reference.
            switch type {
            case .enumeration, .resource: return .object(members)
            default: break
            }
            if nullable ?? isNullable { members.append(Member("nullable", .bool(true))) }
            if let note { members.append(Member("description", .string(note))) }
            return .object(members)
        }
    }

    /// A type of the contract (contract: REST §2, §3).
    indirect enum FieldType: Sendable {
        case string
        case integer
        case integerWithin(minimum: Int, maximum: Int?, format: String?)
        case boolean
        case dateTime
        case uri
        /// An object of URLs by name.
        case links
        /// A SID with this prefix.
        case sid(String)
        /// A SID with any prefix.
        case anySID
        case enumeration(Enumeration)
        case array(FieldType)
        /// An object with these members and no others.
        case object([Field])
        /// Another resource, which is there in every answer.
        case resource(Resource)
        /// Any JSON value: the contract gives no type.
        case anyJSON

        func schema(in scope: Scope, _ schemas: inout Schemas) -> [JSON.Member] {
            switch self {
            case .string: FieldType.typed("string")
            case .integer: FieldType.typed("integer")
            case .integerWithin(let minimum, let maximum, let format):
                FieldType.typed("integer", format) + [Member("minimum", .integer(minimum))]
                    + (maximum.map { [Member("maximum", .integer($0))] } ?? [])
            case .boolean: FieldType.typed("boolean")
            case .dateTime: FieldType.typed("string", "date-time")
            case .uri: FieldType.typed("string", "uri")
            case .links: FieldType.typed("object", "uri-map") + [Member("additionalProperties", .object(FieldType.typed("string", "uri")))]
            case .sid(let prefix): FieldType.sid(prefix: prefix)
            case .anySID: FieldType.sid(prefix: "[a-zA-Z]{2}")
            case .enumeration(let enumeration): [Member("$ref", .string(schemas.reference(enumeration, in: scope)))]
            case .array(let element): FieldType.typed("array") + [Member("items", .object(element.schema(in: scope, &schemas)))]
            case .object(let fields):
                FieldType.typed("object") + [
                    Member("properties", .object(fields.map { Member($0.name, $0.schema(in: scope, nullable: false, &schemas)) }))
                ]
            case .resource(let resource): [Member("$ref", .string(schemas.reference(resource, in: scope)))]
            case .anyJSON: []
            }
        }

        private static func typed(_ name: String, _ format: String? = nil) -> [JSON.Member] {
            [Member("type", .string(name))] + (format.map { [Member("format", .string($0))] } ?? [])
        }

        /// A SID's schema (contract: REST §5, "SID prefixes").
        private static func sid(prefix: String) -> [JSON.Member] {
            typed("string") + [
                Member("minLength", .integer(34)), Member("maxLength", .integer(34)),
                Member("pattern", .string("^\(prefix)[0-9a-fA-F]{32}$")),
            ]
        }
    }

    /// A list of words with a name of its own in the document, such as `conversation_enum_state`, and another name for the twin under a
    /// service.
    struct Enumeration: Sendable {
        private let name: String
        private let isOwn: Bool
        private let words: [String]
        /// Whether answers may have null in a word's place.
        private let nullable: Bool

        init(_ owner: String, _ topic: String, _ words: [String], nullable: Bool = false) {
            name = owner + "_enum_" + topic
            isOwn = false
            self.words = words
            self.nullable = nullable
        }

        /// One that the contract does not name; it is the same in every scope.
        init(own name: String, _ words: [String]) {
            self.name = "parley.v1." + name
            isOwn = true
            self.words = words
            nullable = false
        }

        func name(in scope: Scope) -> String { (scope == .service && !isOwn ? "service_" : "") + name }

        var schema: JSON {
            var members = [Member("type", "string"), Member("enum", .array(words.map(JSON.string) + (nullable ? [.null] : [])))]
            if nullable { members.append(Member("nullable", .bool(true))) }
            return .object(members)
        }
    }
}
