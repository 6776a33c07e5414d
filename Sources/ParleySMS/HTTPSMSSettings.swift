import Foundation
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
    /// Older values of secret settings, which prove who calls back and are used for nothing else.
    public var retiredSecrets: [String: [SecretText]]
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
        baseURL = ""
        secrets = [:]
        retiredSecrets = [:]
        options = [:]
        callbackSecrets = reader.secrets("callback_secret") ?? []
        for secret in callbackSecrets where !Self.isCallbackSecret(secret.value) {
            reader.problem(
                "needs at least \(Self.callbackSecretLengthMin) characters, which may be letters, digits, - . _ ~ only, as it stands in a URL",
                at: "callback_secret")
        }
        let credentials = reader.mapping("credentials")
        let others = reader.mapping("options")
        for setting in definition.settings { read(setting, from: [credentials, others].compactMap { $0 }, adapter: reader) }
        applyStructure(reader)
        readBaseURL(reader)
        checkVerification(reader)
    }

    /// Values that are part of the definition make another definition of it.
    private mutating func applyStructure(_ reader: MappingReader) {
        guard let source = definition.structuralSource else { return }
        let values = options.filter { name, _ in definition.setting(name)?.isStructure ?? false }
        let problems = SettingsProblems()
        if let shaped = ProviderDefinition.read(text: source, file: definition.file, problems: problems, structure: values) {
            definition = shaped
        }
        for problem in problems.all {
            reader.problem("do not fit the provider \(definition.name): \(problem.path) \(problem.message)", at: "options")
        }
    }

    /// The settings with some options changed; for a case.
    func changing(_ reader: MappingReader) -> HTTPSMSSettings {
        var changed = self
        for name in reader.keys {
            guard let setting = definition.setting(name), !setting.isSecret else {
                reader.problem("is no option of the provider", at: name)
                continue
            }
            changed.options[name] = setting.choices.isEmpty ? reader.string(name) : reader.choice(name, among: setting.choices)
        }
        changed.applyStructure(reader)
        return changed
    }

    private mutating func readBaseURL(_ reader: MappingReader) {
        var url = reader.string("base_url")
        if url == nil, let template = definition.baseURL {
            url = template.render { variable in
                guard case .setting(let name) = variable, let value = value(name) else { return "" }
                // A part of a host's name (RFC 1123 §2.1) and nothing that could lead to another host.
                let isLabel =
                    !value.isEmpty
                    && value.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || $0 == 0x2D }
                if !isLabel { reader.problem("\(name) stands in a host's name: letters, digits and hyphens only", at: "options") }
                return isLabel ? value : "invalid"
            }
        }
        if url == nil { reader.problem("is required: the provider \(definition.name) has no fixed one", at: "base_url") }
        if let url, let fault = BaseURL.fault(url) { reader.problem(fault, at: "base_url") }
        baseURL = String((url ?? "").reversed().drop { $0 == "/" }.reversed())
    }

    /// An adapter that is called back needs a key for at least one way to tell the provider from a stranger.
    private func checkVerification(_ reader: MappingReader) {
        guard let verifications = definition.callbacks?.verifications, !verifications.isEmpty else { return }
        guard !verifications.contains(where: { !keys($0).isEmpty }) else { return }
        let names = verifications.map(\.key).compactMap { key -> String? in if case .setting(let name) = key { name } else { nil } }
        let others = names.isEmpty ? "" : ", or one of credentials: \(Set(names).sorted().joined(separator: ", "))"
        // Settings that are required have been told to be missing already.
        if names.isEmpty || !names.contains(where: { definition.setting($0)?.isRequired ?? false }) {
            reader.problem("is required by the provider \(definition.name) to know its callbacks by\(others)", at: "callback_secret")
        }
    }

    /// The keys of a verification, the present one first; empty when it cannot be tried.
    func keys(_ verification: Verification) -> [String] {
        switch verification.key {
        case .callbackSecret: callbackSecrets.map(\.value)
        case .setting(let name): ([value(name)] + (retiredSecrets[name] ?? []).map(\.value)).compactMap(\.self).filter { !$0.isEmpty }
        }
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
            let all = reader.secrets(setting.name) ?? []
            secrets[setting.name] = all.first
            if all.count > 1 { retiredSecrets[setting.name] = Array(all.dropFirst()) }
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
    var allSecrets: [String] {
        let plain = (Array(secrets.values) + retiredSecrets.values.flatMap(\.self) + callbackSecrets).map(\.value)
        return plain + encodedCredentials
    }

    /// What the header Authorization has of secrets in another spelling.
    private var encodedCredentials: [String] {
        definition.requests.compactMap { request -> String? in
            guard case .basic(let user, let password)? = request.authorization else { return nil }
            return Data("\(user.render(text)):\(password.render(text))".utf8).base64EncodedString()
        }
    }

    private func text(_ variable: TextTemplate.Variable) -> String {
        if case .setting(let name) = variable { value(name) ?? "" } else { "" }
    }
}
