import JWTKit
public import ParleyCore

/// What an access token says: a JSON Web Token (RFC 7519) that an API key signs for one chat user of one service.
///
/// The form is the one that the official libraries mint (contract: REST §6 "AccessToken / ChatGrant"). A chat grant that names no service
/// means the default one.
public struct AccessToken: Sendable, Hashable {
    /// The chat user, 1 to 256 characters without control characters.
    public var identity: String
    public var service: SID?
    public var expires: Instant

    public init(identity: String, service: SID? = nil, expires: Instant) {
        self.identity = identity
        self.service = service
        self.expires = expires
    }

    /// The longest life of a token, in seconds; beyond: 20157.
    public static let lifetimeMax = 86_400

    /// The content type that tells these tokens from others (RFC 7519 §5.2).
    static let contentType = "twilio-fpa;v=1"

    /// True for a text that can name a chat user in a token.
    public static func isIdentity(_ text: String) -> Bool {
        // `system` is whom the gateway names where no user acted.
        (1...256).contains(text.count) && text != "system" && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    /// Writes the token and signs it with HS256 (RFC 7518 §3.2).
    ///
    /// - Parameters:
    ///   - account: the account that the key belongs to.
    ///   - start: when it begins to be good; whole seconds count.
    public func signed(by key: APIConfiguration.Key, of account: SID, from start: Instant) async throws -> String {
        let claims = AccessTokenClaims(
            jti: "\(key.sid)-\(start.seconds)", iss: key.sid.text, sub: account.text, nbf: Double(start.seconds),
            exp: Double(expires.seconds), grants: .init(identity: identity, chat: .init(serviceSID: service?.text)))
        var header = JWTHeader()
        header.cty = AccessToken.contentType
        return try await AccessTokenClaims.keys(Array(key.secret.utf8)).sign(claims, header: header)
    }
}

/// The claims as they are written. Every one may be missing: each is missed with an error of its own.
struct AccessTokenClaims: JWTPayload {
    var jti: String?
    var iss: String?
    var sub: String?
    var iat: Double?
    /// Seconds since 1970, as are `iat` and `exp`; fractions are allowed (RFC 7519 §2, NumericDate).
    var nbf: Double?
    var exp: Double?
    var grants: Grants?

    struct Grants: Codable, Sendable {
        var identity: String?
        var chat: Chat?
    }

    struct Chat: Codable, Sendable {
        var serviceSID: String?

        enum CodingKeys: String, CodingKey { case serviceSID = "service_sid" }
    }

    /// Claims are judged by ``AccessTokenVerifier``, which knows the time and the account.
    func verify(using algorithm: some JWTAlgorithm) {}

    /// The one key of a signature. HMAC fills a key that is shorter than the hash up with zeros (RFC 2104 §2); done here, the signature is
    /// the same and jwt-kit, which asserts 32 bytes, takes it.
    static func keys(_ secret: [UInt8]) async -> JWTKeyCollection {
        let key = secret + [UInt8](repeating: 0, count: max(0, 32 - secret.count))
        return await JWTKeyCollection().add(hmac: HMACKey(from: key), digestAlgorithm: .sha256)
    }
}
