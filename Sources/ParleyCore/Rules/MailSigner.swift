import Crypto
import Foundation

/// Makes and recognises what we write into mails and must be able to trust when it comes back: reply tokens and Message-IDs.
///
/// A token is an identifier of 128 bits and a truncated HMAC-SHA256 of 65 bits, both in base32 (RFC 4648 §6, lower case): 39 characters, so
/// that a proxy address with a token keeps within the 64 bytes of a local part. It can be checked without a look-up and not be guessed.
public struct MailSigner: Sendable {
    /// The length of a token in characters.
    public static let tokenLength = identifierLength + macLength

    private static let identifierLength = 26
    private static let macLength = 13
    private let keys: [[UInt8]]

    /// - Parameter keys: secrets, newest first. The first signs, all verify.
    public init(keys: [[UInt8]]) { self.keys = keys }

    /// The token that a participant's answers carry. It is good for this proxy address only.
    public func replyToken(for participant: SID, proxy: Address) -> String {
        let identifier = MailSigner.base32(participant)
        return identifier + mac(["reply", identifier, proxy.key], key: keys.first ?? [])
    }

    /// The participant that a token was made for, or nil when it is not ours.
    public func participant(ofToken token: some StringProtocol, proxy: Address) -> SID? {
        let token = token.lowercased()
        guard MailSigner.hasTokenForm(token) else { return nil }
        let identifier = String(token.prefix(MailSigner.identifierLength))
        let claimed = String(token.suffix(MailSigner.macLength))
        guard verify(claimed, over: ["reply", identifier, proxy.key]) else { return nil }
        return MailSigner.sid(.participant, fromBase32: identifier)
    }

    /// True when a text has a token's length and letters, whether or not it is ours.
    public static func hasTokenForm(_ text: some StringProtocol) -> Bool {
        text.utf8.count == tokenLength && text.lowercased().utf8.allSatisfy { value($0) != nil }
    }

    /// An address whose local part ends in a text of a token's form, taken apart: `local+token@domain` is `local@domain` and the token, whoever
    /// made it. Separators that mail systems are known to write in place of the plus are taken too. Nil for any other address.
    public static func parts(of address: Address) -> (bare: Address, token: String)? {
        let parts = address.key.split(separator: "@", maxSplits: 1).map(String.init)
        guard parts.count == 2, let mark = parts[0].lastIndex(where: { "+-=".contains($0) }) else { return nil }
        let token = String(parts[0][parts[0].index(after: mark)...])
        guard hasTokenForm(token), let bare = try? Address("\(parts[0][..<mark])@\(parts[1])") else { return nil }
        return (bare, token)
    }

    /// The Message-ID of a delivery, without angle brackets. It is the same for every attempt.
    public func messageID(of delivery: SID, domain: String) -> String {
        let identifier = MailSigner.base32(delivery)
        return "\(identifier).\(mac(["id", identifier, domain.lowercased()], key: keys.first ?? []))@\(domain)"
    }

    /// The delivery whose mail has this Message-ID, or nil when it is not one of ours.
    public func delivery(ofMessageID text: String) -> SID? {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let local = parts[0].lowercased().split(separator: ".", omittingEmptySubsequences: false)
        guard local.count == 2, local[0].utf8.count == MailSigner.identifierLength else { return nil }
        guard verify(String(local[1]), over: ["id", String(local[0]), parts[1].lowercased()]) else { return nil }
        return MailSigner.sid(.delivery, fromBase32: String(local[0]))
    }

    private func verify(_ claimed: String, over parts: [String]) -> Bool {
        keys.contains { Secret.equal(Array(claimed.utf8), Array(mac(parts, key: $0).utf8)) }
    }

    private func mac(_ parts: [String], key: [UInt8]) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Data(parts.joined(separator: "\0").utf8), using: SymmetricKey(data: key))
        return String(MailSigner.base32(Array(code)).prefix(MailSigner.macLength))
    }

    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    private static func value(_ letter: UInt8) -> UInt64? { alphabet.firstIndex(of: letter).map(UInt64.init) }

    private static func base32(_ sid: SID) -> String {
        let bits = sid.bits
        return base32([bits.high, bits.low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64($0))) } })
    }

    private static func base32(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var buffer: UInt64 = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt64(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(alphabet[Int(buffer >> UInt64(bits) & 31)])
            }
            buffer &= (1 << UInt64(bits)) - 1
        }
        if bits > 0 { text.append(alphabet[Int(buffer << UInt64(5 - bits) & 31)]) }
        return String(decoding: text, as: UTF8.self)
    }

    private static func sid(_ kind: SID.Kind, fromBase32 text: String) -> SID? {
        var (high, low): (UInt64, UInt64) = (0, 0)
        var bits = 0
        for letter in text.utf8 {
            guard let value = value(letter) else { return nil }
            // 26 letters carry 130 bits; the last two are padding.
            let take = min(5, 128 - bits)
            high = high << UInt64(take) | low >> UInt64(64 - take)
            low = low << UInt64(take) | value >> UInt64(5 - take)
            bits += take
        }
        return SID(kind, high: high, low: low)
    }
}

/// Comparing secrets.
public enum Secret {
    /// Compares in a time that depends on the lengths only.
    public static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in left.indices { difference |= left[index] ^ right[index] }
        return difference == 0
    }

    public static func equal(_ left: String, _ right: String) -> Bool { equal(Array(left.utf8), Array(right.utf8)) }
}
