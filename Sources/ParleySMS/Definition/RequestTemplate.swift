/// The request that sends a message, as structure: what is a field in the definition is a field on the wire.
struct RequestTemplate: Sendable {
    var method: String
    var path: TextTemplate
    var query: [Field]
    var headers: [Field]
    var body: Body

    enum Body: Sendable {
        case none
        case form([Field])
        case json(Value)
    }

    struct Field: Sendable {
        var name: String
        var value: Value
    }

    /// What a field holds.
    indirect enum Value: Sendable {
        case text(TextTemplate)
        /// A number, truth value or null of JSON, written without quotes.
        case literal(JSONValue)
        /// In a query or a form the name is repeated; in JSON it is an array.
        case list([Value])
        case object([Field])
        /// Left out unless the condition holds.
        case conditional(Condition, Value)
    }

    /// What `when:` of a field may ask.
    enum Condition: Sendable, Hashable {
        case textIsGSM7
        case textIsUnicode
        case settingIsSet(String)
    }

    /// All templates in it.
    var templates: [TextTemplate] {
        var found = [path] + (query + headers).flatMap { $0.value.templates }
        switch body {
        case .none: break
        case .form(let fields): found += fields.flatMap { $0.value.templates }
        case .json(let value): found += value.templates
        }
        return found
    }

    /// The settings that conditions ask for.
    var conditionSettings: [String] {
        var values = (query + headers).map(\.value)
        switch body {
        case .none: break
        case .form(let fields): values += fields.map(\.value)
        case .json(let value): values.append(value)
        }
        return values.flatMap(\.conditionSettings)
    }
}

extension RequestTemplate.Value {
    var templates: [TextTemplate] {
        switch self {
        case .text(let template): [template]
        case .literal: []
        case .list(let items): items.flatMap(\.templates)
        case .object(let fields): fields.flatMap { $0.value.templates }
        case .conditional(_, let value): value.templates
        }
    }

    var conditionSettings: [String] {
        switch self {
        case .text, .literal: []
        case .list(let items): items.flatMap(\.conditionSettings)
        case .object(let fields): fields.flatMap { $0.value.conditionSettings }
        case .conditional(let condition, let value):
            if case .settingIsSet(let name) = condition { [name] + value.conditionSettings } else { value.conditionSettings }
        }
    }
}
