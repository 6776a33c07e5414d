/// Refuses the addresses that a URL chosen by somebody else must not reach: everything that is not the public Internet.
///
/// The judgement is made on the very address that a connection is about to use, after resolution, so neither a name that points inwards nor
/// one that changes between two look-ups gets past it.
public enum AddressGuard {
    /// True for loopback, private, link-local, shared, multicast, reserved and documentation ranges, and for IPv6 addresses that carry such
    /// an IPv4 address (RFC 6890 and the IANA special-purpose registries).
    public static func refuses(_ address: IPAddress) -> Bool {
        address.bytes.count == 4 ? refusesFour(address.bytes[...]) : refusesSix(address.bytes)
    }

    private static let refusedFour: [Prefix] = [
        Prefix([0], 8),  // this network, RFC 791
        Prefix([10], 8),  // private, RFC 1918
        Prefix([100, 64], 10),  // shared behind carrier NAT, RFC 6598
        Prefix([127], 8),  // loopback, RFC 1122
        Prefix([169, 254], 16),  // link-local and cloud metadata, RFC 3927
        Prefix([172, 16], 12),  // private
        Prefix([192, 0, 0], 24),  // protocol assignments, RFC 6890
        Prefix([192, 0, 2], 24),  // documentation, RFC 5737
        Prefix([192, 88, 99], 24),  // 6to4 relays, withdrawn by RFC 7526
        Prefix([192, 168], 16),  // private
        Prefix([198, 18], 15),  // benchmarks, RFC 2544
        Prefix([198, 51, 100], 24),  // documentation
        Prefix([203, 0, 113], 24),  // documentation
        Prefix([224], 4),  // multicast, RFC 5771
        Prefix([240], 4),  // reserved, and the broadcast address
    ]

    /// Inside of 2000::/3; whatever lies outside of it is not global unicast and refused without a list.
    private static let refusedSix: [Prefix] = [
        Prefix([0x20, 0x01, 0x00], 23),  // protocol assignments: Teredo, ORCHID, benchmarks, RFC 2928
        Prefix([0x20, 0x01, 0x0D, 0xB8], 32),  // documentation, RFC 3849
        Prefix([0x3F, 0xFF, 0x00], 20),  // documentation, RFC 9637
    ]

    private static let globalUnicast = Prefix([0x20], 3)
    private static let sixToFour = Prefix([0x20, 0x02], 16)

    /// Ranges that carry an IPv4 address in their last four bytes: compatible (RFC 4291 §2.5.5.1), mapped (§2.5.5.2) and NAT64 (RFC 6052).
    private static let carriers: [Prefix] = [
        Prefix([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 96),
        Prefix([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 96),
        Prefix([0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0], 96),
    ]

    private static func refusesFour(_ bytes: ArraySlice<UInt8>) -> Bool {
        refusedFour.contains { $0.contains(bytes) }
    }

    private static func refusesSix(_ bytes: [UInt8]) -> Bool {
        if carriers.contains(where: { $0.contains(bytes[...]) }) { return refusesFour(bytes[12...]) }
        guard globalUnicast.contains(bytes[...]) else { return true }
        if sixToFour.contains(bytes[...]) { return refusesFour(bytes[2..<6]) }
        return refusedSix.contains { $0.contains(bytes[...]) }
    }

    /// The first `bits` bits of an address.
    private struct Prefix: Sendable {
        let bytes: [UInt8]
        let bits: Int

        init(_ bytes: [UInt8], _ bits: Int) {
            self.bytes = bytes
            self.bits = bits
        }

        func contains(_ address: ArraySlice<UInt8>) -> Bool {
            var left = bits
            for (expected, actual) in zip(bytes, address) where left > 0 {
                let mask: UInt8 = left >= 8 ? 0xFF : 0xFF << UInt8(8 - left)
                if expected & mask != actual & mask { return false }
                left -= 8
            }
            return left <= 0
        }
    }
}
