import Foundation

/// What word processors and phones write in place of plain characters, in the GSM alphabet.
extension SMSText {
    /// The text with typographic characters replaced by plain ones, where that puts all of it into the GSM alphabet: a single curly quote makes
    /// three messages of one otherwise.
    ///
    /// Replaced is what reads the same: quotes, dashes, ellipses, bullets and the many kinds of space; what cannot be seen is left out.
    /// Letters are composed (NFC) and never changed into others.
    ///
    /// - Returns: nil when nothing needs to be replaced, or when the text needs UCS-2 all the same and so stays as it is.
    public static func replacingTypography(in text: String) -> String? {
        guard !isGSM7(text) else { return nil }
        var plain = String.UnicodeScalarView()
        for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
            if GSMAlphabet.septets(scalar) != nil {
                plain.append(scalar)
            } else if let replacement = replacement(scalar) {
                plain.append(contentsOf: replacement.unicodeScalars)
            } else {
                return nil
            }
        }
        return String(plain)
    }

    private static func replacement(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x60, 0xB4, 0x2018...0x201B, 0x2032, 0x2035: "'"
        case 0xAB, 0xBB, 0x201C...0x201F, 0x2033, 0x2036: "\""
        case 0x2039: "<"
        case 0x203A: ">"
        case 0x2010...0x2015, 0x2212: "-"
        case 0x2022, 0xB7: "*"
        case 0x2026: "..."
        case 0x09, 0xA0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: " "
        case 0x0B, 0x85, 0x2028, 0x2029: "\n"
        // Soft hyphen, zero width space, directional marks, word joiner, byte order mark.
        case 0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF: ""
        default: nil
        }
    }
}
