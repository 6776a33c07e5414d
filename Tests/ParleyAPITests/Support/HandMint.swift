import Crypto
import Foundation
import ParleyAPI
import ParleyCore

/// Tokens written by hand, so that they can be wrong in every way.
struct HandMint: Sendable {
    static let key = APIConfiguration.Key(sid: SID(.apiKey, high: 3, low: 5), secret: "0123456789abcdef0123456789abcdef")
    static let official = #"{"alg":"HS256","cty":"twilio-fpa;v=1","typ":"JWT"}"#

    var header = HandMint.official
    var issuer = HandMint.key.sid.text
    var subject = Installation.account.text
    var start: String? = "1780000000"
    var end: String? = "1780003600"
    var grants: String? = #"{"identity":"alice","chat":{}}"#
    var more = ""
    var secret = HandMint.key.secret

    var payload: String {
        let claims = [
            "\"jti\":\"\(issuer)-1780000000\"", "\"iss\":\"\(issuer)\"", "\"sub\":\"\(subject)\"", start.map { "\"nbf\":\($0)" },
            end.map { "\"exp\":\($0)" }, grants.map { "\"grants\":\($0)" },
        ]
        return "{" + claims.compactMap(\.self).joined(separator: ",") + more + "}"
    }

    var token: String { HandMint.sign(header, payload, secret) }

    static func sign(_ header: String, _ payload: String, _ secret: String) -> String {
        let input = base64(header.utf8) + "." + base64(payload.utf8)
        let code = HMAC<SHA256>.authenticationCode(for: Data(input.utf8), using: SymmetricKey(data: Data(secret.utf8)))
        return input + "." + base64(code)
    }

    static func base64(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    static func with(_ change: (inout HandMint) -> Void) -> String {
        var mint = HandMint()
        change(&mint)
        return mint.token
    }
}
