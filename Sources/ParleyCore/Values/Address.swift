import Foundation

/// How a person outside is reached. The raw value is the contract's `messaging_binding.type`.
public enum Channel: String, Sendable, Codable, Hashable, CaseIterable {
    case sms
    case email
}

/// A phone number, short code, alphanumeric sender or mail address, validated, with the canonical key that it is compared by.
///
/// A phone number's key is its E.164 form. A mail address' key is the whole address in NFC and lower case, a `+tag` kept; a domain outside
/// ASCII must be written as its A-label. The address itself is returned as it was given.
public struct Address: Hashable, Sendable, Codable {
    /// As it was given.
    public let text: String
    public let channel: Channel
    /// What addresses are compared by.
    public let key: String

    /// The longest address the contract takes, in characters.
    public static let lengthMax = 256

    /// The version of the rules that make ``key``; stored beside keys, so that a change of the rules can be carried out on old rows.
    public static let rulesVersion = 1

    /// Reads an address of either channel.
    ///
    /// - Throws: ``AddressProblem`` that says what is wrong, without repeating the address.
    public init(_ text: String) throws(AddressProblem) {
        guard !text.isEmpty else { throw AddressProblem("is empty") }
        guard text.count <= Address.lengthMax else { throw AddressProblem("is longer than \(Address.lengthMax) characters") }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw AddressProblem("has a control character")
        }
        self.text = text
        if text.contains("@") {
            channel = .email
            key = try Address.mailKey(text)
        } else {
            channel = .sms
            key = try Address.phoneKey(text)
        }
    }

    public init(from decoder: any Decoder) throws {
        self = try Address(decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    public static func == (left: Address, right: Address) -> Bool { left.key == right.key }

    public func hash(into hasher: inout Hasher) { hasher.combine(key) }

    /// Enough of the address to recognise it, not enough to know it: for logs and error texts.
    public var masked: String {
        switch channel {
        case .sms: return String(text.prefix(3)) + "…" + String(text.suffix(2))
        case .email: return "…@" + (text.split(separator: "@").last ?? "")
        }
    }

    /// The digits of an E.164 number without its plus; other senders as they are.
    public var digits: String { key.hasPrefix("+") ? String(key.dropFirst()) : key }

    /// The part behind the last `@` of a mail address, in its canonical form.
    public var domain: String? {
        channel == .email ? key.split(separator: "@").last.map(String.init) : nil
    }

    /// E.164 (RFC 3966 visual separators dropped), a short code of 3 to 8 digits, or an alphanumeric sender of up to 11 characters.
    private static func phoneKey(_ text: String) throws(AddressProblem) -> String {
        if text.hasPrefix("+") {
            let digits = text.dropFirst().filter { !" -.()".contains($0) }
            guard digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
                throw AddressProblem("has a character that is no digit; expected E.164 such as +15551230001")
            }
            guard (7...15).contains(digits.count), digits.first != "0" else {
                throw AddressProblem("is not E.164: expected + and 7 to 15 digits that do not start with 0")
            }
            return "+" + digits
        }
        let plain = text.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || $0 == 0x20 }
        guard plain else {
            throw AddressProblem("is neither E.164 (+ and digits), a short code, an alphanumeric sender nor a mail address")
        }
        if text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            guard (3...8).contains(text.count) else { throw AddressProblem("is not E.164: the leading + is missing") }
            return text
        }
        guard text.count <= 11, text.first != " ", text.last != " " else {
            throw AddressProblem("is not an alphanumeric sender of up to 11 characters")
        }
        return text.lowercased()
    }

    /// RFC 5321 §4.1.2 `Mailbox` with a dot-string local part; quoted local parts and address literals are not taken as people's addresses.
    private static func mailKey(_ text: String) throws(AddressProblem) -> String {
        let folded = text.precomposedStringWithCanonicalMapping.lowercased()
        let parts = folded.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let local = parts.first, let domain = parts.last else { throw AddressProblem("must have exactly one @") }
        guard !local.isEmpty, local.utf8.count <= 64 else { throw AddressProblem("needs 1 to 64 bytes before the @") }
        guard !local.hasPrefix("."), !local.hasSuffix("."), !local.contains("..") else {
            throw AddressProblem("has a misplaced dot before the @")
        }
        let special = Set(" \"(),:;<>[\\]")
        guard !local.contains(where: special.contains), !domain.contains(where: special.contains) else {
            throw AddressProblem("has a character that a mail address cannot have")
        }
        guard domain.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw AddressProblem("has a domain outside ASCII; write its A-label (xn--…, RFC 5890 §2.3.2.1)")
        }
        guard let ascii = domainKey(domain) else { throw AddressProblem("has no valid domain behind the @") }
        return "\(local)@\(ascii)"
    }

    private static func domainKey(_ domain: Substring) -> String? {
        let ascii = String(domain)
        guard ascii.utf8.count <= 253 else { return nil }
        let labels = ascii.split(separator: ".", omittingEmptySubsequences: false)
        let valid = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D }
        }
        return valid ? ascii : nil
    }
}

/// Why a text is not an address. The sentence starts with a verb, so that a caller can put the field's name before it.
public struct AddressProblem: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// A pair (proxy address, address), which names one person outside as seen through one of our addresses.
public struct Pair: Hashable, Sendable, Codable {
    /// The address that is ours.
    public let proxy: Address
    /// The address that is theirs.
    public let address: Address

    public init(proxy: Address, address: Address) {
        self.proxy = proxy
        self.address = address
    }

    /// What pairs are compared by. The bar cannot stand in either key.
    public var key: PairKey { PairKey(rawValue: "\(proxy.key)|\(address.key)") }
}

/// The canonical key of a ``Pair``.
public struct PairKey: RawRepresentable, Hashable, Sendable, Codable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// The key of the address that is ours: what stands before the first bar, which cannot be in it.
    public var proxy: Substring { rawValue.prefix { $0 != "|" } }
}
