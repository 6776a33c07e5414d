import ParleyCore
import ParleySMS
import Testing

@Suite struct SendingTests {
    @Test func structureStaysStructure() throws {
        let definition = try Example.read()
        let request = try definition.render(
            Example.dispatch(text: "Say \"hi\"\\ {{text}}\n"), settings: Example.settings(definition), callbacks: Example.callbacks)[0]
        #expect(request.method == "POST")
        #expect(request.url == "https://api.example.com/v1/EX%2F1/messages")
        #expect(request.headers == [HeaderField("Authorization", "Bearer t0ken-value"), HeaderField("Content-Type", "application/json")])
        let body = String(decoding: try #require(request.body), as: UTF8.self)
        let reference = "\(SID(.delivery, high: 1, low: 2))-1"
        #expect(
            body
                == #"{"from":"15551230001","to":["+15557770001"],"text":"Say \"hi\"\\ {{text}}\n","priority":"normal","parts":3,"quoted":"3","#
                + #""word":"NO","nothing":null,"reference":"\#(reference)","#
                + #""callback":"https://parley.example/adapters/carrier/receipts/new-secret"}"#)
    }

    @Test func whatIsConditionalComesWhenItsConditionHolds() throws {
        let definition = try Example.read()
        let settings = try Example.settings(definition, Example.settings + "options: { pool: gold, priority: high }\n")
        let request = try definition.render(Example.dispatch(text: "Привет"), settings: settings, callbacks: Example.callbacks)[0]
        let body = String(decoding: try #require(request.body), as: UTF8.self)
        #expect(body.contains(#""priority":"high","pool":"gold","pooled":true,"unicode":true,"parts":3"#))
    }

    @Test func aFormIsEncodedAndItsListsAreRepeated() throws {
        let start = try #require(Example.definition.firstRange(of: "    json:\n      from"))
        let end = try #require(Example.definition.firstRange(of: "  results:"))
        let fields = """
                form:
                  a&b: "{{text}} + {{settings.account}}"
                  To: ["{{to.e164}}", { when: text.is_unicode, value: "{{text.utf16be}}" }, { when: settings.pool, value: "{{settings.pool}}" }]
                  Priority: "{{settings.priority}}"

            """
        let text = Example.definition.replacingCharacters(start.lowerBound..<end.lowerBound, with: fields)
        let definition = try Example.read(text)
        let request = try definition.render(
            Example.dispatch(text: "é=&Ж"), settings: Example.settings(definition), callbacks: Example.callbacks)[0]
        #expect(request.headers.last == HeaderField("Content-Type", "application/x-www-form-urlencoded"))
        #expect(
            String(decoding: try #require(request.body), as: UTF8.self)
                == "a%26b=%C3%A9%3D%26%D0%96%20%2B%20EX%2F1&To=%2B15557770001&To=%00%E9%00%3D%00%26%04%16&Priority=normal")
    }

    @Test(arguments: [
        (nil, "+15551230001", "+15557770001", "the message has no text"), ("", "+15551230001", "+15557770001", "the message has no text"),
        // 99 messages of twenty characters, each with its number, have room for less.
        (String(repeating: "é", count: 2000), "+15551230001", "+15557770001", "the text is longer than the provider takes (20 characters)"),
        ("Hi", "12345", "+15557770001", "the provider takes no sender of this kind"),
        ("Hi", "+15551230001", "12345", "the provider takes no recipient of this kind"),
        ("Hi", "+15551230001", "a@b.example", "the provider takes no recipient of this kind"),
    ])
    func whatCannotBeSentIsRefused(text: String?, from: String, to: String, message: String) throws {
        let definition = try Example.read()
        let settings = try Example.settings(definition)
        let problem = #expect(throws: RenderProblem.self) {
            try definition.render(Example.dispatch(text: text, from: from, to: to), settings: settings, callbacks: Example.callbacks)[0]
        }
        #expect(problem?.message == message)
    }

    @Test(arguments: [".", "..", ""])
    func aPathCannotBeLeft(account: String) throws {
        let definition = try Example.read()
        var settings = try Example.settings(definition)
        settings.options["account"] = account
        #expect(throws: RenderProblem.self) {
            try definition.render(Example.dispatch(text: "Hi"), settings: settings, callbacks: Example.callbacks)[0]
        }
    }

    @Test func aHeaderCannotBeSplit() throws {
        let definition = try Example.read()
        let settings = try Example.settings(definition, Example.settings.replacing("t0ken-value", with: "\"a\\r\\nX: y\""))
        let problem = #expect(throws: RenderProblem.self) {
            try definition.render(Example.dispatch(text: "Hi"), settings: settings, callbacks: Example.callbacks)[0]
        }
        #expect(problem?.message == "a value cannot stand in the header Authorization")
    }
}

extension String {
    func replacingCharacters(_ range: Range<String.Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + self[range.upperBound...]
    }

}
