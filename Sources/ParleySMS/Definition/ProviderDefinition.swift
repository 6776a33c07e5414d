public import ParleyCore

/// A provider of SMS over HTTP as data: what its settings are, how a message is sent, what its answers mean, and what it calls back with.
///
/// It is decoded from `adapters/<name>.yaml`; the format's reference is docs/adapter-format.md. It holds no settings of an installation and
/// does nothing by itself: ``HTTPSMSGateway`` and ``ProviderCheck`` apply it.
public struct ProviderDefinition: Sendable {
    /// The file's name without `.yaml`.
    public var name: String
    public var title: String
    /// The page the facts were taken from.
    public var documentation: String
    /// When the facts were last compared with that page, `YYYY-MM-DD`.
    public var verified: String
    /// The file it was read from.
    public var file: String
    /// What an operator may set, in the order of the file.
    public var settings: [ProviderSetting]
    /// True when the provider reports what became of a message.
    public var sendsReceipts: Bool
    /// True when the provider drops a request with an idempotency key that it has seen.
    public var dropsRepeats: Bool
    /// The longest text a message may have; nil when the provider tells no limit.
    public var longest: TextLimit?
    /// True when each request carries one short message, so that the gateway cuts texts itself.
    public var isCutHere: Bool
    /// What goes out as media; nil when nothing does.
    public var media: MediaLimits?

    /// Where requests go unless an adapter says otherwise; nil when every adapter must say.
    var baseURL: TextTemplate?
    var addresses: AddressForms
    /// The first whose condition holds is used.
    var requests: [RequestTemplate]
    var results: [ResultRule]
    /// What the provider's error codes in answers mean.
    var sendCodes: CodeTable
    var callbacks: CallbackDefinition?
    /// The text it was read from where settings are part of the structure: an adapter's values make another definition of it.
    var structuralSource: String?

    /// The kinds of address that a provider takes.
    struct AddressForms: Sendable {
        enum Form: String, Sendable, CaseIterable {
            case e164
            case alphanumeric
            case short
        }

        var to: Set<Form>
        var from: Set<Form>
    }

    /// What goes out as media.
    public struct MediaLimits: Sendable, Hashable {
        /// MIME types; `image/*` and `*/*` stand for many.
        public var kinds: [String]
        /// Of one message.
        public var count: Int
        /// Of one medium, in bytes.
        public var each: Int
        /// Of all media of a message, in bytes.
        public var total: Int
    }

    /// The contract's code for each of the provider's own.
    struct CodeTable: Sendable {
        var values: [Int] { Array(table.values) }
        var table: [String: Int] = [:]
        /// True when the provider's own codes of five digits are the contract's.
        var isSame = false

        /// Zero for a code that nothing is known of.
        func contractCode(_ code: String?) -> Int {
            guard let code else { return 0 }
            return table[code] ?? (isSame ? Int(code).flatMap { (10_000...99_999).contains($0) ? $0 : nil } : nil) ?? 0
        }

        /// This table with another's entries before its own.
        func overridden(by other: CodeTable) -> CodeTable {
            CodeTable(table: table.merging(other.table) { $1 }, isSame: isSame || other.isSame)
        }
    }

    /// The version of the format this engine reads.
    static let format = 1

    func setting(_ name: String) -> ProviderSetting? { settings.first { $0.name == name } }
}

/// A value that an operator writes under `credentials` or `options` of an adapter.
public struct ProviderSetting: Sendable, Hashable {
    public var name: String
    public var isRequired: Bool
    /// Never printed, logged or put where a log would show it.
    public var isSecret: Bool
    public var fallback: String?
    public var help: String?
    /// The values it may have; empty for any.
    public var choices: [String]
    /// True when the value is part of the definition's structure.
    public var isStructure: Bool
    let line: Int
}
