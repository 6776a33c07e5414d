#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A range of IP addresses in CIDR notation (RFC 4632, RFC 4291 §2.3), such as `10.0.0.0/8` or `2001:db8::/32`.
public struct NetworkRange: Sendable, Hashable, CustomStringConvertible {
    /// As written.
    public let description: String
    private let network: [UInt8]
    private let bits: Int

    /// Reads a range, or one address. Nil when it is neither, or when bits behind the prefix are set, which is a slip of the pen.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, let bytes = NetworkRange.bytes(String(first)) else { return nil }
        var bits = bytes.count * 8
        if parts.count == 2, let last = parts.last {
            guard (1...3).contains(last.utf8.count), last.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(last),
                count <= bits
            else { return nil }
            bits = count
        }
        guard NetworkRange.masked(bytes, bits) == bytes else { return nil }
        description = text
        network = bytes
        self.bits = bits
    }

    /// True when an address, as text, lies in the range. An IPv4 address written as an IPv6 one (RFC 4291 §2.5.5.2) counts as IPv4.
    public func contains(_ address: String) -> Bool {
        // A scope such as `%eth0` says on which link an address lies, not which address it is.
        let plain = address.prefix { $0 != "%" }
        guard let bytes = NetworkRange.bytes(String(plain)), bytes.count == network.count else { return false }
        return NetworkRange.masked(bytes, bits) == network
    }

    /// True when a text is an address of the loopback (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3) or the name `localhost`.
    public static func isLoopback(_ host: String) -> Bool {
        guard let bytes = bytes(host) else { return host.lowercased() == "localhost" }
        return bytes.count == 4 ? bytes.first == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
    }

    private static func masked(_ bytes: [UInt8], _ bits: Int) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let kept = min(max(bits - index * 8, 0), 8)
            return byte & UInt8(truncatingIfNeeded: 0xFF00 >> kept)
        }
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: four) { Array($0) } }
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: six) { Array($0) }
        let isMapped = bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        return isMapped ? Array(bytes.suffix(4)) : bytes
    }
}
