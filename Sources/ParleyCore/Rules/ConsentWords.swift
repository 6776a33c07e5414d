import Foundation

/// The words by which a person stops messages, starts them again, or asks for help.
///
/// A text *is* a word when nothing but the word is in it, punctuation, case and accents aside: `Stop.`, `STOP!!`, `arrêt`. A short text, of four
/// words at most, that begins with a word for stop which means little else is one too (`Stop. Thank you`), unless a number follows, since `STOP 12345`
/// often is about something else. What begins so and is longer, has a number, begins with one of the other words for stop (`Cancel my order`), or ends
/// with one (`please stop`) is in the middle zone: it stops nothing and is flagged, for a person to decide. Words for start and help must stand alone:
/// they are common at the beginning of a sentence.
public struct ConsentWords: Sendable, Hashable {
    /// What a text says about consent.
    public enum Reading: Sendable, Hashable {
        case word(ConsentWord)
        /// It may mean that nothing more is wanted.
        case possibleStop
    }

    /// The families that words were taken from, by their ISO 639 codes, in the order they were asked for.
    public let languages: [String]
    /// Folded words and short phrases.
    private var words: [String: ConsentWord] = [:]

    /// Words for stop that may be followed by others: the rest of them are common at the beginning of a sentence.
    private static let opening: Set<String> = [
        "stop", "stopp", "stopall", "stop all", "unsubscribe", "optout", "opt out", "abmelden", "abbestellen", "desabonner", "disiscrivi",
        "afmelden", "wypisz",
    ]

    /// The most words of a text that begins with a word for stop and is one.
    static let shortMax = 4

    /// The families that are known, by their ISO 639 code. A provider's own words for English (CTIA Messaging Principles §5.1.3) are in `en`.
    public static let families: [String: [ConsentWord: [String]]] = [
        "en": [
            .stop: ["stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out"],
            .start: ["start", "unstop"], .help: ["help", "info"],
        ],
        "de": [.stop: ["stop", "stopp", "abmelden", "abbestellen"], .start: ["start", "anmelden"], .help: ["hilfe"]],
        "fr": [.stop: ["stop", "arret", "arreter", "desabonner"], .start: ["start", "reprendre"], .help: ["aide"]],
        "es": [.stop: ["stop", "baja", "parar", "alto"], .start: ["start", "alta"], .help: ["ayuda"]],
        "pt": [.stop: ["stop", "parar", "sair"], .start: ["start", "voltar"], .help: ["ajuda"]],
        "it": [.stop: ["stop", "ferma", "disiscrivi"], .start: ["start", "riprendi"], .help: ["aiuto"]],
        "nl": [.stop: ["stop", "afmelden"], .start: ["start", "aanmelden"], .help: ["hulp"]],
        "pl": [.stop: ["stop", "rezygnuje", "wypisz"], .start: ["start"], .help: ["pomoc"]],
    ]

    /// - Parameters:
    ///   - languages: keys of ``families``; unknown ones add nothing.
    ///   - more: further words of each kind.
    ///   - except: words that mean nothing here.
    public init(languages: [String] = ["en"], more: [ConsentWord: [String]] = [:], except: [String] = []) {
        self.languages = languages.filter { Self.families[$0] != nil }
        for language in languages {
            for (kind, texts) in Self.families[language] ?? [:] { for text in texts { words[Self.folded(text)] = kind } }
        }
        for (kind, texts) in more { for text in texts { words[Self.folded(text)] = kind } }
        for text in except { words[Self.folded(text)] = nil }
    }

    /// The words and phrases of a kind, without case, accents and punctuation, in alphabetical order.
    public func texts(_ kind: ConsentWord) -> [String] { words.filter { $0.value == kind }.map { $0.key }.sorted() }

    /// Nil for a text that says nothing about consent.
    public func reading(_ text: String) -> Reading? {
        // Who asks for nothing more does so in a few words: what is longer than a short message is not folded at all.
        let start = text.prefix(1600)
        let spoken = Self.folded(String(start)).split(separator: " ").map(String.init)
        if let word = words[spoken.joined(separator: " ")] { return .word(word) }
        guard let first = spoken.first, let last = spoken.last else { return nil }
        let openings = [first] + (spoken.count > 1 ? [first + " " + spoken[1]] : [])
        let opens = openings.contains { words[$0] == .stop }
        if openings.contains(where: { words[$0] == .stop && Self.opening.contains($0) }), spoken.count <= Self.shortMax,
            !spoken.contains(where: { $0.contains(where: \.isNumber) })
        {
            return .word(.stop)
        }
        let closes = words[last] == .stop && Self.opening.contains(last) && spoken.count <= Self.shortMax
        return opens || closes ? .possibleStop : nil
    }

    /// Without case, accents and punctuation, with single spaces.
    private static func folded(_ text: String) -> String {
        let plain = text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
        return plain.split { !$0.isLetter && !$0.isNumber }.joined(separator: " ").lowercased()
    }
}
