import Foundation

/// How the bytes of a text are to be read. The raw value is the definition's word.
enum TextEncoding: String, Sendable, CaseIterable {
    case utf8
    case utf16be
    case windows1252

    /// The text, and false when some bytes had no meaning and became U+FFFD.
    func decode(_ bytes: [UInt8]) -> (text: String, isWhole: Bool) {
        switch self {
        case .utf8:
            let text = String(decoding: bytes, as: UTF8.self)
            return (text, String(validating: bytes, as: UTF8.self) != nil)
        case .utf16be:
            let pairs = stride(from: 0, to: bytes.count - bytes.count % 2, by: 2)
            let units = pairs.map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
            let isWhole = bytes.count % 2 == 0 && String(validating: units, as: UTF16.self) != nil
            return (String(decoding: units, as: UTF16.self), isWhole)
        case .windows1252:
            if let text = String(data: Data(bytes), encoding: .windowsCP1252) { return (text, true) }
            return (String(decoding: bytes, as: UTF8.self), false)
        }
    }

    /// UTF-16 with the high byte first and no byte order mark.
    static func utf16be(_ text: String) -> [UInt8] {
        text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }
}
