import Foundation
import JWTKit
import ParleyCore

/// Judges access tokens. What is told before the signature is proved says nothing of keys: an unknown key and a wrong signature are the
/// same 20003, in the same time. The other codes are those of the field's catalogue for access tokens.
///
/// | Code | When |
/// |---|---|
/// | 20003 | the issuer is no key of ours, or the signature is not its |
/// | 20101 | no JWT of three parts with JSON in two, or longer than 8192 bytes |
/// | 20102 | the header names another algorithm than HS256, another content type, or an extension that must be understood |
/// | 20103 | the key may not sign tokens, or the subject is another account |
/// | 20104 | it has expired, or does not say when it expires |
/// | 20105 | it is not good yet |
/// | 20106 | there is no chat grant, its service is none, or the identity is missing, too long or unprintable |
/// | 20157 | it is good for longer than 24 hours |
struct AccessTokenVerifier: Sendable {
    let account: SID
    private let keys: [SID: APIConfiguration.Key]
    /// Signs nothing: it stands in for the key of an issuer that is unknown.
    private let nobody = (0..<32).map { _ in UInt8.random(in: .min ... .max) }

    /// How far ahead of ours the clock of who minted a token may be, in seconds. A token's end has no such leeway.
    static let leeway = 60.0
    static let bytesMax = 8192

    init(_ configuration: APIConfiguration) {
        account = configuration.account
        keys = Dictionary(configuration.keys.filter { !$0.secret.isEmpty }.map { ($0.sid, $0) }) { first, _ in first }
    }

    /// - Throws: a failure whose refusal is a 401 with one of the codes above. No message repeats anything of the token.
    func verify(_ text: String, at now: Instant) async throws(AuthenticationFailure) -> AccessToken {
        let issuer = try issuer(of: text)
        let key = issuer.flatMap { keys[$0] }
        let claims: AccessTokenClaims
        do {
            claims = try await AccessTokenClaims.keys(key.map { Array($0.secret.utf8) } ?? nobody).verify(text)
        } catch {
            throw .guess(.unauthenticated)
        }
        guard let key else { throw .guess(.unauthenticated) }
        guard key.scopes.contains(.tokens) else { throw .proven(.tokenIssuer("its key may not sign tokens")) }
        guard claims.sub == account.text else { throw .proven(.tokenIssuer("its subject is not this account")) }
        let expires = try times(claims, now: Double(now.milliseconds) / 1000)
        return try token(claims.grants, expires: expires)
    }

    /// Reads who is said to have signed, which chooses the key, and refuses other algorithms than ours.
    private func issuer(of text: String) throws(AuthenticationFailure) -> SID? {
        guard text.utf8.count <= AccessTokenVerifier.bytesMax,
            let parts = try? DefaultJWTParser().getTokenParts(Array(text.utf8)),
            let header = AccessTokenVerifier.read(Header.self, parts.header),
            let claims = AccessTokenVerifier.read(AccessTokenClaims.self, parts.payload)
        else { throw .guess(.tokenMalformed) }
        guard header.alg == "HS256", header.crit == nil, header.cty == nil || header.cty == AccessToken.contentType else {
            throw .guess(.tokenHeader)
        }
        return claims.iss.flatMap { SID($0, .apiKey) }
    }

    /// The end of a token that is good now.
    private func times(_ claims: AccessTokenClaims, now: Double) throws(AuthenticationFailure) -> Instant {
        guard let end = claims.exp, end > now else { throw .proven(.tokenExpired) }
        let start = claims.nbf ?? claims.iat ?? now
        guard start <= now + AccessTokenVerifier.leeway else { throw .proven(.tokenTooEarly) }
        guard end - start <= Double(AccessToken.lifetimeMax) else { throw .proven(.tokenLifetime) }
        // At most a day and a minute from now: the number is small.
        return Instant(milliseconds: Int64(end * 1000))
    }

    private func token(_ grants: AccessTokenClaims.Grants?, expires: Instant) throws(AuthenticationFailure) -> AccessToken {
        guard let grants, let chat = grants.chat else { throw .proven(.tokenGrants("expected a chat grant")) }
        guard let identity = grants.identity, AccessToken.isIdentity(identity) else {
            throw .proven(.tokenGrants("expected an identity of 1 to 256 characters without control characters"))
        }
        var service: SID?
        if let text = chat.serviceSID {
            service = SID(text, .service)
            guard service != nil else { throw .proven(.tokenGrants("its service is none")) }
        }
        return AccessToken(identity: identity, service: service, expires: expires)
    }

    /// What matters of the header. It is not read as jwt-kit's `JWTHeader`, which traps on a number that no `Int` holds.
    private struct Header: Decodable {
        var alg: String?
        var cty: String?
        /// Extensions that must be understood (RFC 7515 §4.1.11); none is.
        var crit: [String]?
    }

    /// Reads a part: Base64 for URLs without padding (RFC 7515 §2), then JSON.
    private static func read<Part: Decodable>(_ type: Part.Type, _ part: ArraySlice<UInt8>) -> Part? {
        var text = String(decoding: part, as: UTF8.self).replacing("-", with: "+").replacing("_", with: "/")
        text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text).flatMap { try? JSONDecoder().decode(type, from: $0) }
    }
}

extension Refusal {
    static let tokenMalformed = Refusal(code: 20101, status: 401, message: "Invalid access token: expected a signed JWT")

    static let tokenHeader = Refusal(
        code: 20102, status: 401, message: "Invalid access token header: expected alg HS256 and cty \(AccessToken.contentType)")

    static func tokenIssuer(_ reason: String) -> Refusal {
        Refusal(code: 20103, status: 401, message: "Invalid access token issuer or subject: \(reason)")
    }

    static let tokenExpired = Refusal(code: 20104, status: 401, message: "The access token has expired, or its exp is missing")

    static let tokenTooEarly = Refusal(code: 20105, status: 401, message: "The access token is not valid yet")

    static func tokenGrants(_ reason: String) -> Refusal {
        Refusal(code: 20106, status: 401, message: "Invalid access token grants: \(reason)")
    }

    static let tokenLifetime = Refusal(
        code: 20157, status: 401, message: "The access token is good for longer than \(AccessToken.lifetimeMax) seconds")
}
