import Crypto
import Foundation

/// SHA-256 in lower-case hexadecimal: how content is compared and media are named.
public struct ContentDigest: Sendable {
    private var hash = SHA256()

    public init() {}

    public mutating func update(_ bytes: some Collection<UInt8>) { hash.update(data: Data(bytes)) }

    public func hex() -> String { ContentDigest.hex(hash.finalize()) }

    public static func hex(of bytes: some Collection<UInt8>) -> String { hex(SHA256.hash(data: Data(bytes))) }

    /// A digest over several texts that cannot run into each other.
    public static func hex(ofParts parts: [String]) -> String {
        var digest = ContentDigest()
        for part in parts {
            digest.update(Array("\(part.utf8.count):".utf8))
            digest.update(Array(part.utf8))
        }
        return digest.hex()
    }

    private static func hex(_ digest: SHA256.Digest) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
