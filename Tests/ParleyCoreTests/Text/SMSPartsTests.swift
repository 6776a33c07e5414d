import ParleyCore
import Testing

/// Where long texts are cut.
@Suite struct SMSPartsTests {
    struct Cut: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var units: [Int]
        var reference = SMSText.Reference.octet

        var testDescription: String { name }
    }

    private static func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    private static let family = "👨‍👩‍👧‍👦"

    /// Faults that others had: 201 characters in four parts, 71 characters of UCS-2 cut by bytes, escapes and pairs cut in two.
    static let cuts = [
        Cut(name: "nothing", text: "", units: [0]),
        Cut(name: "one full message", text: many("a", 160), units: [160]),
        Cut(name: "201 characters", text: many("a", 201), units: [153, 48]),
        Cut(name: "70 of UCS-2", text: many("ж", 70), units: [70]),
        Cut(name: "71 of UCS-2", text: many("ж", 71), units: [67, 4]),
        Cut(name: "an escape at the end of a part", text: many("a", 152) + "€" + many("a", 151), units: [152, 153]),
        Cut(name: "an escape that moves the rest on", text: many("a", 152) + "€" + many("a", 152), units: [152, 153, 1]),
        Cut(name: "80 of the extension table", text: many("€", 80), units: [160]),
        Cut(name: "81 of the extension table", text: many("€", 81), units: [152, 10]),
        Cut(name: "a pair at the end of a part", text: many("ж", 66) + "👋" + many("ж", 10), units: [66, 12]),
        Cut(name: "a family at the end of a part", text: many("ж", 60) + family + many("ж", 10), units: [60, 21]),
        Cut(name: "a letter and its accent", text: many("ж", 66) + "y\u{306}" + many("ж", 5), units: [66, 7]),
        Cut(name: "a line break of two", text: many("a", 152) + "\r\n" + many("a", 10), units: [152, 12]),
        Cut(name: "more accents than a part holds", text: "ж" + many("\u{306}", 140), units: [67, 67, 7]),
        Cut(name: "with numbers of 16 bits", text: many("a", 305), units: [152, 152, 1], reference: .word),
        Cut(name: "UCS-2 with numbers of 16 bits", text: many("ж", 71), units: [66, 5], reference: .word),
    ]

    @Test(arguments: cuts) func textsAreCut(cut: Cut) {
        let parts = SMSText.parts(of: cut.text, reference: cut.reference)
        #expect(parts.map(\.units) == cut.units)
        #expect(Array(parts.map(\.text).joined().utf8) == Array(cut.text.utf8))
    }

    private static let alphabets: [[String]] = [
        ["a", "b", " ", "é", "@", "\n", "€", "[", "^", "\r\n"], ["€", "|"],
        ["a", "ж", "你", "👋", "👨‍👩‍👧‍👦", "e\u{301}", "🇨🇭", "👍🏽", "\r\n", "€", "\u{200D}"],
        ["ж\u{306}\u{301}\u{300}", "👩‍❤️‍💋‍👩", "\u{1F1E8}"],
    ]

    /// Texts of every kind: the parts are the text again, none holds more than it may, and none ends before it has to.
    @Test(arguments: 0..<200) func partsAreTheText(seed: UInt64) {
        var dice = IdentifierStream(seed: seed)
        let alphabet = SMSPartsTests.alphabets[Int(seed) % SMSPartsTests.alphabets.count]
        let text = (0..<Int.random(in: 0..<600, using: &dice)).map { _ in alphabet.randomElement(using: &dice) ?? "" }.joined()
        let sms = SMSText(text)
        for reference in SMSText.Reference.allCases {
            let parts = SMSText.parts(of: text, reference: reference)
            let room = parts.count == 1 ? sms.encoding.single : sms.encoding.part(reference)
            #expect(Array(parts.map(\.text).joined().utf8) == Array(text.utf8))
            #expect(parts.map(\.units).reduce(0, +) == sms.units)
            #expect(parts.allSatisfy { $0.units <= room && ($0.units > 0 || text.isEmpty) })
            #expect(parts.allSatisfy { units(of: $0.text, sms.encoding) == $0.units })
            #expect(reference == .word || parts.count >= sms.segments)
            // A part ends where what a reader sees as one character would not fit any more; nothing of it is in two parts unless none could hold it.
            var starts = Set<Int>()
            var sizes: [Int: Int] = [:]
            var offset = 0
            for character in text {
                starts.insert(offset)
                sizes[offset] = units(of: String(character), sms.encoding)
                offset += character.utf8.count
            }
            var end = 0
            for part in parts.dropLast() {
                end += part.text.utf8.count
                if let next = sizes[end], next <= room {
                    #expect(part.units + next > room)
                } else if let start = starts.filter({ $0 < end }).max() {
                    #expect(sizes[start].map { $0 > room } ?? false || sizes[end] != nil, "a character that fits a part is cut at \(end)")
                }
            }
        }
    }

    private func units(of text: String, _ encoding: SMSText.Encoding) -> Int {
        encoding == .ucs2 ? text.utf16.count : SMSText(text).units
    }

    @Test(arguments: [
        ("“It’s” – fine…", "\"It's\" - fine..."), ("a\u{A0}b\u{200B}c\u{2028}d\te", "a bc\nd e"), ("«oui»", "\"oui\""), ("• one", "* one"),
        ("caf\u{65}\u{301} – 5 €", "café - 5 €"), ("plain", nil), ("5 €", nil), ("“Привет”", nil), ("“👋”", nil), ("ça va – oui", nil),
    ]) func typographyBecomesPlain(text: String, plain: String?) {
        #expect(SMSText.replacingTypography(in: text) == plain)
        if let plain { #expect(SMSText.isGSM7(plain)) }
    }
}
