import ParleyCore
import Testing

@Suite struct ConsentWordsTests {
    @Test(arguments: [
        ("STOP", ConsentWords.Reading.word(.stop)), ("stop", .word(.stop)), ("  Stop!! ", .word(.stop)), ("\"STOP\"", .word(.stop)),
        ("S.T.O.P", nil), ("Stop.", .word(.stop)), ("Stop. Thank you", .word(.stop)), ("stop texting me", .word(.stop)),
        ("STOP ALL", .word(.stop)), ("opt-out", .word(.stop)), ("Opt out please", .word(.stop)), ("ＳＴＯＰ", .word(.stop)),
        ("stop\n", .word(.stop)),
        ("STOP 12345", .possibleStop), ("Stop at 5?", .possibleStop), ("stop sending me these messages", .possibleStop),
        ("Cancel my order", .possibleStop), ("End of June works", .possibleStop), ("CANCEL", .word(.stop)), ("the end", nil),
        ("please stop", .possibleStop), ("Please, please STOP!", .possibleStop), ("I told you to stop", nil), ("stopping by", nil),
        ("nonstop", nil), ("", nil), ("...", nil), ("👋", nil), ("START", .word(.start)), ("start.", .word(.start)), ("start now", nil),
        ("Yes", nil), ("HELP", .word(.help)), ("help!", .word(.help)), ("help me please", nil), ("info", .word(.help)),
    ])
    func english(text: String, expected: ConsentWords.Reading?) {
        #expect(ConsentWords().reading(text) == expected)
    }

    @Test(arguments: [
        ("ABMELDEN", ConsentWords.Reading.word(.stop)), ("Arrêt", .word(.stop)), ("arret", .word(.stop)), ("désabonner", .word(.stop)),
        ("Hilfe", .word(.help)), ("unsubscribe", nil), ("stop", .word(.stop)),
    ])
    func languagesAreSettings(text: String, expected: ConsentWords.Reading?) {
        #expect(ConsentWords(languages: ["de", "fr"]).reading(text) == expected)
    }

    @Test func wordsAreSettings() {
        let words = ConsentWords(more: [.stop: ["No más"], .start: ["si"]], except: ["CANCEL", "end"])
        #expect(words.reading("no mas!") == .word(.stop))
        #expect(words.reading("Sí") == .word(.start))
        #expect(words.reading("cancel") == nil && words.reading("END") == nil)
        #expect(ConsentWords(languages: []).reading("stop") == nil)
    }

    @Test func wordsAreTold() {
        let words = ConsentWords(languages: ["de", "xx"], more: [.stop: ["No más"]], except: ["STOPP"])
        #expect(words.languages == ["de"])
        #expect(words.texts(.stop) == ["abbestellen", "abmelden", "no mas", "stop"])
        #expect(words.texts(.start) == ["anmelden", "start"] && words.texts(.help) == ["hilfe"])
    }

    /// A long text costs no more than a short one.
    @Test func onlyTheStartOfALongTextIsLookedAt() {
        #expect(ConsentWords().reading(String(repeating: "word ", count: 100_000)) == nil)
        #expect(ConsentWords().reading("stop " + String(repeating: "x", count: 30_000)) == .word(.stop))
    }
}
