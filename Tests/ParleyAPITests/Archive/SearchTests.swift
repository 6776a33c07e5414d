import HTTPTypes
import ParleyCore
import Testing

/// Search: what is typed is looked for and is never syntax, and the answer is a list of the contract.
@Suite struct SearchTests {
    private func search(_ caller: Caller, _ query: String, _ more: String = "") async throws -> Reply {
        try await caller.get("/v1/Messages/Search?Query=\(Caller.encode(query))\(more)")
    }

    @Test func aFoundMessageHasItsUsualShape() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let conversation = try await caller.conversation(["UniqueName": "room"])
            let said = try await caller.post("/v1/Conversations/\(conversation)/Messages", ["Body": "Hello there", "Author": "alice"])
            let found = try await search(caller, "hell", "&ConversationSid=room&Author=alice&StartDate=2020-01-01&EndDate=2999-01-01")
            #expect(found.status == 200)
            #expect(found.string("meta", "key") == "messages")
            #expect(found.list("messages").count == 1)
            let (one, other) = (found.list("messages")[0], said.json)
            #expect(one.keys.sorted() == other.keys.sorted())
            #expect(one["sid"] as? String == said.string("sid"))
            #expect(found.string("meta", "url")?.contains("ConversationSid=room") == true)
            let long = try await caller.get("/v1/Services/\(installation.service)/Messages/Search?Query=hello")
            #expect(long.strings("messages", "chat_service_sid") == [installation.service.text])
            try await search(caller, "hello", "&ConversationSid=nowhere").expectError(400, 20001, "ConversationSid")
            try await search(caller, "hello", "&StartDate=soon").expectError(400, 20001, "StartDate")
            try await search(caller, "hello", "&PageSize=101").expectError(400, 20007, "PageSize")
            try await search(caller, "hello", "&PageToken=PAx").expectError(400, 20001, "PageToken")
        }
    }

    /// Hostile, odd and ordinary queries over one text: none is an error, and none finds what does not hold its words.
    @Test(arguments: [
        ("plain", true), ("plain text", true), ("PLAIN Te", true), ("\"plain text\"", true), ("\"text plain\"", false),
        ("text NOT plain", false), ("plain OR nonsense", false), ("plain AND text", false), ("NEAR(plain text)", false),
        ("body : plain", false),
        ("body:plain", false), ("^plain", true), ("plain*", true), ("pl* text", false), ("-plain", true), ("{body} : plain", false),
        ("\"", false), ("\"\"\"\"", false), ("'; DROP TABLE message; --", false), ("plain)", true), ("((plain", true),
        ("+plain + text", true),
        ("\\", false), ("%", false), ("*", false), ("\u{1F642}", false), ("plain \u{1F642} text", true), ("plain\u{7}text", true),
        ("p", false), ("conversation : CH", false), ("plain text \"", true), ("message_text", false), ("\u{202E}plain", true),
        ("été", true),
        ("ETE", true), ("日本", true), ("日", true),
    ])
    func whatIsTypedIsLookedForAndNeverSyntax(query: String, finds: Bool) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let conversation = try await caller.conversation()
            _ = try await caller.post("/v1/Conversations/\(conversation)/Messages", ["Body": "plain text, été 日本語"])
            let found = try await search(caller, query)
            #expect(found.status == 200, "\(found.text)")
            #expect(found.list("messages").count == (finds ? 1 : 0))
        }
    }

    @Test func aQueryIsOneToTwoHundredAndFiftySixCharacters() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            try await caller.get("/v1/Messages/Search").expectError(400, 20001, "Query")
            try await search(caller, "").expectError(400, 20001, "Query")
            try await search(caller, "  ").expectError(400, 20001, "Query")
            try await search(caller, String(repeating: "x", count: 257)).expectError(400, 20001, "Query")
            #expect(try await search(caller, String(repeating: "é ", count: 128)).status == 200)
        }
    }

    @Test func pagesAreFollowedByTheirURLs() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let conversation = try await caller.conversation()
            for number in 0..<7 { _ = try await caller.post("/v1/Conversations/\(conversation)/Messages", ["Body": "note \(number)"]) }
            var seen: [String] = []
            var url: String? = "/v1/Messages/Search?Query=note&PageSize=3"
            var last: Reply?
            while let next = url {
                let reply = try await caller.get(next)
                seen += reply.strings("messages", "body")
                url = reply.string("meta", "next_page_url")
                last = reply
                _ = try await caller.post("/v1/Conversations/\(conversation)/Messages", ["Body": "note later"])
            }
            #expect(seen == (0..<7).reversed().map { "note \($0)" })
            let previous = try #require(last?.string("meta", "previous_page_url"))
            #expect(try await caller.get(previous).strings("messages", "body") == ["note 3", "note 2", "note 1"])
        }
    }
}
