/// A limit on the length of a text.
public struct TextLimit: Sendable, Hashable {
    public enum Unit: String, Sendable, CaseIterable {
        /// Code units of UTF-16, as providers count: what a person sees as one character may be several.
        case characters
        /// Short messages, as ``SMSText`` counts them.
        case segments
    }

    public var count: Int
    public var unit: Unit

    public init(count: Int, unit: Unit) {
        self.count = count
        self.unit = unit
    }

    public func holds(_ text: String) -> Bool {
        unit == .characters ? text.utf16.count <= count : SMSText(text).segments <= count
    }

    /// No text with more characters, as a reader sees them, is within the limit.
    public var charactersMax: Int { unit == .characters ? count : count * SMSText.Encoding.gsm7.single }
}

extension SMSText {
    /// The most messages that one text may become, so that a book does not go out as short messages.
    public static let numberedMax = 99

    /// A text cut into messages of their own, each of which begins with its number, such as `(1/3) `. Without the numbers they are the text
    /// again, to the byte. A text within the limit stays one message without a number.
    ///
    /// Cut is after the last line break or space of a message's second half, and between characters as a reader sees them where there is none.
    ///
    /// - Returns: nil when there would be more than ``numberedMax``, or a message cannot hold its number and one character.
    public static func numbered(_ text: String, limit: TextLimit) -> [String]? {
        numbered(text, charactersMax: limit.charactersMax) { limit.holds($0) }
    }

    /// The same for any limit.
    ///
    /// - Parameters:
    ///   - charactersMax: no text with more characters, as a reader sees them, is within the limit.
    ///   - holds: true for a text within the limit. What begins such a text is within it, too.
    public static func numbered(_ text: String, charactersMax: Int, holds: (String) -> Bool) -> [String]? {
        if holds(text) { return [text] }
        // The number of messages is part of each: at most two digits, so two rounds are enough.
        for digits in 1...2 {
            let room = String(repeating: "9", count: digits)
            guard let pieces = pieces(text, charactersMax: charactersMax, room: room, holds: holds) else { continue }
            if String(pieces.count).count <= digits {
                return pieces.enumerated().map { "(\($0.offset + 1)/\(pieces.count)) \($0.element)" }
            }
        }
        return nil
    }

    private static func pieces(_ text: String, charactersMax: Int, room: String, holds: (String) -> Bool) -> [Substring]? {
        let start = "(\(room)/\(room)) "
        var pieces: [Substring] = []
        var rest = text[...]
        while !rest.isEmpty {
            guard pieces.count < numberedMax else { return nil }
            let length = longestPrefix(of: rest, charactersMax: charactersMax) { holds(start + $0) }
            guard length > 0 else { return nil }
            var piece = rest.prefix(length)
            if piece.endIndex != rest.endIndex, let cut = breakingPoint(of: piece) { piece = piece[..<cut] }
            pieces.append(piece)
            rest = rest[piece.endIndex...]
        }
        return pieces
    }

    /// How many characters fit, by halving: what fits only shrinks as a text grows.
    static func longestPrefix(of text: Substring, charactersMax: Int, holds: (Substring) -> Bool) -> Int {
        var (low, high) = (0, min(text.count, charactersMax))
        while low < high {
            let middle = (low + high + 1) / 2
            if holds(text.prefix(middle)) { low = middle } else { high = middle - 1 }
        }
        return low
    }

    private static func breakingPoint(of piece: Substring) -> String.Index? {
        let middle = piece.index(piece.startIndex, offsetBy: piece.count / 2)
        let half = piece[middle...]
        let cut = half.lastIndex { $0.isNewline } ?? half.lastIndex { $0 == " " }
        return cut.map { piece.index(after: $0) }
    }
}
