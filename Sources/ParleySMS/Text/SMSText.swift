/// How a text travels as SMS: GSM 7-bit where every character is in the alphabet (3GPP TS 23.038 §6.2.1), UCS-2 otherwise, and in how many
/// parts.
public struct SMSText: Sendable, Hashable {
    public enum Encoding: String, Sendable, Hashable, CaseIterable {
        case gsm7
        case ucs2
    }

    public let encoding: Encoding
    /// Septets (a character of the extension table takes two) or UTF-16 code units.
    public let units: Int
    /// How many short messages it takes; 1 for an empty text.
    public let segments: Int

    public init(_ text: String) {
        if let septets = Self.septets(text) {
            encoding = .gsm7
            units = septets.reduce(0, +)
            segments = Self.segments(septets, single: 160, part: 153)
        } else {
            encoding = .ucs2
            // A surrogate pair is never cut in two.
            let sizes = text.unicodeScalars.map { $0.value > 0xFFFF ? 2 : 1 }
            units = sizes.reduce(0, +)
            segments = Self.segments(sizes, single: 70, part: 67)
        }
    }

    /// True when every character is in the GSM 7-bit default alphabet or its extension table.
    public static func isGSM7(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { basic.contains($0) || extended.contains($0) }
    }

    /// How many septets each character takes; nil when one is not in the alphabet.
    private static func septets(_ text: String) -> [Int]? {
        var sizes: [Int] = []
        for scalar in text.unicodeScalars {
            if basic.contains(scalar) {
                sizes.append(1)
            } else if extended.contains(scalar) {
                sizes.append(2)
            } else {
                return nil
            }
        }
        return sizes
    }

    private static func segments(_ sizes: [Int], single: Int, part: Int) -> Int {
        guard sizes.reduce(0, +) > single else { return 1 }
        var count = 1
        var filled = 0
        for size in sizes {
            if filled + size > part {
                count += 1
                filled = 0
            }
            filled += size
        }
        return count
    }

    /// The default alphabet without the escape code.
    private static let basic = Set(
        ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars)

    /// The extension table; each takes an escape and a second septet.
    private static let extended = Set("\u{0C}^{}\\[~]|€".unicodeScalars)
}
