/// What messages a search is for.
public struct MessageSearch: Sendable, Hashable {
    public var service: SID
    public var text: SearchText
    public var conversation: SID?
    /// An identity, or an address in any form of its writing.
    public var author: String?
    /// Bounds of the creation time; the end is exclusive.
    public var from: Instant?
    public var until: Instant?

    public init(
        service: SID, text: SearchText, conversation: SID? = nil, author: String? = nil, from: Instant? = nil, until: Instant? = nil
    ) {
        self.service = service
        self.text = text
        self.conversation = conversation
        self.author = author
        self.from = from
        self.until = until
    }

    /// How many messages that hold the words one page looks at; a page that reaches this is shorter than was asked for and has a successor.
    public static let candidatesMax = 5000
}

/// What a person typed into a search: words that must all be there, phrases in quotes, and a last word that may be the beginning of one.
///
/// It is a value of terms and never the syntax of a search engine: whatever was typed can only ever be looked for.
public struct SearchText: Sendable, Hashable {
    /// Words that stand beside each other, in this order.
    public struct Term: Sendable, Hashable {
        public var text: String
        /// True when the last word may be longer than what was typed of it.
        public var isPrefix: Bool

        public init(_ text: String, isPrefix: Bool = false) {
            self.text = text
            self.isPrefix = isPrefix
        }
    }

    /// Empty when nothing that was typed has a letter or a digit: nothing is found then.
    public let terms: [Term]

    /// The longest text, in characters.
    public static let lengthMax = 256

    public init(_ text: String) {
        var terms: [Term] = []
        let sections = text.split(separator: "\"", omittingEmptySubsequences: false)
        for (place, section) in sections.enumerated() {
            let isLast = place == sections.count - 1
            if place.isMultiple(of: 2) {
                let words = section.split(whereSeparator: \.isWhitespace)
                for (position, word) in words.enumerated() {
                    terms.append(Term(String(word), isPrefix: isLast && position == words.count - 1))
                }
            } else {
                // A quotation that is not closed yet is a phrase whose last word is still being typed.
                terms.append(Term(String(section), isPrefix: isLast))
            }
        }
        self.terms = terms.filter { $0.text.unicodeScalars.contains(where: SearchText.isIndexed) }.map { term in
            // One letter of an alphabet begins too many words to be of use.
            let isLetter = term.text.unicodeScalars.filter(SearchText.isIndexed).count == 1 && term.text.utf8.count == 1
            return Term(term.text, isPrefix: term.isPrefix && !isLetter)
        }
    }

    /// Letters, numbers and what is for private use: what words are made of.
    private static func isIndexed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber, .letterNumber,
            .otherNumber, .privateUse:
            true
        default: false
        }
    }
}
