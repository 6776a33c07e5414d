import Crypto
import Foundation

/// Makes and checks the signed, expiring links under which people outside fetch what their channel cannot carry: media, and the whole of a text
/// that is too long. A signature of the one is none of the other.
public struct MediaLinkSigner: Sendable {
    /// How long a link is good for that stands in a message.
    public static let life: Duration = .seconds(7 * 24 * 3600)

    private let keys: [[UInt8]]

    /// - Parameter keys: secrets, newest first. The first signs, all verify.
    public init(keys: [[UInt8]]) { self.keys = keys }

    /// The path and query of a link, such as `/media/ME…?expires=1780000000&signature=…`. `expires` is in seconds since 1970.
    public func path(of media: SID, expires: Instant) -> String { path("media", media, expires) }

    /// The same for a message's text, such as `/messages/IM…?expires=1780000000&signature=…`.
    public func path(ofMessage message: SID, expires: Instant) -> String { path("messages", message, expires) }

    /// True when the signature is ours and the time has not come.
    public func verifies(_ media: SID, expires: Int64, signature claimed: String, now: Instant) -> Bool {
        verifies("media", media, expires, claimed, now)
    }

    /// The same for a message's text.
    public func verifies(message: SID, expires: Int64, signature claimed: String, now: Instant) -> Bool {
        verifies("messages", message, expires, claimed, now)
    }

    private func path(_ kind: String, _ sid: SID, _ expires: Instant) -> String {
        "/\(kind)/\(sid)?expires=\(expires.seconds)&signature=\(signature(kind, sid, expires.seconds, key: keys.first ?? []))"
    }

    private func verifies(_ kind: String, _ sid: SID, _ expires: Int64, _ claimed: String, _ now: Instant) -> Bool {
        keys.contains { Secret.equal(claimed, signature(kind, sid, expires, key: $0)) } && expires > now.seconds
    }

    /// The kind is part of what is signed.
    private func signature(_ kind: String, _ sid: SID, _ expires: Int64, key: [UInt8]) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Data("\(kind)\0\(sid)\0\(expires)".utf8), using: SymmetricKey(data: key))
        return code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
