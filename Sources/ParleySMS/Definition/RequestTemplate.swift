/// The request that sends a message, as structure: what is a field in the definition is a field on the wire.
struct RequestTemplate: Sendable {
    /// When it is the one to use; empty for always.
    var condition: Condition
    var method: String
    var path: TextTemplate
    var query: [Field]
    var headers: [Field]
    var authorization: AuthorizationTemplate?
    var body: Body

    enum Body: Sendable {
        case none
        case form([Field])
        case json(Value)
        /// The root element.
        case xml(Field)
        case multipart([Field])
        /// One value and nothing else.
        case raw(contentType: String, TextTemplate)
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
        /// In a query or a form the name is repeated; in JSON it is an array; in XML the element is repeated.
        case list([Value])
        case object([Field])
        /// Left out unless the condition holds.
        case conditional(Condition, Value)
        /// Once for each medium.
        case eachMedium(Value)
        /// The text of a JSON value.
        case encoded(Value)
    }

    /// What `when:` may ask; all of it must hold.
    struct Condition: Sendable, Hashable {
        var clauses: [Clause] = []

        var settings: [String] { clauses.compactMap(\.setting) }

        /// True when everything that meets the other condition meets this one too.
        func covers(_ other: Condition) -> Bool { clauses.allSatisfy(other.clauses.contains) }
    }

    enum Clause: Sendable, Hashable {
        case text
        case textIsGSM7
        case textIsUnicode
        case media
        case settingIsSet(String)
        case settingIsOneOf(String, [String])
        indirect case not(Clause)

        var setting: String? {
            switch self {
            case .settingIsSet(let name), .settingIsOneOf(let name, _): name
            case .not(let clause): clause.setting
            default: nil
            }
        }
    }

    /// All values apart from the path, the authorization and a raw body.
    var values: [Value] {
        let fields = query + headers
        return switch body {
        case .none, .raw: fields.map(\.value)
        case .form(let more), .multipart(let more): (fields + more).map(\.value)
        case .json(let value): fields.map(\.value) + [value]
        case .xml(let root): fields.map(\.value) + [root.value]
        }
    }

    /// All templates in it.
    var templates: [TextTemplate] {
        var found = [path] + values.flatMap(\.templates) + (authorization?.templates ?? [])
        if case .raw(_, let text) = body { found.append(text) }
        return found
    }

    /// The settings that conditions ask for.
    var conditionSettings: [String] { condition.settings + values.flatMap(\.conditionSettings) }

    /// True when it can carry media.
    var takesMedia: Bool { templates.contains { $0.variables.contains(.message(.mediaURL)) } }
}

extension RequestTemplate.Value {
    var templates: [TextTemplate] {
        switch self {
        case .text(let template): [template]
        case .literal: []
        case .list(let items): items.flatMap(\.templates)
        case .object(let fields): fields.flatMap { $0.value.templates }
        case .conditional(_, let value), .eachMedium(let value), .encoded(let value): value.templates
        }
    }

    var conditionSettings: [String] {
        switch self {
        case .text, .literal: []
        case .list(let items): items.flatMap(\.conditionSettings)
        case .object(let fields): fields.flatMap { $0.value.conditionSettings }
        case .conditional(let condition, let value): condition.settings + value.conditionSettings
        case .eachMedium(let value), .encoded(let value): value.conditionSettings
        }
    }
}

/// How a request says who we are.
enum AuthorizationTemplate: Sendable {
    /// RFC 7617, in UTF-8.
    case basic(user: TextTemplate, password: TextTemplate)
    /// RFC 6750 §2.1.
    case bearer(TextTemplate)

    var templates: [TextTemplate] {
        switch self {
        case .basic(let user, let password): [user, password]
        case .bearer(let token): [token]
        }
    }
}
