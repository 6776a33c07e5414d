import Foundation
import ParleyAPI
import ParleyCore
import ParleyYAML

/// The section `account`: who may use the API.
struct AccountSettings {
    var sid: SID
    var authToken: SecretText
    var apiKeys: [Key] = []
    private let reader: MappingReader?

    /// One of `api_keys`.
    struct Key {
        var sid: SID
        var secret: SecretText
        /// What it is good for; everything when nothing is written.
        var scopes = Set(APIConfiguration.Scope.allCases)

        var configuration: APIConfiguration.Key { APIConfiguration.Key(sid: sid, secret: secret.value, scopes: scopes) }
    }

    /// The values of the shipped file. They are good on loopback only.
    static let demoSecrets: Set<String> = ["demo-token", "demo-secret"]

    init(reading reader: MappingReader?, under parent: MappingReader) {
        self.reader = reader
        sid = SID(.account, high: 0, low: 1)
        authToken = SecretText("")
        guard let reader else {
            parent.problem("is missing; expected account: { sid: AC…, auth_token: … }", at: "account")
            return
        }
        sid = reader.identifier("sid", .account) ?? sid
        if let token = reader.required("auth_token", { $0.secret("auth_token") }) {
            if token.value.isEmpty { reader.problem("must not be empty", at: "auth_token") }
            authToken = token
        }
        for key in reader.mappings("api_keys") {
            let (sid, secret) = (key.identifier("sid", .apiKey), key.required("secret") { $0.secret("secret") })
            let scopes = AccountSettings.scopes(key)
            guard let sid, let secret else { continue }
            if secret.value.isEmpty { key.problem("must not be empty", at: "secret") }
            if apiKeys.contains(where: { $0.sid == sid }) { key.problem("is given to another key already", at: "sid") }
            apiKeys.append(Key(sid: sid, secret: secret, scopes: scopes))
        }
    }

    private static func scopes(_ key: MappingReader) -> Set<APIConfiguration.Scope> {
        let all = APIConfiguration.Scope.allCases
        guard let words = key.strings("scopes") else { return Set(all) }
        if words.isEmpty { key.problem("expected at least one of \(all.map(\.rawValue).joined(separator: ", "))", at: "scopes") }
        return Set(
            words.compactMap { word in
                if let scope = APIConfiguration.Scope(rawValue: word) { return scope }
                key.problem("unknown value `\(word.prefix(40))`; \(Spelling.advice(for: word, among: all.map(\.rawValue)))", at: "scopes")
                return nil
            })
    }

    /// Keys whose secret is shorter than the hash that it signs tokens with (RFC 7518 §3.2): whoever holds a token can guess at it
    /// in peace.
    var weakTokenKeys: [SID] {
        apiKeys.filter {
            $0.scopes.contains(.tokens) && $0.secret.value.utf8.count < 32 && !AccountSettings.demoSecrets.contains($0.secret.value)
        }.map(\.sid)
    }

    /// The demonstration's secrets are known to everybody: they are refused once anybody but this machine can reach a listener.
    func refuseDemoSecrets(listening addresses: [ListenAddress]) {
        guard let outside = addresses.first(where: { !$0.isLoopback }) else { return }
        if AccountSettings.demoSecrets.contains(authToken.value) {
            reader?.problem("is the demonstration's value, which is refused since \(outside) is not loopback", at: "auth_token")
        }
        if apiKeys.contains(where: { AccountSettings.demoSecrets.contains($0.secret.value) }) {
            reader?.problem("has the demonstration's secret, which is refused since \(outside) is not loopback", at: "api_keys")
        }
    }
}

extension MappingReader {
    /// An identifier of a kind, which must be written.
    func identifier(_ key: String, _ kind: SID.Kind) -> SID? {
        guard let text = required(key, { $0.string(key) }) else { return nil }
        guard let sid = SID(text, kind) else {
            problem("expected \(kind.rawValue) and 32 hexadecimal digits", at: key)
            return nil
        }
        return sid
    }
}

/// The section `storage`: where conversations and media are kept.
struct StorageSettings {
    var databasePath = "var/parley.db"
    var mediaPath = "var/media"

    init(reading reader: MappingReader?) {
        guard let reader else { return }
        databasePath = StorageSettings.path(reader, "database", scheme: "sqlite:", expected: "sqlite:PATH") ?? databasePath
        mediaPath = StorageSettings.path(reader, "media", scheme: "file:", expected: "file:PATH") ?? mediaPath
    }

    private static func path(_ reader: MappingReader, _ key: String, scheme: String, expected: String) -> String? {
        guard let text = reader.string(key) else { return nil }
        guard text.hasPrefix(scheme), text.utf8.count > scheme.utf8.count else {
            let planned = text.hasPrefix("postgres") ? "PostgreSQL is not supported yet; " : ""
            reader.problem("\(planned)expected \(expected)", at: key)
            return nil
        }
        return String(text.dropFirst(scheme.utf8.count))
    }
}
