import Crypto
import Foundation
import ParleyCore

/// Checks the signature of a request, and makes one, by the rules of a ``Verification``.
struct SignatureCheck {
    let verification: Verification
    let request: CallbackRequest
    let settings: HTTPSMSSettings
    let now: Instant

    init(verification: Verification, request: CallbackRequest, settings: HTTPSMSSettings, now: Instant) {
        self.verification = verification
        self.request = request
        self.settings = settings
        self.now = now
    }

    private static let wrong = Verification.Judgement.wrong("the signature is wrong")

    func judge(_ keys: [String]) -> Verification.Judgement {
        switch verification.method {
        case .hmac(let rule, let name, let keyEncoding): return judge(rule, keys) { expected(rule, name, keyEncoding, key: $0) }
        case .ed25519(let rule): return judgeEd25519(rule, keys)
        case .jwt(let rule): return JWTCheck(rule: rule, request: request, now: now).judge(keys)
        case .sortedParameters(let rule): return judge(rule, keys)
        case .twilioURLAndForm: return TwilioSignature(request: request).judge(keys)
        case .plivoV3: return PlivoSignature(request: request).judge(keys)
        case .secretPath, .basic, .bearer: return .absent
        }
    }

    // MARK: Over pieces of the request

    private func judge(_ rule: Verification.SignatureRule, _ keys: [String], _ expected: (String) -> [UInt8]?) -> Verification.Judgement {
        guard let claim = value(rule.signature) else { return .absent }
        if let fault = timeFault(rule.timestamp.flatMap(value), isExpected: rule.timestamp != nil, rule.tolerance) { return .wrong(fault) }
        guard let signature = decoded(claim, rule) else { return Self.wrong }
        var isRight = false
        for key in keys {
            if let expected = expected(key), Secret.equal(signature, expected) { isRight = true }
        }
        return isRight ? .authentic : Self.wrong
    }

    private func expected(
        _ rule: Verification.SignatureRule, _ name: Verification.HashFunctionName, _ encoding: Verification.KeyEncoding, key: String
    ) -> [UInt8]? {
        guard let key = encoding.decode(key), let message = message(rule) else { return nil }
        return name.authenticationCode(message, key: key)
    }

    private func judgeEd25519(_ rule: Verification.SignatureRule, _ keys: [String]) -> Verification.Judgement {
        guard let claim = value(rule.signature) else { return .absent }
        if let fault = timeFault(rule.timestamp.flatMap(value), isExpected: rule.timestamp != nil, rule.tolerance) { return .wrong(fault) }
        guard let signature = decoded(claim, rule), let message = message(rule) else { return Self.wrong }
        let isRight = keys.contains { text in
            // 64 hexadecimal digits are base64 too, of other bytes.
            let hex = text.utf8.count == 64 ? Verification.KeyEncoding.hex.decode(text) : nil
            let bytes = hex ?? Data(base64Encoded: text).map { Array($0) } ?? []
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return false }
            return key.isValidSignature(signature, for: message)
        }
        return isRight ? .authentic : Self.wrong
    }

    private func decoded(_ claim: String, _ rule: Verification.SignatureRule) -> [UInt8]? {
        guard claim.hasPrefix(rule.prefix) else { return nil }
        let text = String(claim.dropFirst(rule.prefix.count)).trimmingCharacters(in: .whitespaces)
        switch rule.encoding {
        case .hex: return Verification.KeyEncoding.hex.decode(text)
        case .base64: return Data(base64Encoded: text).map { Array($0) }
        }
    }

    /// What is signed; nil when a piece of it is missing.
    func message(_ rule: Verification.SignatureRule) -> [UInt8]? {
        var message: [UInt8] = []
        for piece in rule.over {
            switch piece {
            case .body: message += request.body
            case .timestamp:
                guard let text = rule.timestamp.flatMap(value) else { return nil }
                message += Array(text.utf8)
            case .nonce:
                guard let text = rule.nonce.flatMap(value) else { return nil }
                message += Array(text.utf8)
            case .url: message += Array(request.url.utf8)
            case .urlWithoutQuery: message += Array(request.url.prefix { $0 != "?" }.utf8)
            case .path: message += Array((URLComponents(string: request.url)?.percentEncodedPath ?? "").utf8)
            case .method: message += Array(request.method.utf8)
            case .literal(let text): message += Array(text.utf8)
            }
        }
        return message
    }

    private func value(_ carrier: Verification.Carrier) -> String? {
        switch carrier {
        case .header(let name): request.header(name)
        case .parameter(let name): request.allParameters.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
        }
    }

    /// What is wrong with a time; nil when nothing is.
    private func timeFault(_ text: String?, isExpected: Bool, _ tolerance: Duration) -> String? {
        guard isExpected else { return nil }
        guard let text, let number = Int64(text.trimmingCharacters(in: .whitespaces)), number > 0 else { return "there is no timestamp" }
        // Milliseconds have thirteen digits until the year 2286.
        let instant = number > 100_000_000_000 ? Instant(milliseconds: number) : Instant(seconds: min(number, 100_000_000_000))
        let distance = instant < now ? now - instant : instant - now
        return distance > tolerance ? "the timestamp is too far from now" : nil
    }

    // MARK: Sorted parameters

    private func judge(_ rule: Verification.SortedParametersRule, _ keys: [String]) -> Verification.Judgement {
        let parameters = request.allParameters
        guard let claim = parameters.first(where: { $0.name == rule.parameter }) else { return .absent }
        // Names with these could be cut in another way under the same signature; what is no parameter is not signed at all.
        let isPlain = parameters.allSatisfy { !$0.name.contains("&") && !$0.name.contains("=") }
        guard isPlain, request.isMadeOfParameters else { return .wrong("the signature is not over the body") }
        if let name = rule.timestamp {
            let text = parameters.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
            if let fault = timeFault(text, isExpected: true, rule.tolerance) { return .wrong(fault) }
        }
        guard let signature = Verification.KeyEncoding.hex.decode(String(decoding: claim.value, as: UTF8.self)) else { return Self.wrong }
        var isRight = false
        for key in keys {
            if let expected = sortedCode(rule, key: key), Secret.equal(signature, expected) { isRight = true }
        }
        return isRight ? .authentic : Self.wrong
    }

    /// `&name=value` for all parameters but the signature in the order of their names, with `&` and `=` in values replaced.
    func sortedCode(_ rule: Verification.SortedParametersRule, key: String) -> [UInt8]? {
        let algorithm: Verification.SortedParametersRule.Algorithm?
        switch rule.algorithm {
        case .fixed(let fixed): algorithm = fixed
        case .setting(let name): algorithm = settings.value(name).flatMap { .init(rawValue: $0) }
        }
        let sorted = request.allParameters.filter { $0.name != rule.parameter }.sorted {
            $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
        var message: [UInt8] = []
        for parameter in sorted {
            let value = parameter.value.map { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "=") ? UInt8(ascii: "_") : $0 }
            message += Array("&\(parameter.name)=".utf8) + value
        }
        let bytes = Array(key.utf8)
        switch algorithm {
        case .md5Hash: return Array(Insecure.MD5.hash(data: message + bytes))
        case .hmacMD5: return Verification.HashFunctionName.md5.authenticationCode(message, key: bytes)
        case .hmacSHA1: return Verification.HashFunctionName.sha1.authenticationCode(message, key: bytes)
        case .hmacSHA256: return Verification.HashFunctionName.sha256.authenticationCode(message, key: bytes)
        case .hmacSHA512: return Verification.HashFunctionName.sha512.authenticationCode(message, key: bytes)
        case nil: return nil
        }
    }
}

extension Verification.HashFunctionName {
    /// HMAC (RFC 2104).
    func authenticationCode(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        let key = SymmetricKey(data: key)
        switch self {
        case .md5: return Array(HMAC<Insecure.MD5>.authenticationCode(for: message, using: key))
        case .sha1: return Array(HMAC<Insecure.SHA1>.authenticationCode(for: message, using: key))
        case .sha256: return Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
        case .sha512: return Array(HMAC<SHA512>.authenticationCode(for: message, using: key))
        }
    }
}

extension Verification.KeyEncoding {
    /// The bytes of a key, or of a signature; nil when the text is none.
    func decode(_ text: String) -> [UInt8]? {
        switch self {
        case .text: return Array(text.utf8)
        case .base64: return Data(base64Encoded: text).map { Array($0) }
        case .hex:
            return text.isEmpty ? nil : Hexadecimal.decode(text.utf8)
        }
    }
}

extension CallbackRequest {
    /// True when everything in the request is one of ``allParameters``.
    fileprivate var isMadeOfParameters: Bool {
        if body.isEmpty || bodyKind == .form { return true }
        guard bodyKind == .json, case .object(let members)? = JSONReader.read(body) else { return false }
        return members.allSatisfy { $0.value.scalarText != nil }
    }

    /// The parameters of the query, of a form, and the texts of a JSON object's members, as providers that sign parameters count them.
    var allParameters: [Parameter] {
        let queried = PercentEncoding.fields(query)
        switch bodyKind {
        case .form: return queried + PercentEncoding.fields(String(decoding: body, as: UTF8.self))
        case .json:
            guard case .object(let members)? = JSONReader.read(body) else { return queried }
            return queried
                + members.compactMap { member in member.value.scalarText.map { Parameter(name: member.name, value: Array($0.utf8)) } }
        case .xml, .other: return queried
        }
    }
}
