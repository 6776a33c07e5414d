import ParleyCore
import ParleySMS
import Testing

/// The forms that a request may have, letter by letter.
@Suite struct RequestFormTests {
    private func request(_ body: String, text: String? = "a<b> & \"c\"\n", media: [String] = [], options: String = "") throws
        -> OutboundRequest
    {
        var yaml = try Example.definition(requesting: body)
        if body.contains("media.url") {
            yaml = yaml.replacing("  receipts: true", with: "  receipts: true\n  media: { kinds: [\"*/*\"], count: 3, by: url }")
        }
        let definition = try Example.read(yaml)
        let settings = try Example.settings(definition, Example.settings + options)
        return try definition.render(Example.dispatch(text: text, media: media), settings: settings, callbacks: Example.callbacks)[0]
    }

    private func body(_ request: OutboundRequest) throws -> String { String(decoding: try #require(request.body), as: UTF8.self) }

    /// Uses the settings that the definition would otherwise call unused.
    private static let rest = "    query: { p: \"{{settings.priority}}\", q: \"{{settings.pool}}\" }\n"

    @Test func xmlIsEscapedAndRepeatsElements() throws {
        let yaml =
            Self.rest + """
                    xml:
                      message:
                        "@id": "{{reference}}<"
                        to: ["{{to.digits}}", { when: settings.pool, value: "{{settings.pool}}" }]
                        text: { "@unicode": { when: text.is_unicode, value: "yes" }, "#text": "{{text}}" }
                        media: { each: media, value: { url: "{{media.url}}", name: "{{media.filename}}" } }

                """
        let made = try request(yaml, media: ["https://a.example/1?x=1&y=2", "https://a.example/2"])
        #expect(made.headers.last == HeaderField("Content-Type", "application/xml"))
        let reference = "\(SID(.delivery, high: 1, low: 2))-1"
        #expect(
            try body(made) == """
                <?xml version="1.0" encoding="UTF-8"?>
                <message id="\(reference)&lt;"><to>15557770001</to><text>a&lt;b&gt; &amp; &quot;c&quot;&#10;</text><media>\
                <url>https://a.example/1?x=1&amp;y=2</url></media><media><url>https://a.example/2</url></media></message>

                """)
        #expect(throws: RenderProblem.self) { try request(yaml, text: "a\u{1}b") }
    }

    @Test func multipartKeepsEveryByte() throws {
        let made = try request(
            Self.rest + "    multipart: { text: \"{{text}}\", \"a\\\"b\": \"--parley-boundary-0\", to: [\"{{to.e164}}\", x] }\n")
        #expect(made.headers.last == HeaderField("Content-Type", "multipart/form-data; boundary=parley-boundary-1"))
        let lines = [
            "--parley-boundary-1", #"Content-Disposition: form-data; name="text""#, "", "a<b> & \"c\"\n", "--parley-boundary-1",
            #"Content-Disposition: form-data; name="a%22b""#, "", "--parley-boundary-0", "--parley-boundary-1",
            #"Content-Disposition: form-data; name="to""#, "", "+15557770001", "--parley-boundary-1",
            #"Content-Disposition: form-data; name="to""#, "", "x", "--parley-boundary-1--", "",
        ]
        #expect(try body(made) == lines.joined(separator: "\r\n"))
    }

    @Test func aBodyMayBeTheTextAlone() throws {
        let made = try request(
            Self.rest + "    body: { content_type: text/plain; charset=utf-16be, text: \"{{text.utf16be}}\" }\n", text: "é")
        #expect(made.headers.last == HeaderField("Content-Type", "text/plain; charset=utf-16be"))
        #expect(made.body == [0, 0xE9])
    }

    @Test func basicCredentialsAreEncoded() throws {
        let yaml = try Example.definition(requesting: Self.rest).replacing(
            "    headers: { Authorization: \"Bearer {{settings.token}}\" }",
            with: "    auth: { basic: { user: \"{{settings.account}}\", password: \"{{settings.token}}\" } }")
        let definition = try Example.read(yaml)
        func headers(_ settings: String) throws -> [HeaderField] {
            try definition.render(
                Example.dispatch(text: "x"), settings: Example.settings(definition, settings), callbacks: Example.callbacks)[0].headers
        }
        // printf 'EX/1:t0ken-value' | base64
        #expect(try headers(Example.settings) == [HeaderField("Authorization", "Basic RVgvMTp0MGtlbi12YWx1ZQ==")])
        #expect(throws: RenderProblem.self) { try headers(Example.settings.replacing("EX/1", with: "EX:1")) }
    }

    /// A value, the text and media it is made with, and how it looks.
    private static let values: [(value: String, text: String?, media: [String], expected: String)] = [
        ("{ when: text, value: t }", "Hi", [], #""t""#), ("{ when: text, value: t }", nil, ["https://a.example/1"], "nothing"),
        ("{ when: not text, value: t }", nil, ["https://a.example/1"], #""t""#),
        ("{ when: [media, text.is_gsm7], value: t }", "Hi", ["https://a.example/1"], #""t""#),
        ("{ when: [media, text.is_gsm7], value: t }", "Hi", [], "nothing"),
        ("{ when: { settings.priority: [low, normal] }, value: t }", "Hi", [], #""t""#),
        ("{ when: { settings.priority: high }, value: t }", "Hi", [], "nothing"),
        ("[{ when: text.is_unicode, value: u }, { when: text.is_gsm7, value: g }]", "Ж", [], #""u""#),
        ("[{ when: text.is_unicode, value: u }, { when: text.is_gsm7, value: g }]", "G", [], #""g""#),
        ("[{ when: text.is_unicode, value: u }, plain]", "G", [], #"["plain"]"#),
        (
            "[first, { each: media, value: \"{{media.url}}\" }]", "G", ["https://a.example/1", "https://a.example/2"],
            #"["first","https://a.example/1","https://a.example/2"]"#
        ),
        (
            "{ each: media, value: { type: \"{{media.content_type}}\", name: \"{{media.filename}}\" } }", nil, ["https://a.example/1"],
            #"[{"type":"image/png"}]"#
        ),
        ("{ json: { a: \"{{text}}\", n: 1 } }", "\"", [], #""{\"a\":\"\\\"\",\"n\":1}""#),
        ("\"{{text.utf16be_hex}}\"", "é👋", [], #""00E9D83DDC4B""#), ("\"{{text.gsm7_hex}}\"", "a€", [], #""611B65""#),
    ]

    @Test(arguments: values)
    func valuesOfJSON(value: String, text: String?, media: [String], expected: String) throws {
        let more = value.contains("media.url") ? "" : "\n      m: { each: media, value: \"{{media.url}}\" }"
        let made = try request(Self.rest + "    json:\n      v: \(value)\(more)\n", text: text, media: media)
        let json = try body(made)
        #expect(expected == "nothing" ? !json.contains("\"v\"") : json.hasPrefix("{\"v\":\(expected)"), "\(json)")
    }

    @Test func theFirstRequestThatFitsIsUsed() throws {
        var yaml = try Example.definition(requesting: Self.rest)
        let start = try #require(yaml.firstRange(of: "  request:\n"))
        let end = try #require(yaml.firstRange(of: "  results:"))
        yaml.replaceSubrange(
            start.lowerBound..<end.lowerBound,
            with: """
                  requests:
                    - { when: media, method: POST, path: /mms, json: { u: { each: media, value: "{{media.url}}" } } }
                    - { when: text.is_unicode, method: GET, path: /unicode, query: { a: "{{settings.account}}", t: "{{settings.token}}" } }
                    - { method: GET, path: /plain, query: { p: "{{settings.priority}}", q: "{{settings.pool}}" } }

                """)
        yaml = yaml.replacing("  receipts: true", with: "  receipts: true\n  media: { kinds: [\"image/*\"], by: url }")
        let definition = try Example.read(yaml)
        let settings = try Example.settings(definition)
        func path(_ text: String, _ media: [String] = []) throws -> String {
            let made = try definition.render(
                Example.dispatch(text: text, media: media), settings: settings, callbacks: Example.callbacks)[0]
            return String(made.url.dropFirst("https://api.example.com".count).prefix { $0 != "?" })
        }
        #expect(try path("a") == "/plain")
        #expect(try path("Ж") == "/unicode")
        #expect(try path("Ж", ["https://a.example/1"]) == "/mms")
        #expect(
            definition.capabilities
                == Capabilities(mediaTypes: ["image/*"], mediaCountMax: 1, mediaBytesMax: .max, mediaByLink: true, receipts: true))
    }

    @Test func aHostMayHaveASetting() throws {
        let yaml = Example.definition.replacing("https://api.example.com", with: "https://{{settings.priority}}.example.com")
            .replacing(", one_of: [normal, high]", with: "")
        let definition = try Example.read(yaml)
        #expect(try Example.settings(definition, Example.settings + "options: { priority: eu1 }\n").baseURL == "https://eu1.example.com")
        for host in ["evil.example/", "a.b", "a@b", "", "x:80"] {
            let problems = try Example.problems(definition, Example.settings + "options: { priority: \"\(host)\" }\n")
            #expect(problems.contains { $0.contains("options: priority stands in a host's name") }, "\(host): \(problems)")
        }
    }

    /// A setting that is part of the structure makes another definition of it.
    @Test func structureIsSaidByTheOperator() throws {
        let yaml = try Example.definition(
            requesting: Self.rest + "    form: { \"$(text_field)\": \"{{text}}\", \"$(more)\": x }\n"
        ).replacing(
            "  pool: {}", with: "  pool: {}\n  text_field: { structure: true, default: text }\n  more: { structure: true, default: \"\" }")
        let definition = try Example.read(yaml)
        func form(_ options: String) throws -> String {
            let settings = try Example.settings(definition, Example.settings + options)
            let made = try settings.definition.render(Example.dispatch(text: "Hi"), settings: settings, callbacks: Example.callbacks)[0]
            return String(decoding: made.body ?? [], as: UTF8.self)
        }
        #expect(try form("") == "text=Hi")
        #expect(try form("options: { text_field: \"a&b\", more: \"one, two\" }\n") == "a%26b=Hi&one=x&two=x")
        #expect(throws: Never.self) { try form("options: { text_field: \"}: {\" }\n") }
    }
}
