import Foundation
import ParleyCore
import ParleyYAML

/// Puts values into a request's structure. Each position has its own escaping, which is done here and nowhere else.
struct RequestRenderer {
    let values: SendValues
    let settings: HTTPSMSSettings
    /// The medium that variables are about: each in its turn within `each: media`, the only one elsewhere.
    private var medium: OutboundMedium?

    init(values: SendValues, settings: HTTPSMSSettings) {
        self.values = values
        self.settings = settings
        medium = values.media.first
    }

    func holds(_ condition: RequestTemplate.Condition) -> Bool { condition.clauses.allSatisfy(holds) }

    private func holds(_ clause: RequestTemplate.Clause) -> Bool {
        switch clause {
        case .text: !values.text.isEmpty
        case .textIsGSM7: SMSText.isGSM7(values.text)
        case .textIsUnicode: !SMSText.isGSM7(values.text)
        case .media: !values.media.isEmpty
        case .settingIsSet(let name): settings.value(name).map { !$0.isEmpty } ?? false
        case .settingIsOneOf(let name, let words): settings.value(name).map(words.contains) ?? false
        case .not(let clause): !holds(clause)
        }
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
    func encoded(_ fields: [RequestTemplate.Field]) throws(RenderProblem) -> String {
        try parameters(fields).map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
    }

    /// The fields of a query, a form or a multipart form.
    func parameters(_ fields: [RequestTemplate.Field]) throws(RenderProblem) -> [Parameter] {
        var found: [Parameter] = []
        for field in fields {
            for value in try bytes(field.value) { found.append(Parameter(name: field.name, value: value)) }
        }
        return found
    }

    /// A value with a line break or another control character is refused: it could start a header of its own.
    func headers(_ fields: [RequestTemplate.Field]) throws(RenderProblem) -> [HeaderField] {
        var headers: [HeaderField] = []
        for field in fields {
            for bytes in try bytes(field.value) {
                let text = String(decoding: bytes, as: UTF8.self)
                guard HeaderRules.isValue(text) else { throw RenderProblem("a value cannot stand in the header \(field.name)") }
                headers.append(HeaderField(field.name, text))
            }
        }
        return headers
    }

    /// The header Authorization; nil when it names a setting that is not set.
    func authorization(_ template: AuthorizationTemplate) throws(RenderProblem) -> HeaderField? {
        let value: String
        switch template {
        case .basic(let user, let password):
            guard let user = text(user), let password = text(password) else { return nil }
            // The user name ends at the first colon (RFC 7617 §2).
            guard !user.contains(":") else { throw RenderProblem("a user name with a colon cannot stand in the header Authorization") }
            value = "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
        case .bearer(let token):
            guard let token = text(token) else { return nil }
            value = "Bearer \(token)"
        }
        guard HeaderRules.isValue(value) else { throw RenderProblem("a value cannot stand in the header Authorization") }
        return HeaderField("Authorization", value)
    }

    /// Nil when the value is left out.
    func json(_ value: RequestTemplate.Value) throws(RenderProblem) -> JSONValue? {
        switch value {
        case .text(let template): return text(template).map { .string($0) }
        case .literal(let literal): return literal
        case .list(let items):
            // A list of choices is one value: the first that holds.
            if items.allSatisfy({ if case .conditional = $0 { true } else { false } }), !items.isEmpty {
                for item in items { if let chosen = try json(item) { return chosen } }
                return nil
            }
            var elements: [JSONValue] = []
            for item in items {
                if case .eachMedium(let inner) = item {
                    elements += try media(inner)
                } else if let element = try json(item) {
                    elements.append(element)
                }
            }
            return .array(elements)
        case .object(let fields):
            var members: [JSONValue.Member] = []
            for field in fields {
                if let member = try json(field.value) { members.append(JSONValue.Member(name: field.name, value: member)) }
            }
            return .object(members)
        case .conditional(let condition, let inner): return holds(condition) ? try json(inner) : nil
        case .eachMedium(let inner): return values.media.isEmpty ? nil : .array(try media(inner))
        case .encoded(let inner): return try json(inner).map { .string($0.encoded) }
        }
    }

    private func media(_ value: RequestTemplate.Value) throws(RenderProblem) -> [JSONValue] {
        var found: [JSONValue] = []
        for renderer in withMedia {
            if let one = try renderer.json(value) { found.append(one) }
        }
        return found
    }

    /// This renderer, for each medium.
    private var withMedia: [RequestRenderer] {
        values.media.map { medium in
            var renderer = self
            renderer.medium = medium
            return renderer
        }
    }

    /// An XML document.
    func xml(_ root: RequestTemplate.Field) throws(RenderProblem) -> String {
        #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n" + (try elements(root.name, root.value)) + "\n"
    }

    /// An element as often as its value stands for several; nothing when it is left out.
    private func elements(_ name: String, _ value: RequestTemplate.Value) throws(RenderProblem) -> String {
        switch value {
        case .text(let template):
            return try text(template).map { text throws(RenderProblem) in "<\(name)>\(try escaped(text))</\(name)>" } ?? ""
        case .literal(let literal): return "<\(name)>\(literal.scalarText ?? "")</\(name)>"
        case .list(let items):
            var result = ""
            for item in items { result += try elements(name, item) }
            return result
        case .object(let fields):
            var attributes = ""
            var content = ""
            for field in fields {
                if field.name.hasPrefix("@") {
                    for value in try bytes(field.value) {
                        attributes += " \(field.name.dropFirst())=\"\(try escaped(String(decoding: value, as: UTF8.self)))\""
                    }
                } else if field.name == "#text" {
                    for value in try bytes(field.value) { content += try escaped(String(decoding: value, as: UTF8.self)) }
                } else {
                    content += try elements(field.name, field.value)
                }
            }
            return "<\(name)\(attributes)>\(content)</\(name)>"
        case .conditional(let condition, let inner): return holds(condition) ? try elements(name, inner) : ""
        case .eachMedium(let inner):
            var result = ""
            for renderer in withMedia { result += try renderer.elements(name, inner) }
            return result
        case .encoded: return ""
        }
    }

    private func escaped(_ text: String) throws(RenderProblem) -> String {
        guard let escaped = XMLText.escaped(text) else { throw RenderProblem("a value has a character that cannot stand in XML") }
        return escaped
    }

    /// A body that is one value.
    func raw(_ template: TextTemplate) throws(RenderProblem) -> [UInt8] { try bytes(.text(template)).first ?? [] }

    /// The values of a field of a query, form or header: none when it is left out, several for a list.
    private func bytes(_ value: RequestTemplate.Value) throws(RenderProblem) -> [[UInt8]] {
        switch value {
        case .text(let template):
            if case .message(let name)? = template.soleVariable, name.isBytes {
                guard let bytes = values.bytes(name) else { throw RenderProblem("the text is not in the GSM alphabet") }
                return [bytes]
            }
            return text(template).map { [Array($0.utf8)] } ?? []
        case .literal(let literal): return literal.scalarText.map { [Array($0.utf8)] } ?? []
        case .list(let items):
            var found: [[UInt8]] = []
            for item in items { found += try bytes(item) }
            return found
        case .object: return []
        case .conditional(let condition, let inner): return holds(condition) ? try bytes(inner) : []
        case .eachMedium(let inner):
            var found: [[UInt8]] = []
            for renderer in withMedia { found += try renderer.bytes(inner) }
            return found
        case .encoded(let inner): return try json(inner).map { [Array($0.encoded.utf8)] } ?? []
        }
    }

    /// A text with its values; nil, so that the field is left out, when it names something that has no value.
    private func text(_ template: TextTemplate) -> String? {
        guard template.variables.allSatisfy({ value($0) != nil }) else { return nil }
        return template.render { value($0) ?? "" }
    }

    private func value(_ variable: TextTemplate.Variable) -> String? {
        switch variable {
        case .setting(let name): settings.value(name)
        case .message(let name): values.value(name, medium: medium)
        }
    }
}
