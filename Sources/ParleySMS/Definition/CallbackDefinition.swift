import ParleyCore

/// What a provider calls back with, and how it is told that we have it.
struct CallbackDefinition: Sendable {
    /// The methods each path takes.
    var methods: [CallbackRequest.Path: [String]]
    /// True when the provider has one URL for everything: both paths take every event.
    var anyPath: Bool
    /// One that holds is enough.
    var verifications: [Verification]
    var events: [CallbackEvent]
    var acknowledgement: Acknowledgement

    /// Where its messages name media.
    var mediaPlaces: [CallbackEvent.MediaPlace] {
        events.compactMap { event in if case .inbound(let inbound) = event.kind { inbound.media } else { nil } }
    }
}

/// How one kind of event reads.
struct CallbackEvent: Sendable {
    var kind: Kind
    /// What the request must have.
    var condition: Condition
    /// The list whose elements are events of their own; pointers then start at the element.
    var each: JSONPointer?
    /// What the element must have.
    var elementCondition: [(pointer: JSONPointer, test: ValueTest)]
    let line: Int

    enum Kind: Sendable {
        case inbound(Inbound)
        case receipt(Receipt)
        case consent(Consent)
    }

    struct Condition: Sendable {
        var parameters: [(name: String, test: ValueTest)] = []
        var headers: [(name: String, test: ValueTest)] = []
        var json: [(pointer: JSONPointer, test: ValueTest)] = []

        func covers(_ other: Condition) -> Bool {
            Self.covers(parameters.map { ($0.name, $0.test) }, other.parameters.map { ($0.name, $0.test) })
                && Self.covers(headers.map { ($0.name.lowercased(), $0.test) }, other.headers.map { ($0.name.lowercased(), $0.test) })
                && Self.covers(json.map { ($0.pointer.text, $0.test) }, other.json.map { ($0.pointer.text, $0.test) })
        }

        static func covers(_ ours: [(String, ValueTest)], _ theirs: [(String, ValueTest)]) -> Bool {
            ours.allSatisfy { (name, test) in theirs.contains { $0.0 == name && test.covers($0.1) } }
        }
    }

    /// True when this event is found before the other wherever that one would be.
    func covers(_ other: CallbackEvent) -> Bool {
        guard condition.covers(other.condition) else { return false }
        // A list of its own is looked into only when the first event of the request has it.
        guard let each else { return true }
        guard each == other.each else { return true }
        return Condition.covers(
            elementCondition.map { ($0.pointer.text, $0.test) }, other.elementCondition.map { ($0.pointer.text, $0.test) })
    }

    struct Inbound: Sendable {
        var id: FieldPlace?
        var from: AddressPlace
        var to: AddressPlace
        var text: FieldPlace?
        var encoding: EncodingRule
        var subject: FieldPlace?
        var media: MediaPlace?
        var sentAt: FieldPlace?
        var timeFormats: [TimeFormat]
        var joinedBy: JoinRule?
        var consent: ConsentRule?
    }

    struct Receipt: Sendable {
        var reference: FieldPlace?
        var id: FieldPlace?
        var recipient: FieldPlace?
        var comparison: CarrierIDComparison
        var status: FieldPlace
        /// The carrier's words and their meaning; nil for a word that is known and changes nothing.
        var table: [String: Delivery.Status?]
        /// Words that the table does not have, by a pattern; the first that matches decides.
        var patterns: [(pattern: Pattern, status: Delivery.Status?)]
        var code: FieldPlace?
        var codes: ProviderDefinition.CodeTable
        var text: FieldPlace?

        /// What a word means: nil when it is not known, an inner nil when it changes nothing.
        func meaning(_ word: String) -> Delivery.Status?? {
            if let meaning = table[word] { return .some(meaning) }
            return patterns.first { $0.pattern.matches(word) }.map { .some($0.status) } ?? nil
        }
    }

    struct Consent: Sendable {
        var from: AddressPlace
        var to: AddressPlace
        /// Nil for a stop.
        var rule: ConsentRule?
    }

    struct AddressPlace: Sendable {
        var place: FieldPlace
        var form: AddressForm
        /// Dropped where it stands in front.
        var prefix: String
    }

    /// How an address is written by the provider.
    enum AddressForm: String, Sendable, CaseIterable {
        /// As it is to be taken.
        case asWritten = "as_written"
        /// International digits, with a plus, with 00, or with neither.
        case digits
    }

    /// The encoding of a text, which another field may tell.
    struct EncodingRule: Sendable {
        var place: FieldPlace?
        /// By the field's value in lower case.
        var table: [String: TextEncoding]
        var otherwise: TextEncoding
    }

    /// Where media are named.
    struct MediaPlace: Sendable {
        enum Source: Sendable {
            /// The elements of a JSON list, with places that start at the element; the element itself is the URL when there is none.
            case elements(JSONPointer, url: FieldPlace?, contentType: FieldPlace?, filename: FieldPlace?)
            /// Numbered parameters; `{n}` is the number.
            case numbered(count: FieldPlace?, url: String, contentType: String?, filename: String?)
        }

        var source: Source
        /// What the request for a medium says.
        var authorization: AuthorizationTemplate?
        var headers: [RequestTemplate.Field]
    }

    /// Where a part says to which message it belongs.
    struct JoinRule: Sendable {
        var reference: FieldPlace
        var part: FieldPlace
        var total: FieldPlace
    }

    /// The provider's words about consent.
    struct ConsentRule: Sendable {
        var place: FieldPlace
        var words: [String: ConsentWord]
    }

    enum TimeFormat: Sendable, Hashable {
        case rfc3339
        case unix
        case unixMilliseconds
        case strptime(StrptimeFormat)

        static let words = ["rfc3339", "unix", "unix_ms"]

        init?(_ text: String) {
            switch text {
            case "rfc3339": self = .rfc3339
            case "unix": self = .unix
            case "unix_ms": self = .unixMilliseconds
            default:
                let format = StrptimeFormat(text)
                guard format.isValid else { return nil }
                self = .strptime(format)
            }
        }
    }

    /// The path that this kind of event comes on.
    var path: CallbackRequest.Path {
        switch kind {
        case .inbound, .consent: .inbound
        case .receipt: .receipts
        }
    }
}

/// Where in a callback a value is.
enum FieldPlace: Sendable, Hashable {
    /// A parameter of the query or of a form.
    case parameter(String)
    /// A place in a JSON or XML body.
    case pointer(JSONPointer)

    init(_ text: String) { self = JSONPointer(text).map(FieldPlace.pointer) ?? .parameter(text) }

    var text: String {
        switch self {
        case .parameter(let name): name
        case .pointer(let pointer): pointer.text
        }
    }
}
