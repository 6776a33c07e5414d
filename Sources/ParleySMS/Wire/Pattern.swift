import Foundation

/// A regular expression (ICU syntax) from a definition.
struct Pattern: Sendable, Hashable {
    let text: String
    private let expression: NSRegularExpression

    /// Only the start of a long text is searched, in UTF-16 code units.
    static let searchedMax = 65_536

    /// Nil when the text is no regular expression.
    init?(_ text: String) {
        guard let expression = try? NSRegularExpression(pattern: text) else { return nil }
        self.text = text
        self.expression = expression
    }

    func matches(_ text: String) -> Bool { match(text) != nil }

    /// The first group of the first match, or the whole match when the expression has no group.
    func capture(_ text: String) -> String? {
        guard let match = match(text) else { return nil }
        let range = match.numberOfRanges > 1 ? match.range(at: 1) : match.range
        guard range.location != NSNotFound, let found = Range(range, in: text) else { return nil }
        return String(text[found])
    }

    private func match(_ text: String) -> NSTextCheckingResult? {
        expression.firstMatch(in: text, range: NSRange(location: 0, length: min(text.utf16.count, Self.searchedMax)))
    }

    static func == (left: Pattern, right: Pattern) -> Bool { left.text == right.text }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
