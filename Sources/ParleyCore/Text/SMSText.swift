/// How a text travels as SMS: GSM 7-bit where every character is in the alphabet (3GPP TS 23.038 §6.2.1), UCS-2 otherwise, and in how many
/// parts.
///
/// Counted is as carriers count: an escape with its character, and a surrogate pair, are never cut in two, anything else may be.
/// ``parts(of:reference:)`` cuts as this gateway does, which keeps together what a reader sees as one character where it can.
public struct SMSText: Sendable, Hashable {
    public enum Encoding: String, Sendable, Hashable, CaseIterable {
        case gsm7
        /// UTF-16, in fact: characters beyond 16 bits are surrogate pairs.
        case ucs2

        /// How many units a message of one part holds: 140 octets in septets, or in units of 16 bits (3GPP TS 23.040 §9.2.3.24).
        public var single: Int { self == .gsm7 ? 160 : 70 }

        /// How many units each part of a longer message holds beside the header that joins them.
        public func part(_ reference: Reference) -> Int {
            switch (self, reference) {
            case (.gsm7, .octet): 153
            case (.gsm7, .word): 152
            case (.ucs2, .octet): 67
            case (.ucs2, .word): 66
            }
        }

        /// Septets or code units; nil when the character is not in the alphabet.
        fileprivate func units(_ scalar: Unicode.Scalar) -> Int? {
            self == .gsm7 ? GSMAlphabet.septets(scalar) : scalar.value > 0xFFFF ? 2 : 1
        }
    }

    /// The number that the parts of one message share (3GPP TS 23.040 §9.2.3.24.1, §9.2.3.24.8).
    public enum Reference: Sendable, Hashable, CaseIterable {
        /// 8 bits: a header of 6 octets with its length.
        case octet
        /// 16 bits: one of 7 octets.
        case word
    }

    /// One part of a message.
    public struct Part: Sendable, Hashable {
        public let text: String
        /// Septets or code units of UTF-16.
        public let units: Int
    }

    public let encoding: Encoding
    /// Septets (a character of the extension table takes two) or UTF-16 code units.
    public let units: Int
    /// How many short messages it takes; 1 for an empty text.
    public let segments: Int

    /// The most parts that a message may have: they are numbered in an octet.
    public static let partsMax = 255

    public init(_ text: String) {
        encoding = Self.isGSM7(text) ? .gsm7 : .ucs2
        let sizes = text.unicodeScalars.map { [encoding] in encoding.units($0) ?? 0 }
        units = sizes.reduce(0, +)
        segments = Self.segments(sizes, encoding)
    }

    /// True when every character is in the GSM 7-bit default alphabet or its extension table.
    public static func isGSM7(_ text: String) -> Bool { text.unicodeScalars.allSatisfy { GSMAlphabet.septets($0) != nil } }

    private static func segments(_ sizes: [Int], _ encoding: Encoding) -> Int {
        guard sizes.reduce(0, +) > encoding.single else { return 1 }
        var (count, filled) = (1, 0)
        for size in sizes {
            if filled + size > encoding.part(.octet) {
                count += 1
                filled = 0
            }
            filled += size
        }
        return count
    }

    /// The text cut into the parts of one message. Together they are the text again, to the byte.
    ///
    /// A part ends before what it cannot hold whole: an escape with its character, a surrogate pair, and what a reader sees as one character
    /// (a grapheme cluster, such as a family of four). Only what no part could hold whole is cut within.
    ///
    /// - Returns: one part at least. Beyond ``partsMax`` they are no message of SMS any more.
    public static func parts(of text: String, reference: Reference = .octet) -> [Part] {
        let sms = SMSText(text)
        guard sms.units > sms.encoding.single else { return [Part(text: text, units: sms.units)] }
        var cutter = Cutter(room: sms.encoding.part(reference))
        for character in text {
            let scalars = character.unicodeScalars.map { ($0, sms.encoding.units($0) ?? 0) }
            let size = scalars.reduce(0) { $0 + $1.1 }
            if size <= cutter.room {
                cutter.append(character.unicodeScalars, size)
            } else {
                for (scalar, size) in scalars { cutter.append(CollectionOfOne(scalar), size) }
            }
        }
        return cutter.parts
    }

    /// Fills one part after the other.
    private struct Cutter {
        let room: Int
        private var ended: [Part] = []
        private var text = String.UnicodeScalarView()
        private var units = 0

        init(room: Int) { self.room = room }

        mutating func append(_ scalars: some Sequence<Unicode.Scalar>, _ size: Int) {
            if units + size > room {
                ended.append(Part(text: String(text), units: units))
                (text, units) = (String.UnicodeScalarView(), 0)
            }
            text.append(contentsOf: scalars)
            units += size
        }

        var parts: [Part] { ended + [Part(text: String(text), units: units)] }
    }
}
