import Foundation
import ParleyCore
import ParleyYAML

/// Tells the provider from a stranger. Secrets are compared in constant time, and all of several are tried whatever the first says.
extension CallbackDefinition {
    func authenticate(_ request: CallbackRequest, settings: HTTPSMSSettings) throws(Unauthentic) {
        var wasGiven = false
        for verification in verifications {
            guard let claimed = verification.claim(in: request) else { continue }
            wasGiven = true
            var isRight = false
            for secret in verification.key.secrets(settings) where !secret.isEmpty && Secret.equal(claimed, secret) { isRight = true }
            if isRight { return }
        }
        throw Unauthentic(wasGiven ? "the secret is wrong" : "there is no secret")
    }
}

extension CallbackDefinition.Verification {
    /// What the request says the secret is.
    fileprivate func claim(in request: CallbackRequest) -> String? {
        switch method {
        case .secretPath: return request.secret
        case .basic:
            guard let header = request.header("Authorization"), header.lowercased().hasPrefix("basic ") else { return nil }
            let encoded = header.dropFirst("basic ".count).filter { $0 != " " }
            guard let data = Data(base64Encoded: encoded), let pair = String(data: data, encoding: .utf8) else { return nil }
            // The user name ends at the first colon (RFC 7617 §2).
            return pair.firstIndex(of: ":").map { String(pair[pair.index(after: $0)...]) }
        }
    }
}

extension CallbackDefinition.Verification.Key {
    fileprivate func secrets(_ settings: HTTPSMSSettings) -> [String] {
        switch self {
        case .callbackSecret: settings.callbackSecrets.map(\.value)
        case .setting(let name): settings.value(name).map { [$0] } ?? []
        }
    }
}
