import Crypto
import Foundation

/// Makes and checks the signed, expiring links under which people outside fetch media that their channel cannot carry.
public struct MediaLinkSigner: Sendable {
    /// How long a link is good for that stands in a message.
    public static let life: Duration = .seconds(7 * 24 * 3600)

    private let keys: [[UInt8]]

    /// - Parameter keys: secrets, newest first. The first signs, all verify.
    public init(keys: [[UInt8]]) { self.keys = keys }

    /// The path and query of a link, such as `/media/ME…?expires=1780000000&signature=…`. `expires` is in seconds since 1970.
    public func path(of media: SID, expires: Instant) -> String {
        "/media/\(media)?expires=\(expires.seconds)&signature=\(signature(media, expires.seconds, key: keys.first ?? []))"
    }

    /// True when the signature is ours and the time has not come.
    public func verifies(_ media: SID, expires: Int64, signature claimed: String, now: Instant) -> Bool {
        keys.contains { Secret.equal(claimed, signature(media, expires, key: $0)) } && expires > now.seconds
    }

    private func signature(_ media: SID, _ expires: Int64, key: [UInt8]) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Data("media\0\(media)\0\(expires)".utf8), using: SymmetricKey(data: key))
        return code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
