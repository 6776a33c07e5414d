import Foundation
import ParleyCore

/// How the text of a callback is written: an encoding of characters, and how its bytes are wrapped. The raw value is the definition's word,
/// such as `utf16be_percent`.
struct TextEncoding: RawRepresentable, Sendable, Hashable, CaseIterable {
    enum Charset: String, Sendable, CaseIterable {
        case utf8
        case utf16be
        case latin1
        case windows1252
        case gsm7
    }

    enum Wrapping: String, Sendable, CaseIterable {
        case none = ""
        case hex = "_hex"
        case base64 = "_base64"
        case percent = "_percent"
    }

    var charset: Charset
    var wrapping: Wrapping

    static let utf8 = TextEncoding(.utf8)

    static var allCases: [TextEncoding] { Wrapping.allCases.flatMap { wrapping in Charset.allCases.map { TextEncoding($0, wrapping) } } }

    init(_ charset: Charset, _ wrapping: Wrapping = .none) {
        self.charset = charset
        self.wrapping = wrapping
    }

    init?(rawValue: String) {
        guard let found = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = found
    }

    var rawValue: String { charset.rawValue + wrapping.rawValue }

    /// The text, and false when some bytes had no meaning and became U+FFFD, or are not wrapped as they should be.
    func decode(_ bytes: [UInt8]) -> (text: String, isWhole: Bool) {
        guard let inner = unwrapped(bytes) else { return (String(decoding: bytes, as: UTF8.self), false) }
        return charset.decode(inner)
    }

    private func unwrapped(_ bytes: [UInt8]) -> [UInt8]? {
        switch wrapping {
        case .none: return bytes
        case .hex:
            return Hexadecimal.decode(bytes.filter { $0 != 0x20 })
        case .base64: return Data(base64Encoded: Data(bytes)).map { Array($0) }
        case .percent: return PercentEncoding.decode(String(decoding: bytes, as: UTF8.self), plusIsSpace: true)
        }
    }

    /// UTF-16 with the high byte first and no byte order mark.
    static func utf16be(_ text: String) -> [UInt8] {
        text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }
}

extension TextEncoding.Charset {
    fileprivate func decode(_ bytes: [UInt8]) -> (text: String, isWhole: Bool) {
        switch self {
        case .utf8:
            return (String(decoding: bytes, as: UTF8.self), String(validating: bytes, as: UTF8.self) != nil)
        case .utf16be:
            let pairs = stride(from: 0, to: bytes.count - bytes.count % 2, by: 2)
            let units = pairs.map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
            let isWhole = bytes.count % 2 == 0 && String(validating: units, as: UTF16.self) != nil
            return (String(decoding: units, as: UTF16.self), isWhole)
        case .latin1:
            return (String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })), true)
        case .windows1252:
            if let text = String(data: Data(bytes), encoding: .windowsCP1252) { return (text, true) }
            return (String(decoding: bytes, as: UTF8.self), false)
        case .gsm7:
            return SMSText.text(gsm7: bytes)
        }
    }
}
