import Foundation
import ParleyCore

/// Tells the provider from a stranger. Secrets and signatures are compared in constant time, and all keys are tried whatever the first says.
extension CallbackDefinition {
    func authenticate(_ request: CallbackRequest, settings: HTTPSMSSettings, at now: Instant) throws(Unauthentic) {
        var reason: String?
        for verification in verifications {
            let keys = settings.keys(verification)
            guard !keys.isEmpty else { continue }
            switch verification.judge(request, keys: keys, settings: settings, at: now) {
            case .authentic: return
            case .wrong(let why): reason = why
            case .absent: break
            }
        }
        let asksForSignature = verifications.contains { $0.isSignature && !settings.keys($0).isEmpty }
        throw Unauthentic(reason ?? (asksForSignature ? "there is no signature" : "there is no secret"))
    }
}

extension Verification {
    /// What a request says about itself.
    enum Judgement: Hashable {
        case authentic
        /// It says nothing that this way of telling looks at.
        case absent
        case wrong(String)
    }

    func judge(_ request: CallbackRequest, keys: [String], settings: HTTPSMSSettings, at now: Instant) -> Judgement {
        switch method {
        case .secretPath: return Self.compare(request.secret, with: keys)
        case .bearer: return Self.compare(request.authorization("bearer"), with: keys)
        case .basic(let user):
            guard let pair = request.basicCredentials else { return .absent }
            let isUser = user.flatMap { settings.value($0) }.map { Secret.equal(pair.user, $0) } ?? true
            let verdict = Self.compare(pair.password, with: keys)
            return isUser ? verdict : .wrong("the secret is wrong")
        case .hmac, .ed25519, .sortedParameters, .jwt, .twilioURLAndForm, .plivoV3:
            return SignatureCheck(verification: self, request: request, settings: settings, now: now).judge(keys)
        }
    }

    private static func compare(_ claim: String?, with keys: [String]) -> Judgement {
        guard let claim else { return .absent }
        var isRight = false
        for key in keys where Secret.equal(claim, key) { isRight = true }
        return isRight ? .authentic : .wrong("the secret is wrong")
    }
}

extension CallbackRequest {
    /// What stands behind a scheme in the header Authorization.
    func authorization(_ scheme: String) -> String? {
        guard let header = header("Authorization"), header.lowercased().hasPrefix(scheme + " ") else { return nil }
        return header.dropFirst(scheme.count + 1).trimmingCharacters(in: .whitespaces)
    }

    var basicCredentials: (user: String, password: String)? {
        guard let encoded = authorization("basic"), let data = Data(base64Encoded: encoded), let pair = String(data: data, encoding: .utf8),
            // The user name ends at the first colon (RFC 7617 §2).
            let colon = pair.firstIndex(of: ":")
        else { return nil }
        return (String(pair[..<colon]), String(pair[pair.index(after: colon)...]))
    }
}
