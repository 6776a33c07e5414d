/// Texts as bytes of the GSM 7-bit alphabet, one septet to a byte with its high bit clear, as providers on HTTP take and give it.
extension SMSText {
    /// The bytes of a text; nil when a character is not in the alphabet or its extension table.
    public static func gsm7(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            guard let codes = GSMAlphabet.codes(scalar) else { return nil }
            bytes += codes
        }
        return bytes
    }

    /// The text of some bytes, and false when some of them had no meaning and became U+FFFD. An escape before a code that the extension
    /// table does not have is a space, as 3GPP TS 23.038 §6.2.1.1 wants for tables that are not known.
    public static func text(gsm7 bytes: [UInt8]) -> (text: String, isWhole: Bool) {
        var text = String.UnicodeScalarView()
        var isWhole = true
        var isEscaped = false
        for byte in bytes {
            if byte == GSMAlphabet.escape, !isEscaped {
                isEscaped = true
            } else if let scalar = GSMAlphabet.scalar(byte, isEscaped: isEscaped) {
                text.append(scalar)
                isEscaped = false
            } else {
                text.append(isEscaped ? " " : "\u{FFFD}")
                isWhole = false
                isEscaped = false
            }
        }
        return (String(text), isWhole && !isEscaped)
    }
}
