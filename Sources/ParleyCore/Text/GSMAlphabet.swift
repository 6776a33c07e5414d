/// The GSM 7-bit default alphabet with its extension table (3GPP TS 23.038 §6.2.1 and §6.2.1.1).
///
/// National language tables (§6.2.1.2) are left out: which of them a phone has is not known to whoever writes to it, and providers on HTTP
/// do not say that they use them. Texts that need them go as UCS-2.
enum GSMAlphabet {
    /// How many septets a character takes; nil when it is not in the alphabet.
    static func septets(_ scalar: Unicode.Scalar) -> Int? { basic.contains(scalar) ? 1 : extended.contains(scalar) ? 2 : nil }

    /// The default alphabet without the escape code.
    private static let basic = Set(
        ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars)

    /// The extension table; each takes an escape and a second septet.
    private static let extended = Set("\u{0C}^{}\\[~]|€".unicodeScalars)
}
