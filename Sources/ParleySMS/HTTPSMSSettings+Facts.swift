/// What an adapter's settings are, for its operator. No secret is in it.
extension HTTPSMSSettings {
    /// A setting with its value.
    public struct Shown: Sendable, Hashable {
        public let name: String
        /// `***` for a secret.
        public let value: String
        public let isSecret: Bool
        /// True for the value that the definition gives where none is written.
        public let isDefault: Bool
    }

    /// One way in which a callback may prove that it comes from the provider.
    public struct Proof: Sendable, Hashable {
        /// The word under `verify`, such as `hmac` or `secret_path`.
        public let method: String
        /// The setting that has its key, such as `callback_secret`.
        public let key: String
        /// True when it proves what the request holds, rather than who knows a secret.
        public let isSignature: Bool
        /// False when the settings have no such key: then it is never enough.
        public let isTried: Bool
    }

    /// The settings that have a value, in the definition's order, before them `base_url` and after them `callback_secret`.
    public var shown: [Shown] {
        var shown = [Shown(name: "base_url", value: baseURL, isSecret: false, isDefault: false)]
        for setting in definition.settings {
            if setting.isSecret {
                guard secrets[setting.name] != nil else { continue }
                shown.append(Self.secret(setting.name, older: retiredSecrets[setting.name]?.count ?? 0))
            } else if let value = options[setting.name] {
                shown.append(Shown(name: setting.name, value: value, isSecret: false, isDefault: value == setting.fallback))
            }
        }
        if !callbackSecrets.isEmpty { shown.append(Self.secret("callback_secret", older: callbackSecrets.count - 1)) }
        return shown
    }

    private static func secret(_ name: String, older: Int) -> Shown {
        Shown(name: name, value: older == 0 ? "***" : "*** and \(older) older", isSecret: true, isDefault: false)
    }

    /// The ways in which callbacks are proven; one that holds is enough. Empty for a provider that never calls back.
    public var proofs: [Proof] {
        (definition.callbacks?.verifications ?? []).map { way in
            let key = if case .setting(let name) = way.key { name } else { "callback_secret" }
            return Proof(method: way.word, key: key, isSignature: way.isSignature, isTried: !keys(way).isEmpty)
        }
    }
}
