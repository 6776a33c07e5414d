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

    struct Verification: Sendable, Hashable {
        enum Method: String, Sendable, CaseIterable {
            /// The last part of the path.
            case secretPath = "secret_path"
            /// The password of HTTP basic authentication; any user name.
            case basic
        }

        enum Key: Sendable, Hashable {
            case callbackSecret
            case setting(String)
        }

        var method: Method
        var key: Key
    }
}

/// How one kind of event reads.
struct CallbackEvent: Sendable {
    var kind: Kind
    var condition: Condition
    /// The array whose elements are events of their own; pointers then start at the element.
    var each: JSONPointer?
    let line: Int

    enum Kind: Sendable {
        case inbound(Inbound)
        case receipt(Receipt)
    }

    struct Condition: Sendable {
        var parameters: [(name: String, test: ValueTest)] = []
        var json: [(pointer: JSONPointer, test: ValueTest)] = []

        var isEmpty: Bool { parameters.isEmpty && json.isEmpty }

        func covers(_ other: Condition) -> Bool {
            parameters.allSatisfy { (name, test) in other.parameters.contains { $0.name == name && test.covers($0.test) } }
                && json.allSatisfy { (pointer, test) in other.json.contains { $0.pointer == pointer && test.covers($0.test) } }
        }
    }

    struct Inbound: Sendable {
        var id: FieldPlace?
        var from: FieldPlace
        var fromForm: AddressForm
        var to: FieldPlace
        var toForm: AddressForm
        var text: FieldPlace?
        var encoding: EncodingRule
        var sentAt: FieldPlace?
        var timeFormats: [TimeFormat]
    }

    struct Receipt: Sendable {
        var reference: FieldPlace?
        var id: FieldPlace?
        var status: FieldPlace
        /// The carrier's words and their meaning; nil for a word that is known and changes nothing.
        var table: [String: Delivery.Status?]
        var code: FieldPlace?
        var text: FieldPlace?
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

    enum TimeFormat: String, Sendable, CaseIterable {
        case rfc3339
        case unix
        case unixMilliseconds = "unix_ms"
    }
}

/// Where in a callback a value is.
enum FieldPlace: Sendable, Hashable {
    /// A parameter of the query or of a form.
    case parameter(String)
    /// A place in a JSON body.
    case pointer(JSONPointer)

    init(_ text: String) { self = JSONPointer(text).map(FieldPlace.pointer) ?? .parameter(text) }

    var text: String {
        switch self {
        case .parameter(let name): name
        case .pointer(let pointer): pointer.text
        }
    }
}
