import ParleyCore
import ParleyYAML

/// Reads `callbacks.verify`.
struct VerificationReader {
    let verify: MappingReader
    let settings: [ProviderSetting]

    init(_ verify: MappingReader, settings: [ProviderSetting]) {
        self.verify = verify
        self.settings = settings
    }

    static let toleranceDefault: Duration = .seconds(300)

    func read() -> [Verification] {
        // All are asked for, so that the list of known keys is whole.
        let found: [Verification?] = [
            simple("twilio_url_and_form", .twilioURLAndForm), simple("plivo_v3", .plivoV3), hmac(), ed25519(), jwt(), sortedParameters(),
            simple("bearer", .bearer), basic(), simple("secret_path", .secretPath),
        ]
        if verify.keys.isEmpty { verify.problem("needs at least one way to tell the provider from a stranger") }
        return found.compactMap(\.self)
    }

    /// - Parameter needsSecret: false for a key that anybody may know.
    private func key(_ reader: MappingReader, _ name: String = "key", needsSecret: Bool = true) -> Verification.Key? {
        guard let text = reader.required(name, { $0.string(name) }) else { return nil }
        if text == "callback_secret" { return .callbackSecret }
        if let setting = setting(text) {
            if needsSecret, settings.first(where: { $0.name == setting })?.isSecret == false {
                reader.problem("must be a secret: say `secret: true` at settings.\(setting)", at: name)
            }
            return .setting(setting)
        }
        let words = ["callback_secret"] + settings.map { "settings.\($0.name)" }
        reader.problem("unknown key `\(text)`; \(Spelling.advice(for: text, among: words))", at: name)
        return nil
    }

    private func setting(_ text: String) -> String? {
        guard text.hasPrefix("settings.") else { return nil }
        let name = String(text.dropFirst("settings.".count))
        return settings.contains { $0.name == name } ? name : nil
    }

    /// A method that has nothing but a key: `word: KEY`, or `word: { key: KEY }`.
    private func simple(_ word: String, _ method: Verification.Method) -> Verification? {
        guard let node = verify.node(word) else { return nil }
        let key = node.pairs == nil ? self.key(verify, word) : verify.mapping(word).flatMap { self.key($0) }
        return key.map { Verification(method: method, key: $0) }
    }

    private func basic() -> Verification? {
        guard let node = verify.node("basic") else { return nil }
        guard node.pairs != nil, let reader = verify.mapping("basic") else { return simple("basic", .basic(user: nil)) }
        var user: String?
        if let text = reader.string("user") {
            user = setting(text)
            if user == nil { reader.problem("expected a setting, such as settings.callback_user", at: "user") }
        }
        return key(reader, "password").map { Verification(method: .basic(user: user), key: $0) }
    }

    private func hmac() -> Verification? {
        guard let reader = verify.mapping("hmac") else { return nil }
        let algorithm = reader.required("algorithm") { $0.choice("algorithm", of: Verification.HashFunctionName.self) }
        let encoding = reader.choice("key_encoding", default: Verification.KeyEncoding.text)
        let rule = signature(reader)
        guard let algorithm, let rule, let key = key(reader) else { return nil }
        return Verification(method: .hmac(rule, algorithm, encoding), key: key)
    }

    private func ed25519() -> Verification? {
        guard let reader = verify.mapping("ed25519") else { return nil }
        let rule = signature(reader)
        guard let rule, let key = key(reader, needsSecret: false) else { return nil }
        return Verification(method: .ed25519(rule), key: key)
    }

    private func signature(_ reader: MappingReader) -> Verification.SignatureRule? {
        let pieces = (reader.required("over", { $0.strings("over") }) ?? []).map { Verification.SignedPiece($0) }
        let encoding = reader.choice("encoding", default: Verification.SignatureEncoding.hex)
        let prefix = reader.string("prefix", default: "")
        let header = reader.string("header")
        let parameter = reader.string("parameter")
        if (header == nil) == (parameter == nil) { reader.problem("needs either header or parameter, which has the signature") }
        let isHeader = header != nil
        func carrier(_ name: String) -> Verification.Carrier { isHeader ? .header(name) : .parameter(name) }
        let timestamp = reader.string("timestamp").map(carrier)
        let nonce = reader.string("nonce").map(carrier)
        let tolerance = reader.duration("tolerance", default: Self.toleranceDefault)
        if timestamp == nil, reader.has("tolerance") { reader.problem("is of a timestamp, and there is none", at: "tolerance") }
        if pieces.contains(.timestamp) != (timestamp != nil) {
            reader.problem("a timestamp must be signed (in over) and be somewhere (timestamp)", at: "over")
        }
        if pieces.contains(.nonce) != (nonce != nil) {
            reader.problem("a nonce must be signed (in over) and be somewhere (nonce)", at: "over")
        }
        if !pieces.contains(.body) { reader.problem("must have body: what is not signed can be changed by anybody", at: "over") }
        guard let name = header ?? parameter else { return nil }
        return Verification.SignatureRule(
            over: pieces, encoding: encoding, signature: carrier(name), prefix: prefix, timestamp: timestamp, nonce: nonce,
            tolerance: tolerance)
    }

    private func jwt() -> Verification? {
        guard let reader = verify.mapping("jwt_hs256") else { return nil }
        let header = reader.requiredString("header")
        var claims: [(name: String, claim: Verification.JWTRule.Claim)] = []
        if let words = reader.required("claims", { $0.mapping("claims") }) {
            claims = words.table(among: Verification.JWTRule.Claim.allCases.map(\.rawValue)).compactMap { name, word in
                Verification.JWTRule.Claim(rawValue: word).map { (name, $0) }
            }
        }
        if !claims.contains(where: { $0.claim == .bodySHA256 }) {
            reader.problem("must have body_sha256: what is not signed can be changed by anybody", at: "claims")
        }
        let tolerance = reader.duration("tolerance", default: Self.toleranceDefault)
        guard let key = key(reader) else { return nil }
        return Verification(method: .jwt(.init(header: header, claims: claims, tolerance: tolerance)), key: key)
    }

    private func sortedParameters() -> Verification? {
        guard let reader = verify.mapping("sorted_parameters") else { return nil }
        let words = Verification.SortedParametersRule.Algorithm.allCases.map(\.rawValue)
        var choice: Verification.SortedParametersRule.Choice?
        if let text = reader.required("algorithm", { $0.string("algorithm") }) {
            if let name = setting(text) {
                choice = .setting(name)
                let odd = settings.first { $0.name == name }?.choices.filter { !words.contains($0) } ?? []
                for word in odd {
                    reader.problem("the setting may be `\(word)`, which is none of \(words.joined(separator: ", "))", at: "algorithm")
                }
            } else {
                choice = reader.choice("algorithm", of: Verification.SortedParametersRule.Algorithm.self).map { .fixed($0) }
            }
        }
        let parameter = reader.requiredString("parameter")
        let timestamp = reader.string("timestamp")
        let tolerance = reader.duration("tolerance", default: Self.toleranceDefault)
        guard let choice, let key = key(reader) else { return nil }
        return Verification(
            method: .sortedParameters(.init(algorithm: choice, parameter: parameter, timestamp: timestamp, tolerance: tolerance)), key: key)
    }
}
