/// Reads the encoded words of RFC 2047.
///
/// GMime 3.2 drops what follows the padding of a base64 word when the next word has the same charset, which is how most long
/// subjects are written; so words are decoded here, and what GMime still has to decode is given to it as a single word.
enum EncodedWords {
    private enum Segment {
        case literal(ArraySlice<UInt8>)
        /// Decoded UTF-8 of words that follow each other.
        case decoded([UInt8])
    }

    private struct Word {
        let charset: String
        let payload: [UInt8]
    }

    /// UTF-8 text with every word decoded. Linear in the length of the value.
    static func decode(_ value: [UInt8]) -> [UInt8] {
        segments(value).reduce(into: []) { text, segment in
            switch segment {
            case .literal(let bytes): text += bytes
            case .decoded(let bytes): text += bytes
            }
        }
    }

    /// The value with each run of words made one UTF-8 word, which may be longer than the 75 bytes of §2.
    static func collapsed(_ value: [UInt8]) -> [UInt8] {
        segments(value).reduce(into: []) { text, segment in
            switch segment {
            case .literal(let bytes): text += bytes
            case .decoded(let bytes): text += "=?UTF-8?B?\(BodyEncoder.base64Text(bytes))?=".utf8
            }
        }
    }

    private static func segments(_ value: [UInt8]) -> [Segment] {
        var segments: [Segment] = []
        var run: [Word] = []
        var literalStart = 0
        var index = 0
        while let start = value[index...].firstIndex(of: 0x3D) {
            guard let (word, end) = word(value, at: start) else {
                index = start + 1
                continue
            }
            let literal = value[literalStart..<start]
            // White space between two words is not part of the text (§6.2).
            if run.isEmpty || !literal.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
                if !run.isEmpty { segments.append(.decoded(text(run))) }
                segments.append(.literal(literal))
                run = []
            }
            run.append(word)
            literalStart = end
            index = end
        }
        if !run.isEmpty { segments.append(.decoded(text(run))) }
        segments.append(.literal(value[literalStart...]))
        return segments
    }

    /// Words of one charset are joined before they are decoded: many senders split a character between two.
    private static func text(_ words: [Word]) -> [UInt8] {
        var text: [UInt8] = []
        var index = 0
        while index < words.count {
            let charset = words[index].charset
            var bytes: [UInt8] = []
            while index < words.count, words[index].charset == charset {
                bytes += words[index].payload
                index += 1
            }
            text += CharsetDecoder.utf8(bytes, declared: charset)
        }
        return text
    }

    /// `=?charset?B|Q?text?=` at `start`, and where it ends.
    private static func word(_ value: [UInt8], at start: Int) -> (word: Word, end: Int)? {
        guard value[start...].starts(with: [0x3D, 0x3F]) else { return nil }
        let charset = value[(start + 2)...].prefix(60).prefix { $0 > 0x20 && $0 < 0x7F && $0 != 0x3F }
        let rest = value[charset.endIndex...]
        guard !charset.isEmpty, rest.count >= 5, rest.first == 0x3F, rest[rest.startIndex + 2] == 0x3F else { return nil }
        let encoded = rest[(rest.startIndex + 3)...].prefix { $0 != 0x3F }
        guard value[encoded.endIndex...].starts(with: [0x3F, 0x3D]) else { return nil }
        let payload: [UInt8]
        switch rest[rest.startIndex + 1] | 0x20 {
        case 0x62: payload = base64(encoded)
        case 0x71: payload = quoted(encoded)
        default: return nil
        }
        // RFC 2231 §5 puts a language after an asterisk.
        let name = String(decoding: charset.prefix { $0 != 0x2A }, as: UTF8.self).lowercased()
        return (Word(charset: name, payload: payload), encoded.endIndex + 2)
    }

    /// Other characters are passed over; the first `=` ends the text.
    private static func base64(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var decoded: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            let value: UInt8
            switch byte {
            case 0x41...0x5A: value = byte - 0x41
            case 0x61...0x7A: value = byte - 0x61 + 26
            case 0x30...0x39: value = byte - 0x30 + 52
            case 0x2B: value = 62
            case 0x2F: value = 63
            case 0x3D: return decoded
            default: continue
            }
            buffer = (buffer << 6 | UInt32(value)) & 0xFF_FFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                decoded.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        return decoded
    }

    /// The "Q" encoding of §4.2.
    private static func quoted(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var decoded: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == 0x5F {
                decoded.append(0x20)
            } else if byte == 0x3D, digits.count == 2, digits.allSatisfy(MailGrammar.isAlphanumeric),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                decoded.append(value)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(byte)
            }
        }
        return decoded
    }
}
