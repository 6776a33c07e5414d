/// A string identifier of the contract: two capitals that name the kind, then 32 lower-case hexadecimal digits.
public struct SID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// What an identifier names. The raw value is its prefix.
    public enum Kind: String, Sendable, CaseIterable {
        case account = "AC"
        case service = "IS"
        case conversation = "CH"
        case participant = "MB"
        case message = "IM"
        case media = "ME"
        case delivery = "DY"
        case apiKey = "SK"
        case role = "RL"
        case messagingService = "MG"
        case scopedWebhook = "WH"
        case user = "US"
        case addressConfiguration = "IG"
        case credential = "CR"
        case binding = "BS"
        case content = "HX"
        case flow = "FW"
    }

    /// The identifier as it is written, 34 characters.
    public let text: String

    /// Reads an identifier; hexadecimal digits may be of either case. Nil when the shape or the kind is another.
    public init?(_ text: some StringProtocol, _ kind: Kind? = nil) { self.init(String(text), kind) }

    /// Reads an identifier; hexadecimal digits may be of either case. Nil when the shape or the kind is another.
    ///
    /// Every row has several: this is not generic, so that it is compiled as it stands.
    public init?(_ text: String, _ kind: Kind? = nil) {
        var text = text
        let shape = text.withUTF8 { bytes -> Shape? in
            guard bytes.count == 34, SID.isCapital(bytes[0]), SID.isCapital(bytes[1]) else { return nil }
            var shape = Shape.canonical
            for byte in bytes[2...] {
                guard SID.isHex(byte) else { return nil }
                if byte >= 0x41, byte <= 0x46 { shape = .withCapitalDigits }
            }
            if let kind, !kind.rawValue.utf8.elementsEqual(bytes[..<2]) { return nil }
            return shape
        }
        guard let shape else { return nil }
        self.text = shape == .canonical ? text : String(text.prefix(2)) + text.dropFirst(2).lowercased()
    }

    private enum Shape { case canonical, withCapitalDigits }

    /// Makes an identifier from its 128 bits.
    public init(_ kind: Kind, high: UInt64, low: UInt64) {
        text = kind.rawValue + SID.hex(high) + SID.hex(low)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let value = try container.decode(String.self)
        guard let sid = SID(value) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an identifier")
        }
        self = sid
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    public var kind: Kind? { Kind(rawValue: String(text.prefix(2))) }

    /// The 32 hexadecimal digits without the prefix.
    public var digits: Substring { text.dropFirst(2) }

    /// The 128 bits behind the prefix.
    public var bits: (high: UInt64, low: UInt64) {
        (UInt64(digits.prefix(16), radix: 16) ?? 0, UInt64(digits.suffix(16), radix: 16) ?? 0)
    }

    public var description: String { text }

    public static func < (left: SID, right: SID) -> Bool { left.text < right.text }

    /// The identifier of the delivery of a message to a participant. It follows from both, so that a fan-out needs no list of recipients in
    /// memory, and the same fan-out always names the same deliveries.
    public static func delivery(of message: SID, to participant: SID) -> SID {
        let (one, other) = (message.bits, participant.bits)
        return SID(.delivery, high: one.high ^ other.high, low: one.low ^ other.low)
    }

    private static func isCapital(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }

    private static func isHex(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66) || (byte >= 0x41 && byte <= 0x46)
    }

    private static func hex(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
