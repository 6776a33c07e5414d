/// Texts that end with a link to the whole.
extension SMSText {
    /// How far before the end of what fits a word's end is looked for, in characters as a reader sees them.
    static let wordSearchMax = 30

    /// The beginning of a text with a link behind it, within so many segments, however it is cut into parts (``parts(of:reference:)``).
    ///
    /// Cut is at the end of a word where one is near, and between characters as a reader sees them where none is. A text that fits beside the
    /// link stays whole. Between both stand three dots; as the one character of an ellipsis, which is not in the GSM alphabet, where the text is
    /// not in it either.
    ///
    /// - Returns: nil when not even one character fits beside the link.
    public static func shortened(_ text: String, segmentsMax: Int, link: String) -> String? {
        let end = (isGSM7(text) ? " ... " : " … ") + link
        let length = longestPrefix(of: text[...], charactersMax: segmentsMax * Encoding.gsm7.single) { start in
            parts(of: String(start) + end).count <= segmentsMax
        }
        var start = text.prefix(length)
        if start.endIndex != text.endIndex, !text[start.endIndex].isWhitespace,
            let space = start.suffix(wordSearchMax).lastIndex(where: \.isWhitespace), !start[..<space].allSatisfy(\.isWhitespace)
        {
            start = start[..<space]
        }
        while start.last?.isWhitespace == true { start.removeLast() }
        return start.isEmpty ? nil : String(start) + end
    }
}
