/// A provider of SMS over HTTP as data: what its settings are, how a message is sent, what its answers mean, and what it calls back with.
///
/// It is decoded from `adapters/<name>.yaml`. It holds no settings of an installation and does nothing by itself: ``HTTPSMSGateway`` and
/// ``ProviderCheck`` apply it.
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
    /// Where requests go unless an adapter says otherwise; nil when every adapter must say.
    public var baseURL: String?
    /// What an operator may set, in the order of the file.
    public var settings: [ProviderSetting]
    /// True when the provider reports what became of a message.
    public var sendsReceipts: Bool
    /// The longest text a message may have; nil when the provider tells no limit.
    public var longest: TextLimit?

    var addresses: AddressForms
    var request: RequestTemplate
    var results: [ResultRule]
    var callbacks: CallbackDefinition?

    /// A limit on the length of a text.
    public struct TextLimit: Sendable, Hashable {
        public enum Unit: String, Sendable, CaseIterable {
            /// Unicode characters as a person counts them.
            case characters
            /// Short messages, as ``SMSText`` counts them.
            case segments
        }

        public var count: Int
        public var unit: Unit
    }

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

    /// True when callbacks are known by the adapter's `callback_secret`, which is then required.
    public var needsCallbackSecret: Bool { callbacks?.verifications.contains { $0.key == .callbackSecret } ?? false }
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
    let line: Int
}

/// Names the parts of a definition that are written as fixed words.
extension ProviderDefinition {
    /// The version of the format this engine reads.
    static let format = 1

    func setting(_ name: String) -> ProviderSetting? { settings.first { $0.name == name } }
}
