/// Character classes and small productions of RFC 5321 §4.1.2 that the session and the composer share.
enum MailGrammar {
    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// `atext` of RFC 5322 §3.2.3.
    static func isAtext(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte) }

    /// `Dot-string`: atoms joined by single dots.
    static func isDotString(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.split(separator: 0x2E, omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty && $0.allSatisfy(isAtext) }
    }

    /// `Domain` of at most 255 bytes, labels of at most 63 (RFC 1035 §2.3.4).
    static func isDomain(_ bytes: some Collection<UInt8>) -> Bool {
        guard !bytes.isEmpty, bytes.count <= 255 else { return false }
        return bytes.split(separator: 0x2E, omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.first, let last = label.dropFirst(label.count - 1).first, label.count <= 63 else { return false }
            return isAlphanumeric(first) && isAlphanumeric(last) && label.allSatisfy { isAlphanumeric($0) || $0 == 0x2D }
        }
    }

    /// `address-literal` with its brackets: IPv4 or `IPv6:`; tags nobody uses are not accepted (RFC 5321 §4.1.3).
    static func isAddressLiteral(_ bytes: some Collection<UInt8>) -> Bool {
        let bytes = Array(bytes)
        guard bytes.count >= 2, bytes.count <= 255, bytes.first == 0x5B, bytes.last == 0x5D else { return false }
        let inner = bytes[1..<(bytes.count - 1)]
        if isIPv4(inner) { return true }
        guard inner.count > 5, String(decoding: inner.prefix(5), as: UTF8.self).lowercased() == "ipv6:" else { return false }
        return isIPv6(inner.dropFirst(5))
    }

    private static func isIPv4(_ bytes: ArraySlice<UInt8>) -> Bool {
        let parts = bytes.split(separator: 0x2E, omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { (1...3).contains($0.count) && $0.allSatisfy(isDigit) && UInt8(text($0)) != nil }
    }

    private static func isIPv6(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count <= 45 else { return false }
        let groups = bytes.split(separator: 0x3A, omittingEmptySubsequences: false)
        var width = 0
        var gaps = 0
        for (index, group) in groups.enumerated() {
            if group.isEmpty {
                // A leading or trailing `::` splits into two empty groups; count the gap once.
                if index == 0 || index == groups.count - 1 { continue }
                gaps += 1
            } else if index == groups.count - 1, isIPv4(group) {
                width += 2
            } else if group.count <= 4, UInt16(text(group), radix: 16) != nil, group.allSatisfy(isAlphanumeric) {
                width += 1
            } else {
                return false
            }
        }
        let startsWithGap = groups.first?.isEmpty == true
        let endsWithGap = groups.last?.isEmpty == true
        if startsWithGap, groups.count < 2 || !groups[1].isEmpty { return false }
        if endsWithGap, groups.count < 2 || !groups[groups.count - 2].isEmpty { return false }
        return gaps == 0 ? width == 8 : gaps == 1 && width <= 7
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
