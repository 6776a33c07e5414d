import ParleyCore
import Testing

/// Texts that end with a link to the whole.
@Suite struct ShortenedTextTests {
    /// 60 septets.
    private static let link = "https://parley.example/messages/" + String(repeating: "7", count: 28)

    @Test(
        arguments: [
            // 160 septets: 95 beside the link and what stands between.
            (String(repeating: "a", count: 200), 1, String(repeating: "a", count: 95) + " ... "),
            (String(repeating: "a", count: 95), 1, String(repeating: "a", count: 95) + " ... "),
            (String(repeating: "a", count: 96), 1, String(repeating: "a", count: 95) + " ... "),
            (String(repeating: "a", count: 999), 2, String(repeating: "a", count: 241) + " ... "),
            // At the end of a word: of what fits, or of the one before.
            (String(repeating: "a", count: 95) + " b", 1, String(repeating: "a", count: 95) + " ... "),
            (String(repeating: "a", count: 90) + " bbbbbbbbbb", 1, String(repeating: "a", count: 90) + " ... "),
            (String(repeating: "a", count: 60) + " " + String(repeating: "b", count: 60), 1, nil),
            // An escape counts with its character.
            (String(repeating: "€", count: 100), 1, String(repeating: "€", count: 47) + " ... "),
            // 70 code units, of which 63 are taken.
            (String(repeating: "ж", count: 200), 1, String(repeating: "ж", count: 7) + " … "),
            ("👨‍👩‍👧👨‍👩‍👧" + String(repeating: "ж", count: 200), 1, ""),
            ("ж👨‍👩‍👧" + String(repeating: "ж", count: 200), 1, "ж … "),
            ("", 1, ""),
            (" " + String(repeating: "ж", count: 200), 1, " " + String(repeating: "ж", count: 6) + " … "),
            ("   " + String(repeating: "a", count: 200), 1, "   " + String(repeating: "a", count: 92) + " ... "),
        ] as [(String, Int, String?)])
    func cut(text: String, segmentsMax: Int, start: String?) throws {
        // Far from the last word's end it is cut within the next one.
        let expected = start ?? String(repeating: "a", count: 60) + " " + String(repeating: "b", count: 34) + " ... "
        let short = SMSText.shortened(text, segmentsMax: segmentsMax, link: Self.link)
        #expect(short == (expected.isEmpty ? nil : expected + Self.link))
        if let short { #expect(SMSText(short).segments <= segmentsMax && SMSText.parts(of: short).count <= segmentsMax) }
    }

    @Test func aLinkThatIsTooLongIsLeftAway() {
        let link = String(repeating: "7", count: 154)
        #expect(SMSText.shortened("Hello", segmentsMax: 1, link: link) == "H ... " + link)
        #expect(SMSText.shortened("Hello", segmentsMax: 1, link: link + "7") == nil)
    }

    /// Whatever the text: what is left of it is its beginning, ends between characters, and fits.
    @Test(arguments: 0..<100)
    func itIsTheBeginning(seed: UInt64) throws {
        var random = IdentifierStream(seed: seed)
        let pieces = ["a", "b ", "€", "ß", "\n", "word ", "👋", "👨‍👩‍👧", "é", "{x}", "ж", "  "]
        let kinds = Bool.random(using: &random) ? 6 : pieces.count
        let text = (0..<Int.random(in: 1...900, using: &random)).map { _ in pieces[Int.random(in: 0..<kinds, using: &random)] }.joined()
        let segmentsMax = Int.random(in: 2...4, using: &random)
        guard let short = SMSText.shortened(text, segmentsMax: segmentsMax, link: Self.link) else {
            let isBlank = text.allSatisfy(\.isWhitespace)
            return #expect(isBlank)
        }
        #expect(SMSText(short).segments <= segmentsMax)
        let end = (SMSText.isGSM7(text) ? " ... " : " … ") + Self.link
        #expect(short.hasSuffix(end) && text.hasPrefix(short.dropLast(end.count)))
    }
}
