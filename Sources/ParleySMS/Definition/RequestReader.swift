import ParleyYAML

/// Reads `send.request`.
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
    }

    private static let methods = ["GET", "POST", "PUT"]

    func read(_ send: MappingReader) -> RequestTemplate? {
        send.notSupportedYet("parts", "batch")
        guard let reader = send.required("request", { $0.mapping("request") }) else { return nil }
        reader.notSupportedYet("xml", "body", "multipart", "auth")
        let method = reader.required("method") { $0.choice("method", among: Self.methods) }
        let path = reader.required("path") { $0.node("path") }.flatMap { template($0, .path) }
        if let source = path?.source {
            if !source.hasPrefix("/") { reader.problem("must start with a slash", at: "path") }
            if source.contains("?") || source.contains("#") { reader.problem("must not have a query or fragment; use query:", at: "path") }
        }
        let query = fields(reader.node("query"), .query)
        let headers = fields(reader.node("headers"), .header)
        for header in headers where !HeaderRules.isName(header.name) { reader.problem("`\(header.name)` is no header name", at: "headers") }
        let form = reader.node("form").map { fields($0, .form) }
        let json = reader.node("json").flatMap { value($0, .json) }
        if form != nil, json != nil { reader.problem("stands beside form; a request has one body", at: "json") }
        if method == "GET", form != nil || json != nil {
            reader.problem("a GET request has no body; use query:", at: form == nil ? "json" : "form")
        }
        guard let method, let path else { return nil }
        let body: RequestTemplate.Body = json.map { .json($0) } ?? form.map { .form($0) } ?? .none
        return RequestTemplate(method: method, path: path, query: query, headers: headers, body: body)
    }

    private func fields(_ node: SettingsNode?, _ position: Position) -> [RequestTemplate.Field] {
        guard let reader = node?.expectMapping() else { return [] }
        return reader.entries().compactMap { name, node in value(node, position).map { RequestTemplate.Field(name: name, value: $0) } }
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
            if position == .header {
                node.problem("a header has one value")
                return nil
            }
            return .list(items.compactMap { value($0, position) })
        case .mapping:
            return construct(node, position)
        }
    }

    /// A mapping with `value` is one of the format's own words; any other is an object of JSON.
    private func construct(_ node: SettingsNode, _ position: Position) -> RequestTemplate.Value? {
        guard let reader = node.expectMapping() else { return nil }
        if reader.keys.contains("each") {
            reader.problem("is not supported yet", at: "each")
            return nil
        }
        if reader.keys.contains("when"), reader.keys.contains("value") {
            let condition = reader.node("when").flatMap(condition)
            let inner = reader.node("value").flatMap { value($0, position) }
            reader.finish()
            guard let condition, let inner else { return nil }
            return .conditional(condition, inner)
        }
        guard position == .json else {
            node.problem("expected a text, a list, or { when: …, value: … }")
            return nil
        }
        return .object(fields(node, position))
    }

    private func condition(_ node: SettingsNode) -> RequestTemplate.Condition? {
        guard let text = node.expectText("a condition") else { return nil }
        switch text {
        case "text.is_gsm7": return .textIsGSM7
        case "text.is_unicode": return .textIsUnicode
        default: break
        }
        let words = ["text.is_gsm7", "text.is_unicode"] + settings.map { "settings.\($0.name)" }
        guard text.hasPrefix("settings."), words.contains(text) else {
            node.problem("there is no condition `\(text)`; \(Spelling.advice(for: text, among: words))")
            return nil
        }
        return .settingIsSet(String(text.dropFirst("settings.".count)))
    }

    private func template(_ node: SettingsNode, _ position: Position) -> TextTemplate? {
        guard let source = node.expectText() else { return nil }
        let template: TextTemplate
        do {
            template = try TextTemplate(source, settings: settings.map(\.name))
        } catch {
            node.problem(error.message)
            return nil
        }
        if template.variables.contains(.message(.textUTF16BE)) {
            if template.soleVariable == nil { node.problem("{{text.utf16be}} is bytes and must stand alone") }
            if position != .query, position != .form { node.problem("{{text.utf16be}} is bytes and can stand in a query or form only") }
        }
        if position == .path { checkPath(template, node) }
        if position == .header, !HeaderRules.isValue(source) {
            node.problem("a header's value cannot have line breaks or control characters")
        }
        return template
    }

    /// The path is the part of a URL that logs show.
    private func checkPath(_ template: TextTemplate, _ node: SettingsNode) {
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
