import HTTPTypes

/// Operations written as OpenAPI's Operation Objects (OpenAPI 3.0.1, "Operation Object").
extension APIDocument.Operation {
    typealias Member = JSON.Member

    /// The header that any POST of the contract takes besides (see `IdempotentRequest`).
    static let idempotencyKey: JSON = [
        "name": "Idempotency-Key", "in": "header",
        "description": "Makes repeats harmless: the same request with the same key has the first one's answer and changes nothing.",
        "schema": ["type": "string", "minLength": .integer(1), "maxLength": .integer(255), "pattern": "^[!-~]+$"],
    ]

    /// The header of every answer that tells what the database has (see `AnswerPosition`).
    static let position: JSON = [
        "description": "Up to which event of the realtime feed the answer tells everything.", "required": .bool(true),
        "schema": ["type": "integer", "format": "int64", "minimum": .integer(0)],
    ]

    func rendered(of area: APIDocument.Area, in scope: APIDocument.Scope, _ schemas: inout APIDocument.Schemas) -> JSON {
        var members = [
            Member("operationId", .string(name(in: scope))), Member("summary", .string(summary)),
            Member("tags", .array([.string(area.tag)])),
        ]
        if isOpen { members.append(Member("security", .array([]))) }
        let parameters = parameters(of: area, in: scope, &schemas)
        if !parameters.isEmpty { members.append(Member("parameters", .array(parameters))) }
        if let body = input.rendered(in: scope, &schemas) { members.append(Member("requestBody", body)) }
        members.append(Member("responses", responses(in: scope, &schemas)))
        return .object(members)
    }

    private func parameters(of area: APIDocument.Area, in scope: APIDocument.Scope, _ schemas: inout APIDocument.Schemas) -> [JSON] {
        let whole = scope.prefix + "/" + path
        let variables = ([.service] + area.variables).filter { whole.contains("{\($0.name)}") }
        let all =
            variables.map { APIDocument.Parameter(name: $0.name, type: $0.type, note: $0.note, place: "path", required: true) } + parameters
        return all.map { $0.rendered(in: scope, &schemas) }
            + (takesIdempotencyKey ? [["$ref": "#/components/parameters/IdempotencyKey"]] : [])
    }

    private func responses(in scope: APIDocument.Scope, _ schemas: inout APIDocument.Schemas) -> JSON {
        // What an operator is answered says no position.
        let saysPosition = !isOpen && scope != .operator
        var members = replies.map { reply in
            Member(String(reply.status), reply.rendered(named: name(in: scope), in: scope, saysPosition: saysPosition, &schemas))
        }
        guard !isOpen else { return .object(members) }
        let statuses = APIDocument.FailureAnswer.statuses(of: method)
        members += APIDocument.FailureAnswer.all.filter { statuses.contains($0.status) }.map { failure in
            Member(String(failure.status), ["$ref": .string("#/components/responses/" + failure.name)])
        }
        return .object(members)
    }
}

extension APIDocument.Operation.Input {
    fileprivate func rendered(in scope: APIDocument.Scope, _ schemas: inout APIDocument.Schemas) -> JSON? {
        switch self {
        case .none: return nil
        case .raw(let types, let note):
            let bytes: JSON = ["schema": ["type": "string", "format": "binary"]]
            return ["description": .string(note), "required": .bool(true), "content": .object(types.map { JSON.Member($0, bytes) })]
        case .form(let fields):
            let required = fields.filter(\.required).map { JSON.string($0.name) }
            var form = [
                JSON.Member("type", "object"),
                JSON.Member(
                    "properties", .object(fields.map { JSON.Member($0.name, $0.schema(in: scope, nullable: false, &schemas)) })),
            ]
            if !required.isEmpty { form.append(JSON.Member("required", .array(required))) }
            return [
                "required": .bool(!required.isEmpty), "content": ["application/x-www-form-urlencoded": ["schema": .object(form)]],
            ]
        }
    }
}

extension APIDocument.Reply {
    /// - Parameter saysPosition: whether its success tells what the database has.
    fileprivate func rendered(
        named name: String, in scope: APIDocument.Scope, saysPosition: Bool, _ schemas: inout APIDocument.Schemas
    ) -> JSON {
        var members = [JSON.Member("description", .string(note))]
        if saysPosition, (200..<300).contains(status) {
            members.append(JSON.Member("headers", ["Parley-Position": ["$ref": "#/components/headers/Position"]]))
        }
        if let (type, schema) = body(named: name, in: scope, &schemas) {
            members.append(JSON.Member("content", .object([JSON.Member(type, ["schema": schema])])))
        }
        return .object(members)
    }

    private func body(
        named name: String, in scope: APIDocument.Scope, _ schemas: inout APIDocument.Schemas
    ) -> (type: String, schema: JSON)? {
        switch content {
        case .empty: return nil
        case .resource(let resource): return ("application/json", ["$ref": .string(schemas.reference(resource, in: scope))])
        case .list(let key, let resource), .window(let key, let resource):
            let rows: JSON = ["type": "array", "items": ["$ref": .string(schemas.reference(resource, in: scope))]]
            let isWindow = if case .window = content { true } else { false }
            let meta: JSON = ["$ref": .string(isWindow ? schemas.referenceWindow() : schemas.referencePage())]
            return (
                "application/json",
                [
                    "type": "object", "title": .string(name + "Response"), "required": .array([.string(key), "meta"]),
                    "properties": .object([JSON.Member(key, rows), JSON.Member("meta", meta)]),
                ]
            )
        case .bytes(let type): return (type, ["type": "string", "format": "binary"])
        case .object: return ("application/json", ["type": "object"])
        }
    }
}
