import ParleyClient
import Testing

@Suite struct JSONValueTests {
    static let texts: [(String, JSONValue)] = [
        ("null", JSONValue.null), ("true", true), ("0", 0), ("-1", -1), ("9223372036854775807", .integer(.max)),
        ("-9223372036854775808", .integer(.min)), ("1.5", 1.5), ("1e300", .number(1e300)), ("\"\"", ""),
        ("\"a\\\"\\\\\\n\u{00e9}\\u0000\"", "a\"\\\n\u{00e9}\0"),
        ("[]", []), ("[1,[2]]", [1, [2]]), ("{}", [:]), ("{\"a\":{\"b\":[null,false]}}", ["a": ["b": [nil, false]]]),
    ]

    @Test(arguments: texts) func aTextAndItsValueAreTheSame(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
        #expect(try JSONValue(parsing: value.text()) == value)
    }

    @Test(arguments: ["", "{", "nul", "[1", "{\"a\"}", "\"\u{0001}"]) func whatIsNoJSONIsRefused(text: String) {
        #expect(throws: (any Error).self) { try JSONValue(parsing: text) }
    }

    @Test(arguments: [Double.nan, .infinity]) func numbersThatJSONCannotSayAreRefused(number: Double) {
        #expect(throws: (any Error).self) { try JSONValue.number(number).text() }
    }

    @Test func membersAndElementsAreReached() {
        var value: JSONValue = ["tags": ["a", "b"], "count": 2]
        #expect(value["tags"]?[1]?.stringValue == "b")
        #expect(value["tags"]?[2] == nil)
        #expect(value["count"]?.intValue == 2)
        value["count"] = nil
        value["tags"]?[0] = "c"
        #expect(value == ["tags": ["c", "b"]])
    }

    @Test func wholeNumbersStayExact() throws {
        #expect(try JSONValue(parsing: "9007199254740993").text() == "9007199254740993")
    }
}
