import Testing

@testable import ParleySMS

@Suite struct JSONReaderTests {
    @Test(arguments: [
        "null", "true", "[]", "{}", "[1,-0.5,1e3,12345678901234567890]", #"{"a":{"b":["c",null]},"a":1}"#, #""ü\"\\\n\u0001👋""#,
    ])
    func valuesComeBackAsTheyWere(text: String) {
        #expect(JSONReader.read(Array(text.utf8))?.encoded == text)
    }

    @Test(arguments: [
        "", " ", "nul", "[1,]", "[1 2]", "{\"a\"}", "{a:1}", "{\"a\":1,}", "01", "1.", "+1", ".5", "1e", "--1", "\"a", "\"\n\"", "\"\\x\"",
        "\"\\u12\"", "1 2", "[1", "NaN",
        "'a'", String(repeating: "[", count: 100_000), "\u{FEFF}1",
    ])
    func whatIsNotJSONIsRefused(text: String) {
        #expect(JSONReader.read(Array(text.utf8)) == nil)
    }

    @Test(arguments: [
        (#""\ud83d\udc4b""#, "👋"), (#""\ud83dx""#, "\u{FFFD}x"), (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\udc4b""#, "\u{FFFD}"),
        (#""\/""#, "/"),
    ])
    func escapesAreRead(text: String, expected: String) {
        #expect(JSONReader.read(Array(text.utf8)) == .string(expected))
    }

    @Test func bytesThatAreNoUTF8AreRefused() {
        #expect(JSONReader.read([0x22, 0xFF, 0x22]) == nil)
    }

    @Test(arguments: [
        ("/a/0", ["1"]), ("/a/*", ["1", "x"]), ("/a~1b", ["2"]), ("/c~0d/", ["3"]), ("/nothing", []), ("/a/9", []), ("/a/-1", []),
        ("/a/x/y", []),
    ])
    func pointersFindTheirValues(pointer: String, expected: [String]) throws {
        let json = try #require(JSONReader.read(Array(#"{"a":[1,"x"],"a/b":2,"c~d":{"":3}}"#.utf8)))
        #expect(try #require(JSONPointer(pointer)).values(in: json).compactMap(\.scalarText) == expected)
    }
}
