import Foundation
import Synchronization

/// The access token that requests and the realtime connection carry; `RealtimeFeed.update` replaces it.
final class TokenBox: Sendable {
    private let held: Mutex<String>

    init(_ token: String) { held = Mutex(token) }

    var token: String { held.withLock { $0 } }

    func set(_ token: String) { held.withLock { $0 = token } }

    /// The service that the token says it is for, unverified: a hint for calls that are made before the gateway has said so.
    var service: String? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var text = parts[1].replacing("-", with: "+").replacing("_", with: "/")
        while text.count % 4 != 0 { text += "=" }
        guard let data = Data(base64Encoded: String(text)), let claims = try? JSONDecoder().decode(JSONValue.self, from: data) else {
            return nil
        }
        return claims["grants"]?["chat"]?["service_sid"]?.stringValue
    }

    /// Whether a token can stand in a header field: visible ASCII and nothing that would end the field (RFC 9110, section 5.5).
    static func isUsable(_ token: String) -> Bool {
        !token.isEmpty && token.utf8.count <= 16_384 && token.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    static let unusable = ConversationsError.argument("token", "visible ASCII, at most 16 KiB")
}
