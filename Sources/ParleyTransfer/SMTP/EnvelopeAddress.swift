/// Whether an address may be written between the angle brackets of MAIL and RCPT.
///
/// libcurl writes what it is given, so a line end or a bracket in an address would be a command of its own. Only the unquoted form of RFC
/// 5321 §4.1.2 passes; its dots may stand anywhere in the local part, as some telephone companies gave out such addresses.
enum EnvelopeAddress {
    /// RFC 5321 §4.5.3.1.3, without the brackets.
    static let bytesMax = 254

    static func isSendable(_ address: String) -> Bool {
        let bytes = Array(address.utf8)
        guard bytes.count <= bytesMax, let at = bytes.firstIndex(of: UInt8(ascii: "@")) else { return false }
        return isLocalPart(bytes[..<at]) && (isDomain(bytes[(at + 1)...]) || isLiteral(bytes[(at + 1)...]))
    }

    /// `atext` of RFC 5322 §3.2.3 and dots.
    private static func isLocalPart(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { isAlphanumeric($0) || "!#$%&'*+-/=?^_`{|}~.".utf8.contains($0) }
    }

    static func isDomain(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        }
    }

    /// `[192.0.2.1]` or `[IPv6:2001:db8::1]`.
    static func isLiteral(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count > 2 && bytes.first == UInt8(ascii: "[") && bytes.last == UInt8(ascii: "]")
            && bytes.dropFirst().dropLast().allSatisfy { isAlphanumeric($0) || ".:".utf8.contains($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: false
        }
    }
}
