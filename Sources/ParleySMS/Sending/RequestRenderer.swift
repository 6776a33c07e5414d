import ParleyCore
import ParleyYAML

/// Puts values into a request's structure. Each position has its own escaping, which is done here and nowhere else.
struct RequestRenderer {
    let values: SendValues
    let settings: HTTPSMSSettings

    init(values: SendValues, settings: HTTPSMSSettings) {
        self.values = values
        self.settings = settings
    }

    /// A value becomes one path segment or a part of one. Values that would be steps up or nothing at all are refused.
    func path(_ template: TextTemplate) throws(RenderProblem) -> String {
        var isRefused = false
        let text = template.render { variable in
            let value = self.value(variable) ?? ""
            if value.isEmpty || value == "." || value == ".." { isRefused = true }
            return PercentEncoding.encode(value)
        }
        if isRefused { throw RenderProblem("a value cannot stand in the URL's path") }
        return text
    }

    /// A query or a form body.
    func fields(_ fields: [RequestTemplate.Field]) -> String {
        fields.flatMap { field in
            bytes(field.value).map { "\(PercentEncoding.encode(field.name))=\(PercentEncoding.encode($0))" }
        }.joined(separator: "&")
    }

    /// A value with a line break or another control character is refused: it could start a header of its own.
    func headers(_ fields: [RequestTemplate.Field]) throws(RenderProblem) -> [HeaderField] {
        var headers: [HeaderField] = []
        for field in fields {
            for bytes in bytes(field.value) {
                let text = String(decoding: bytes, as: UTF8.self)
                guard HeaderRules.isValue(text) else { throw RenderProblem("a value cannot stand in the header \(field.name)") }
                headers.append(HeaderField(field.name, text))
            }
        }
        return headers
    }

    func addContentType(_ type: String, to headers: inout [HeaderField]) {
        if !headers.contains(where: { $0.name.lowercased() == "content-type" }) { headers.append(HeaderField("Content-Type", type)) }
    }

    /// Nil when the value is left out.
    func json(_ value: RequestTemplate.Value) -> JSONValue? {
        switch value {
        case .text(let template): text(template).map { .string($0) }
        case .literal(let literal): literal
        case .list(let items): .array(items.compactMap(json))
        case .object(let fields):
            .object(fields.compactMap { field in json(field.value).map { JSONValue.Member(name: field.name, value: $0) } })
        case .conditional(let condition, let inner): holds(condition) ? json(inner) : nil
        }
    }

    /// The values of a field of a query, form or header: none when it is left out, several for a list.
    private func bytes(_ value: RequestTemplate.Value) -> [[UInt8]] {
        switch value {
        case .text(let template):
            if template.soleVariable == .message(.textUTF16BE) { return [TextEncoding.utf16be(values.text)] }
            return text(template).map { [Array($0.utf8)] } ?? []
        case .literal(let literal): return literal.scalarText.map { [Array($0.utf8)] } ?? []
        case .list(let items): return items.flatMap(bytes)
        case .object: return []
        case .conditional(let condition, let inner): return holds(condition) ? bytes(inner) : []
        }
    }

    /// A text with its values; nil, so that the field is left out, when it names a setting that is not set.
    private func text(_ template: TextTemplate) -> String? {
        guard template.variables.allSatisfy({ value($0) != nil }) else { return nil }
        return template.render { value($0) ?? "" }
    }

    private func value(_ variable: TextTemplate.Variable) -> String? {
        switch variable {
        case .setting(let name): settings.value(name)
        case .message(let name): values.value(name)
        }
    }

    private func holds(_ condition: RequestTemplate.Condition) -> Bool {
        switch condition {
        case .textIsGSM7: SMSText.isGSM7(values.text)
        case .textIsUnicode: !SMSText.isGSM7(values.text)
        case .settingIsSet(let name): settings.value(name).map { !$0.isEmpty } ?? false
        }
    }
}
