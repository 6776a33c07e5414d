import Mustache
import ParleyYAML

/// A text with variables such as `{{to.e164}}`. Values are escaped before they are put in, by the rule of the position the text stands in,
/// so that they cannot break out of it; what the definition's author wrote stays as written.
struct TextTemplate: Sendable {
    let source: String
    /// In the order they stand.
    let variables: [Variable]
    private let template: MustacheTemplate

    /// What can stand between `{{` and `}}`.
    enum Variable: Hashable, Sendable {
        case setting(String)
        case message(MessageVariable)
    }

    /// Variables of the message that is sent.
    enum MessageVariable: String, Sendable, CaseIterable {
        case text
        case textUTF16BE = "text.utf16be"
        case textUTF16BEHex = "text.utf16be_hex"
        case textGSM7 = "text.gsm7"
        case textGSM7Hex = "text.gsm7_hex"
        case fromE164 = "from.e164"
        case fromDigits = "from.digits"
        case fromAsWritten = "from.as_written"
        case toE164 = "to.e164"
        case toDigits = "to.digits"
        case toAsWritten = "to.as_written"
        case reference
        case idempotencyKey = "idempotency_key"
        case partNumber = "part.number"
        case partTotal = "part.total"
        case partReference = "part.reference"
        case partHeaderHex = "part.udh_hex"
        case mediaURL = "media.url"
        case mediaContentType = "media.content_type"
        case mediaFilename = "media.filename"
        case inboundURL = "callbacks.inbound"
        case receiptsURL = "callbacks.receipts"

        /// True for what is bytes and stands alone.
        var isBytes: Bool { self == .textUTF16BE || self == .textGSM7 }

        /// True for what there is within `each: media` only.
        var isOfMedium: Bool { self == .mediaURL || self == .mediaContentType || self == .mediaFilename }

        /// True for what there is where the gateway cuts texts itself.
        var isOfPart: Bool {
            self == .partNumber || self == .partTotal || self == .partReference || self == .partHeaderHex
        }
    }

    /// The value of each variable, as text. What is bytes never gets here: it stands alone.
    func render(_ value: (Variable) -> String) -> String {
        var settings: [String: Any] = [:]
        var message: [String: Any] = [:]
        for variable in variables {
            switch variable {
            case .setting(let name): settings[name] = value(variable)
            case .message(let name):
                // `text` is a value and `text.utf16be` is one of its forms, so names are kept apart by replacing the dot.
                message[Self.key(name)] = value(variable)
            }
        }
        message["settings"] = settings
        return template.render(message)
    }

    /// The only variable of a template that is nothing else.
    var soleVariable: Variable? {
        guard variables.count == 1, let variable = variables.first else { return nil }
        return source.filter { $0 != " " } == "{{\(Self.name(variable))}}" ? variable : nil
    }

    static func name(_ variable: Variable) -> String {
        switch variable {
        case .setting(let name): "settings.\(name)"
        case .message(let name): name.rawValue
        }
    }

    private static func key(_ variable: MessageVariable) -> String { variable.rawValue.replacing(".", with: "_") }

    private init(source: String, variables: [Variable], template: MustacheTemplate) {
        self.source = source
        self.variables = variables
        self.template = template
    }

    /// Compiles a template.
    ///
    /// - Parameter settings: the names that `settings.` may be followed by.
    /// - Throws: ``Fault`` that says what is wrong with it.
    init(_ source: String, settings: [String]) throws(Fault) {
        var variables: [Variable] = []
        var text = "{{% CONTENT_TYPE:TEXT}}"
        var rest = source[...]
        while let open = rest.firstRange(of: "{{") {
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else { throw Fault("has a `{{` without its `}}`") }
            let name = rest[open.upperBound..<close.lowerBound].drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            let variable = try Self.variable(String(name), settings: settings)
            variables.append(variable)
            text += rest[..<open.lowerBound]
            switch variable {
            case .setting(let name): text += "{{settings.\(name)}}"
            case .message(let name): text += "{{\(Self.key(name))}}"
            }
            rest = rest[close.upperBound...]
        }
        text += rest
        do {
            self.init(source: source, variables: variables, template: try MustacheTemplate(string: text))
        } catch {
            throw Fault("is not a template")
        }
    }

    /// Why a text is not a template.
    struct Fault: Error {
        let message: String

        init(_ message: String) { self.message = message }
    }

    private static func variable(_ name: String, settings: [String]) throws(Fault) -> Variable {
        if name.hasPrefix("settings.") {
            let setting = String(name.dropFirst("settings.".count))
            guard settings.contains(setting) else {
                throw Fault("there is no setting `\(setting)`; \(Spelling.advice(for: setting, among: settings))")
            }
            return .setting(setting)
        }
        if let known = MessageVariable(rawValue: name) { return .message(known) }
        if name.hasSuffix(".national") {
            throw Fault("the variable `\(name)` is not supported yet")
        }
        guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "_") }), !name.isEmpty else {
            throw Fault("only variables may stand in braces, such as {{to.e164}}; there are no sections, partials or comments")
        }
        let names = MessageVariable.allCases.map(\.rawValue) + settings.map { "settings.\($0)" }
        throw Fault("there is no variable `\(name)`; \(Spelling.advice(for: name, among: names))")
    }
}
