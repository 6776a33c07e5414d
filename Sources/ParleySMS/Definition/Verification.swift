import ParleyCore

/// One way to tell the provider from a stranger.
struct Verification: Sendable {
    var method: Method
    var key: Key

    enum Method: Sendable {
        /// The last part of the path.
        case secretPath
        /// The password of HTTP basic authentication, and the user where a setting says who it must be.
        case basic(user: String?)
        case bearer
        case hmac(SignatureRule, HashFunctionName, KeyEncoding)
        case ed25519(SignatureRule)
        case jwt(JWTRule)
        case sortedParameters(SortedParametersRule)
        case twilioURLAndForm
        case plivoV3
    }

    /// Where the key is.
    enum Key: Sendable, Hashable {
        case callbackSecret
        case setting(String)
    }

    enum HashFunctionName: String, Sendable, CaseIterable {
        case md5
        case sha1
        case sha256
        case sha512
    }

    /// How a key is written.
    enum KeyEncoding: String, Sendable, CaseIterable {
        case text
        case base64
        case hex
    }

    /// A piece of what is signed.
    enum SignedPiece: Sendable, Hashable {
        case body
        case timestamp
        case nonce
        case url
        case urlWithoutQuery
        case path
        case method
        case literal(String)

        init(_ text: String) {
            switch text {
            case "body": self = .body
            case "timestamp": self = .timestamp
            case "nonce": self = .nonce
            case "url": self = .url
            case "url_without_query": self = .urlWithoutQuery
            case "path": self = .path
            case "method": self = .method
            default: self = .literal(text)
            }
        }
    }

    enum SignatureEncoding: String, Sendable, CaseIterable {
        case hex
        case base64
    }

    /// A value that comes beside the request itself.
    enum Carrier: Sendable, Hashable {
        case header(String)
        case parameter(String)
    }

    /// A signature over pieces of the request.
    struct SignatureRule: Sendable {
        var over: [SignedPiece]
        var encoding: SignatureEncoding
        var signature: Carrier
        var prefix: String
        var timestamp: Carrier?
        var nonce: Carrier?
        var tolerance: Duration
    }

    struct JWTRule: Sendable {
        enum Claim: String, Sendable, CaseIterable {
            case bodySHA256 = "body_sha256"
            case urlSHA256 = "url_sha256"
        }

        var header: String
        var claims: [(name: String, claim: Claim)]
        var tolerance: Duration
    }

    struct SortedParametersRule: Sendable {
        enum Algorithm: String, Sendable, CaseIterable {
            case md5Hash = "md5_hash"
            case hmacMD5 = "hmac_md5"
            case hmacSHA1 = "hmac_sha1"
            case hmacSHA256 = "hmac_sha256"
            case hmacSHA512 = "hmac_sha512"
        }

        enum Choice: Sendable {
            case fixed(Algorithm)
            case setting(String)
        }

        var algorithm: Choice
        var parameter: String
        var timestamp: String?
        var tolerance: Duration
    }

    /// The word under `verify`.
    var word: String {
        switch method {
        case .secretPath: "secret_path"
        case .basic: "basic"
        case .bearer: "bearer"
        case .hmac: "hmac"
        case .ed25519: "ed25519"
        case .jwt: "jwt_hs256"
        case .sortedParameters: "sorted_parameters"
        case .twilioURLAndForm: "twilio_url_and_form"
        case .plivoV3: "plivo_v3"
        }
    }

    /// True when it proves what the request holds, rather than who knows a secret.
    var isSignature: Bool {
        switch method {
        case .secretPath, .basic, .bearer: false
        default: true
        }
    }

    /// The settings it needs.
    var settings: [String] {
        var names: [String] = []
        if case .setting(let name) = key { names.append(name) }
        switch method {
        case .basic(let user?): names.append(user)
        case .sortedParameters(let rule): if case .setting(let name) = rule.algorithm { names.append(name) }
        default: break
        }
        return names
    }
}
