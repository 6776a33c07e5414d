/// A JSON value (RFC 8259): attributes of conversations, participants, messages and users are any of these.
public enum JSONValue: Sendable, Hashable {
    /// JSON's null, which is a value: not the same as no member.
    case null
    /// True or false.
    case bool(Bool)
    /// A number without a fraction that fits 64 bits.
    case integer(Int)
    /// Any other number. It never equals an `integer`, even of the same value.
    case number(Double)
    /// A text.
    case string(String)
    /// Elements in order.
    case array([JSONValue])
    /// Members by name, in no order.
    case object([String: JSONValue])
}

extension JSONValue {
    /// Whether it is JSON's null.
    public var isNull: Bool { self == .null }

    /// Nil when it is neither true nor false.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The number when it is whole and fits 64 bits.
    public var intValue: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The number, rounded when it is an integer beyond 53 bits; nil when it is none.
    public var doubleValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// Nil when it is no text.
    public var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// Nil when it is no array.
    public var arrayValue: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// Nil when it is no object.
    public var objectValue: [String: JSONValue]? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The member of that name; nil when there is none or this is no object. Setting makes an object of what is none; nil takes the
    /// member away.
    public subscript(name: String) -> JSONValue? {
        get { objectValue?[name] }
        set {
            var members = objectValue ?? [:]
            members[name] = newValue
            self = .object(members)
        }
    }

    /// The element at that place; nil when there is none or this is no array. Setting a place that is not there does nothing.
    public subscript(place: Int) -> JSONValue? {
        get {
            guard let elements = arrayValue, elements.indices.contains(place) else { return nil }
            return elements[place]
        }
        set {
            guard var elements = arrayValue, elements.indices.contains(place), let newValue else { return }
            elements[place] = newValue
            self = .array(elements)
        }
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Written as nil: null.
    public init(nilLiteral: ()) { self = .null }
    /// Written as true or false.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// Written as a whole number: an `integer`.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// Written with a fraction: a `number`, also when the fraction is 0.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// Written as a text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// Written as an array of JSON values.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// Of members with the same name the last one counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}
