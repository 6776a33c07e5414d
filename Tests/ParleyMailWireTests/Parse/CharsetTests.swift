import ParleyMailWire
import Testing

/// The ladder of charsets: declared, UTF-8, Windows-1252.
@Suite struct CharsetTests {
    static let cases: [(String, [UInt8], String)] = [
        ("Content-Type: text/plain; charset=iso-8859-1", [0x67, 0x72, 0xFC, 0x6E], "grün"),
        ("Content-Type: text/plain; charset=ISO-8859-1", [0x80], "€"),
        ("Content-Type: text/plain", [0x67, 0x72, 0xFC, 0x6E, 0x20, 0x80, 0x93], "grün €“"),
        ("X-None: 1", [0x67, 0x72, 0xFC, 0x6E], "grün"),
        ("Content-Type: text/plain; charset=us-ascii", Array("grün".utf8), "grün"),
        ("Content-Type: text/plain; charset=x-nonsense", Array("grün".utf8), "grün"),
        ("Content-Type: text/plain; charset=\"../../evil//TRANSLIT\"", [0xFC], "ü"),
        ("Content-Type: text/plain; charset=utf-8", [0x61, 0xFF, 0xC3, 0xBC, 0xC3], "a\u{FFFD}ü\u{FFFD}"),
        ("Content-Type: text/plain; charset=utf-8", [0xEF, 0xBB, 0xBF, 0x61], "a"),
        (
            "Content-Type: text/plain; charset=iso-2022-jp",
            [0x1B, 0x24, 0x42, 0x46, 0x7C, 0x4B, 0x5C, 0x38, 0x6C, 0x1B, 0x28, 0x42, 0x21], "日本語!"
        ),
        ("Content-Type: text/plain; charset=Shift_JIS", [0x93, 0xFA, 0x96, 0x7B], "日本"),
        ("Content-Type: text/plain; charset=Shift_JIS", [0x93, 0xFA, 0xFF, 0x61, 0x93], "日\u{FFFD}a\u{FFFD}"),
        ("Content-Type: text/plain; charset=ks_c_5601-1987", [0xC7, 0xD1], "한"),
        ("Content-Type: text/plain; charset=gb2312", [0xD6, 0xD0], "中"),
        ("Content-Type: text/plain; charset=koi8-r", [0xF0, 0xD2], "Пр"),
        ("Content-Type: text/plain; charset=utf-8", Array("a\0b\rc\r\nd\ne".utf8), "ab\nc\nd\ne"),
    ]

    @Test(arguments: cases) func text(_ header: String, _ body: [UInt8], _ expected: String) {
        #expect(ParsedMail(Fixtures.part(header, body)).text == expected)
    }

    @Test func rawBytesInHeaders() {
        let mail = ParsedMail(Array("From: a@b.example\r\nSubject: gr".utf8) + [0xFC] + Array("n\r\nX-Raw: \u{fc}\0x\r\n\r\n".utf8))
        #expect(mail.subject == "grün")
        #expect(mail.header("x-raw") == ["üx"])
    }
}
