/// Finds the word that was probably meant. Public so that other readers of settings advise in the same words.
public enum Spelling {
    /// The candidate closest to a misspelt word: at most two letters off, and at most a third of its length. Nil when none is that close.
    static func closest(to word: String, among candidates: [String]) -> String? {
        let limit = min(2, max(1, word.count / 3))
        return
            candidates
            .map { (candidate: $0, distance: distance(word.lowercased(), $0.lowercased())) }
            .filter { $0.distance <= limit }
            .min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }?
            .candidate
    }

    /// The list of what is valid, with the word that was probably meant, as the end of a problem's message.
    public static func advice(for word: String, among candidates: [String]) -> String {
        let list = "valid: \(candidates.joined(separator: ", "))"
        return closest(to: word, among: candidates).map { "did you mean `\($0)`? (\(list))" } ?? list
    }

    /// Insertions, deletions and replacements between two words (Levenshtein). Long words are cut: they are not misspellings.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.prefix(64))
        let right = Array(right.prefix(64))
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var next = [index + 1]
            for (column, other) in right.enumerated() {
                next.append(min(next[column] + 1, row[column + 1] + 1, row[column] + (letter == other ? 0 : 1)))
            }
            row = next
        }
        return row.last ?? 0
    }
}
