/// The GSM 7-bit default alphabet with its extension table (3GPP TS 23.038 §6.2.1 and §6.2.1.1).
///
/// National language tables (§6.2.1.2) are left out: which of them a phone has is not known to whoever writes to it, and providers on HTTP
/// do not say that they use them. Texts that need them go as UCS-2.
enum GSMAlphabet {
    /// How many septets a character takes; nil when it is not in the alphabet.
    static func septets(_ scalar: Unicode.Scalar) -> Int? { basic[scalar] != nil ? 1 : extended[scalar] != nil ? 2 : nil }

    /// The septets of a character, one to a byte; nil when it is not in the alphabet.
    static func codes(_ scalar: Unicode.Scalar) -> [UInt8]? { basic[scalar].map { [$0] } ?? extended[scalar].map { [escape, $0] } }

    /// The character of a septet, with or without an escape before it; nil when none has it.
    static func scalar(_ code: UInt8, isEscaped: Bool) -> Unicode.Scalar? { isEscaped ? extendedScalars[code] : basicScalars[code] }

    /// The code that announces a septet of the extension table.
    static let escape: UInt8 = 0x1B

    /// The default alphabet in the order of its codes, without the escape code.
    private static let basic: [Unicode.Scalar: UInt8] = {
        let scalars =
            ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars
        var codes: [Unicode.Scalar: UInt8] = [:]
        for (index, scalar) in scalars.enumerated() { codes[scalar] = UInt8(index < Int(escape) ? index : index + 1) }
        return codes
    }()

    /// The extension table; each takes an escape and a second septet.
    private static let extended: [Unicode.Scalar: UInt8] = [
        "\u{0C}": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65,
    ]

    private static let basicScalars = Dictionary(uniqueKeysWithValues: basic.map { ($0.value, $0.key) })
    private static let extendedScalars = Dictionary(uniqueKeysWithValues: extended.map { ($0.value, $0.key) })
}
