import ParleyYAML

/// Reads `send.request` and `send.requests`.
struct RequestReader {
    let settings: [ProviderSetting]

    init(settings: [ProviderSetting]) { self.settings = settings }

    /// Where in a request a value stands, which decides how it is escaped and what it may be.
    enum Position {
        case path
        case query
        case header
        case form
        case json
        case xml
        case multipart
        case raw

        /// A value may have members of its own.
        var hasStructure: Bool { self == .json || self == .xml }
        /// A value may be repeated.
        var hasLists: Bool { self != .header && self != .path && self != .raw }
        /// A value may be bytes of any kind.
        var takesBytes: Bool { self == .query || self == .form || self == .multipart || self == .raw }
    }

    private static let methods = ["GET", "POST", "PUT"]

    func read(_ send: MappingReader) -> [RequestTemplate] {
        let several = send.mappings("requests")
        guard send.has("requests") else {
            return send.required("request") { $0.mapping("request") }.flatMap { request($0, condition: .init()) }.map { [$0] } ?? []
        }
        if send.has("request") { send.problem("stands beside requests; write one of them", at: "request") }
        if several.isEmpty { send.problem("needs at least one request", at: "requests") }
        var found: [RequestTemplate] = []
        for (index, reader) in several.enumerated() {
            let condition = reader.node("when").map(condition) ?? .init()
            if let earlier = found.firstIndex(where: { $0.condition.covers(condition) }) {
                reader.problem("is never used: request \(earlier + 1) is used first")
            }
            if index == several.count - 1, !condition.clauses.isEmpty {
                reader.problem("the last request is used for all the rest and needs no when", at: "when")
            }
            if let request = request(reader, condition: condition) { found.append(request) }
        }
        return found
    }

    private func request(_ reader: MappingReader, condition: RequestTemplate.Condition) -> RequestTemplate? {
        let method = reader.required("method") { $0.choice("method", among: Self.methods) }
        let path = reader.required("path") { $0.node("path") }.flatMap { template($0, .path) }
        if let source = path?.source {
            if !source.hasPrefix("/") { reader.problem("must start with a slash", at: "path") }
            if source.contains("?") || source.contains("#") { reader.problem("must not have a query or fragment; use query:", at: "path") }
        }
        let query = fields(reader.node("query"), .query)
        let headers = fields(reader.node("headers"), .header)
        for header in headers where !HeaderRules.isName(header.name) { reader.problem("`\(header.name)` is no header name", at: "headers") }
        let authorization = reader.mapping("auth").flatMap(authorization)
        if authorization != nil, headers.contains(where: { $0.name.lowercased() == "authorization" }) {
            reader.problem("stands beside a header Authorization", at: "auth")
        }
        let body = body(reader, method)
        guard let method, let path else { return nil }
        return RequestTemplate(
            condition: condition, method: method, path: path, query: query, headers: headers, authorization: authorization, body: body)
    }

    private func body(_ reader: MappingReader, _ method: String?) -> RequestTemplate.Body {
        var found: [(key: String, body: RequestTemplate.Body?)] = []
        if let node = reader.node("form") { found.append(("form", .form(fields(node, .form)))) }
        if let node = reader.node("json") { found.append(("json", value(node, .json).map { .json($0) })) }
        if let node = reader.node("xml") { found.append(("xml", root(node).map { .xml($0) })) }
        if let node = reader.node("multipart") { found.append(("multipart", .multipart(fields(node, .multipart)))) }
        if let raw = reader.mapping("body") { found.append(("body", self.raw(raw))) }
        for (key, _) in found.dropFirst() { reader.problem("stands beside \(found[0].key); a request has one body", at: key) }
        if method == "GET", let (key, _) = found.first { reader.problem("a GET request has no body; use query:", at: key) }
        return found.first?.body ?? .none
    }

    private func root(_ node: SettingsNode) -> RequestTemplate.Field? {
        let found = fields(node, .xml)
        guard found.count == 1, let root = found.first, !root.name.hasPrefix("@"), !root.name.hasPrefix("#") else {
            node.problem("expected one element, the root")
            return nil
        }
        return root
    }

    private func raw(_ reader: MappingReader) -> RequestTemplate.Body? {
        let type = reader.requiredString("content_type")
        if !HeaderRules.isValue(type) {
            reader.problem("a header's value cannot have line breaks or control characters", at: "content_type")
        }
        guard let node = reader.required("text", { $0.node("text") }), let template = template(node, .raw) else { return nil }
        if template.soleVariable == nil {
            node.problem("expected one variable and nothing else, such as {{text}}: beside others a value could break out of its place")
        }
        return .raw(contentType: type, template)
    }

    private func authorization(_ reader: MappingReader) -> AuthorizationTemplate? { Self.authorization(reader) { template($0, .header) } }

    /// Reads `{ basic: { user, password } }` or `{ bearer: … }`.
    static func authorization(_ reader: MappingReader, _ template: (SettingsNode) -> TextTemplate?) -> AuthorizationTemplate? {
        if let basic = reader.mapping("basic") {
            if reader.has("bearer") { reader.problem("stands beside basic", at: "bearer") }
            guard let user = basic.required("user", { $0.node("user") }).flatMap(template),
                let password = basic.required("password", { $0.node("password") }).flatMap(template)
            else { return nil }
            return .basic(user: user, password: password)
        }
        if let bearer = reader.node("bearer") { return template(bearer).map { .bearer($0) } }
        if reader.keys.isEmpty { reader.problem("expected basic or bearer") }
        return nil
    }

    func fields(_ node: SettingsNode?, _ position: Position) -> [RequestTemplate.Field] {
        guard let reader = node?.expectMapping() else { return [] }
        return reader.entries().compactMap { name, node in
            if position == .xml, !XMLText.isName(name.hasPrefix("@") ? String(name.dropFirst()) : name), name != "#text" {
                node.problem("`\(name)` is no name of an element or attribute")
            }
            return value(node, position).map { RequestTemplate.Field(name: name, value: $0) }
        }
    }

    private func value(_ node: SettingsNode, _ position: Position) -> RequestTemplate.Value? {
        switch node.content {
        case .nothing:
            if position == .json { return .literal(.null) }
            node.problem("has no value")
            return nil
        case .text(let text, let plain):
            if position == .json, plain {
                if text == "true" || text == "false" { return .literal(.bool(text == "true")) }
                if JSONReader.isNumber(text) { return .literal(.number(text)) }
            }
            return template(node, position).map { .text($0) }
        case .list(let items):
            guard position.hasLists || items.allSatisfy({ $0.pairs?.contains { $0.key == "when" } ?? false }) else {
                node.problem("a header has one value")
                return nil
            }
            // A list of choices is one value: whichever holds.
            return .list(items.compactMap { value($0, position) })
        case .mapping:
            return construct(node, position)
        }
    }

    /// A mapping with `value` is one of the format's own words; any other is structure of JSON or XML.
    private func construct(_ node: SettingsNode, _ position: Position) -> RequestTemplate.Value? {
        guard let reader = node.expectMapping() else { return nil }
        let keys = Set(reader.keys)
        if keys == ["each", "value"] {
            _ = reader.choice("each", among: ["media"])
            let inner = reader.node("value").flatMap { value($0, position) }
            if !position.hasLists { reader.problem("can stand in a query or body only", at: "each") }
            return inner.map { .eachMedium($0) }
        }
        if keys == ["when", "value"] {
            let condition = reader.node("when").map(condition)
            let inner = reader.node("value").flatMap { value($0, position) }
            guard let condition, let inner else { return nil }
            return .conditional(condition, inner)
        }
        if keys == ["json"], position == .query || position == .form || position == .json || position == .multipart {
            return reader.node("json").flatMap { value($0, .json) }.map { .encoded($0) }
        }
        guard position.hasStructure else {
            node.problem("expected a text, a list, or { when: …, value: … }")
            return nil
        }
        return .object(fields(node, position))
    }

    // MARK: Conditions

    private func condition(_ node: SettingsNode) -> RequestTemplate.Condition {
        RequestTemplate.Condition(clauses: (node.list ?? [node]).flatMap(clauses))
    }

    private func clauses(_ node: SettingsNode) -> [RequestTemplate.Clause] {
        if let pairs = node.pairs {
            return pairs.compactMap { key, value in
                guard let name = setting(key) else {
                    value.problem("expected a setting, such as { settings.mode: fast }")
                    return nil
                }
                return .settingIsOneOf(name, (value.list ?? [value]).compactMap { $0.expectText() })
            }
        }
        guard let text = node.expectText("a condition") else { return [] }
        let isNegated = text.hasPrefix("not ")
        let word = isNegated ? String(text.dropFirst(4)) : text
        let clause: RequestTemplate.Clause
        switch word {
        case "text": clause = .text
        case "text.is_gsm7": clause = .textIsGSM7
        case "text.is_unicode": clause = .textIsUnicode
        case "media": clause = .media
        default:
            guard let name = setting(word) else {
                let words = ["text", "text.is_gsm7", "text.is_unicode", "media"] + settings.map { "settings.\($0.name)" }
                node.problem("there is no condition `\(word)`; \(Spelling.advice(for: word, among: words))")
                return []
            }
            clause = .settingIsSet(name)
        }
        return [isNegated ? .not(clause) : clause]
    }

    private func setting(_ text: String) -> String? {
        guard text.hasPrefix("settings.") else { return nil }
        let name = String(text.dropFirst("settings.".count))
        return settings.contains { $0.name == name } ? name : nil
    }

    // MARK: Templates

    private func template(_ node: SettingsNode, _ position: Position) -> TextTemplate? {
        guard let source = node.expectText() else { return nil }
        let template: TextTemplate
        do {
            template = try TextTemplate(source, settings: settings.map(\.name))
        } catch {
            node.problem(error.message)
            return nil
        }
        for case .message(let name) in template.variables where name.isBytes {
            if template.soleVariable == nil { node.problem("{{\(name.rawValue)}} is bytes and must stand alone") }
            if !position.takesBytes { node.problem("{{\(name.rawValue)}} is bytes and can stand in a query or form only") }
        }
        if position == .path { checkPath(template, node) }
        if position == .header, !HeaderRules.isValue(source) {
            node.problem("a header's value cannot have line breaks or control characters")
        }
        return template
    }

    /// The path is the part of a URL that logs show.
    private func checkPath(_ template: TextTemplate, _ node: SettingsNode) {
        for name in [TextTemplate.MessageVariable.inboundURL, .receiptsURL] where template.variables.contains(.message(name)) {
            node.problem("{{\(name.rawValue)}} has a secret in it and cannot stand in the path, which is logged")
        }
        for case .setting(let name) in template.variables {
            guard let setting = settings.first(where: { $0.name == name }) else { continue }
            if setting.isSecret {
                node.problem("the secret `\(name)` cannot stand in the path, which is logged; use a header, the query or the body")
            }
            if !setting.isRequired, setting.fallback == nil {
                node.problem("the setting `\(name)` stands in the path, so it must be required or have a default")
            }
        }
    }
}

/// What may stand in a header (RFC 9110 §5).
enum HeaderRules {
    static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }

    static func isValue(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 } }
}
