public import ParleyYAML

/// What an adapter of type `http-sms` is told: the provider, where it is, and the values of the provider's settings.
public struct HTTPSMSSettings: Sendable {
    public var definition: ProviderDefinition
    /// Without a slash at its end.
    public var baseURL: String
    /// The last part of callback URLs; the first is told to the provider, all are accepted.
    public var callbackSecrets: [SecretText]
    /// The values of secret settings, by name.
    public var secrets: [String: SecretText]
    /// The values of the other settings, defaults included, by name.
    public var options: [String: String]

    /// The shortest callback secret that is taken, in characters.
    public static let callbackSecretLengthMin = 8

    /// Reads `provider`, `base_url`, `credentials`, `options` and `callback_secret` of an adapter. The keys that all adapters have are the
    /// caller's, and so is ``MappingReader/finish()``.
    ///
    /// - Returns: nil when the provider is not known; every problem is recorded.
    public init?(_ reader: MappingReader, providers: [String: ProviderDefinition]) {
        let provider = reader.required("provider") { $0.choice("provider", among: providers.keys.sorted()) }
        guard let provider, let definition = providers[provider] else {
            // Without a definition nobody can tell which of these are right.
            for key in ["base_url", "credentials", "options", "callback_secret"] { _ = reader.has(key) }
            return nil
        }
        self.init(reader, definition: definition)
    }

    /// Reads all but `provider`.
    public init(_ reader: MappingReader, definition: ProviderDefinition) {
        self.definition = definition
        let url = reader.string("base_url") ?? definition.baseURL
        if url == nil { reader.problem("is required: the provider \(definition.name) has no fixed one", at: "base_url") }
        if let url, let fault = BaseURL.fault(url) { reader.problem(fault, at: "base_url") }
        baseURL = String((url ?? "").reversed().drop { $0 == "/" }.reversed())
        secrets = [:]
        options = [:]
        callbackSecrets = reader.secrets("callback_secret") ?? []
        if definition.needsCallbackSecret, !reader.has("callback_secret") {
            reader.problem("is required by the provider \(definition.name), which signs nothing", at: "callback_secret")
        }
        for secret in callbackSecrets where !Self.isCallbackSecret(secret.value) {
            reader.problem(
                "needs at least \(Self.callbackSecretLengthMin) characters, which may be letters, digits, - . _ ~ only, as it stands in a URL",
                at: "callback_secret")
        }
        let credentials = reader.mapping("credentials")
        let others = reader.mapping("options")
        for setting in definition.settings { read(setting, from: [credentials, others].compactMap { $0 }, adapter: reader) }
    }

    private mutating func read(_ setting: ProviderSetting, from readers: [MappingReader], adapter: MappingReader) {
        let written = readers.filter { $0.has(setting.name) }
        if written.count > 1 { written[1].problem("is given under credentials already", at: setting.name) }
        guard let reader = written.first else {
            if setting.isRequired {
                adapter.problem("\(setting.name) is required\(setting.help.map { ": \($0)" } ?? "")", at: "credentials")
            }
            if let fallback = setting.fallback { options[setting.name] = fallback }
            return
        }
        if setting.isSecret {
            secrets[setting.name] = reader.secret(setting.name)
        } else if setting.choices.isEmpty {
            options[setting.name] = setting.isRequired ? reader.requiredString(setting.name) : reader.string(setting.name)
        } else {
            options[setting.name] = reader.choice(setting.name, among: setting.choices)
        }
    }

    /// Letters, digits and `-._~` (RFC 3986 §2.3): such a secret is the same in every URL, however often that is encoded, and a provider
    /// that replaces `%` signs in callback URLs finds none.
    private static func isCallbackSecret(_ text: String) -> Bool {
        text.utf8.count >= callbackSecretLengthMin
            && text.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || "-._~".utf8.contains($0) }
    }

    /// A setting's value; nil when it is not set.
    func value(_ name: String) -> String? { secrets[name]?.value ?? options[name] }

    /// Everything that must not be seen.
    var allSecrets: [String] { (Array(secrets.values) + callbackSecrets).map(\.value) }
}
