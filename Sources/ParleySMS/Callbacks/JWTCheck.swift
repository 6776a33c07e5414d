import Crypto
import Foundation
import ParleyCore

/// A JSON Web Token (RFC 7519) signed with HMAC-SHA256 (RFC 7518 §3.2) that says what the request holds.
struct JWTCheck {
    let rule: Verification.JWTRule
    let request: CallbackRequest
    let now: Instant

    init(rule: Verification.JWTRule, request: CallbackRequest, now: Instant) {
        self.rule = rule
        self.request = request
        self.now = now
    }

    private static let wrong = Verification.Judgement.wrong("the signature is wrong")

    func judge(_ keys: [String]) -> Verification.Judgement {
        guard var token = request.header(rule.header)?.trimmingCharacters(in: .whitespaces) else { return .absent }
        if token.lowercased().hasPrefix("bearer ") { token = token.dropFirst(7).trimmingCharacters(in: .whitespaces) }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let head = Self.decode(parts[0]).flatMap(JSONReader.read), head["alg"]?.scalarText == "HS256",
            let payload = Self.decode(parts[1]).flatMap(JSONReader.read), let signature = Self.decode(parts[2])
        else { return Self.wrong }
        let message = Array("\(parts[0]).\(parts[1])".utf8)
        var isRight = false
        for key in keys {
            let expected = Verification.HashFunctionName.sha256.authenticationCode(message, key: Array(key.utf8))
            if Secret.equal(signature, expected) { isRight = true }
        }
        guard isRight else { return Self.wrong }
        return fault(payload).map { .wrong($0) } ?? .authentic
    }

    private func fault(_ payload: JSONValue) -> String? {
        let tolerance = rule.tolerance.wholeMilliseconds / 1000
        func time(_ name: String) -> Int64? { payload[name]?.scalarText.flatMap { Double($0) }.flatMap { Int64(exactly: $0.rounded()) } }
        guard time("exp") != nil || time("iat") != nil else { return "the token has no time" }
        if let expires = time("exp"), expires < now.seconds - tolerance { return "the token has expired" }
        for name in ["nbf", "iat"] { if let start = time(name), start > now.seconds + tolerance { return "the token is not valid yet" } }
        // A token without an end is good for as long as any other proof of the time.
        if time("exp") == nil, let issued = time("iat"), issued < now.seconds - tolerance { return "the token has expired" }
        for (name, claim) in rule.claims {
            let expected: String
            switch claim {
            case .bodySHA256:
                if request.body.isEmpty, payload[name] == nil { continue }
                expected = ContentDigest.hex(of: request.body)
            case .urlSHA256: expected = ContentDigest.hex(of: Array(request.url.utf8))
            }
            guard let found = payload[name]?.scalarText, Secret.equal(found.lowercased(), expected) else {
                return "the token is of another request"
            }
        }
        return nil
    }

    /// A token for a request.
    func token(key: String) -> String {
        var claims = #"{"iss":"test","iat":\#(now.seconds),"nbf":\#(now.seconds),"exp":\#(now.seconds + 60)"#
        for (name, claim) in rule.claims {
            let digest = claim == .bodySHA256 ? ContentDigest.hex(of: request.body) : ContentDigest.hex(of: Array(request.url.utf8))
            claims += ",\(JSONValue.string(name).encoded):\"\(digest)\""
        }
        let message = Self.encode(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8)) + "." + Self.encode(Array((claims + "}").utf8))
        let signature = Verification.HashFunctionName.sha256.authenticationCode(Array(message.utf8), key: Array(key.utf8))
        return message + "." + Self.encode(signature)
    }

    /// Base64 for URLs without padding (RFC 7515 §2).
    private static func decode(_ text: String) -> [UInt8]? {
        guard !text.utf8.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "=") }) else {
            return nil
        }
        let padded = text.replacing("-", with: "+").replacing("_", with: "/") + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: padded).map { Array($0) }
    }

    private static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
