import Foundation
import HTTPTypes
import ParleyBroker
import ParleyCore
import ParleyStore
import Testing

/// A conversation leaves as lines and comes back the same, or not at all.
@Suite struct ExportTests {
    /// A conversation with everything that an export holds. Its text is nowhere else.
    private func furnished(_ caller: Caller, _ installation: Installation) async throws -> String {
        let sid = try await caller.conversation([
            "FriendlyName": "Fahrgäste", "UniqueName": "original", "Attributes": #"{"a": "\n"}"#, "DateCreated": "2020-01-02T03:04:05.678Z",
            "Timers.Inactive": "P30D", "Bindings.Email.Name": "Desk",
        ])
        let path = "/v1/Conversations/\(sid)"
        _ = try await caller.post(path + "/Participants", ["Identity": "alice", "Attributes": #"{"b":1}"#])
        _ = try await caller.post(
            path + "/Participants", ["MessagingBinding.Address": "+1 555 777-0001", "MessagingBinding.ProxyAddress": "+15550100000"])
        var messages: [String] = []
        for number in 0..<5 {
            let reply = try await caller.post(
                path + "/Messages",
                [
                    "Body": "line \(number)\nnext", "Author": number == 1 ? "alice" : "system",
                    "DateCreated": "2021-01-0\(number + 1)T00:00:00Z",
                ])
            messages.append(try #require(reply.string("sid")))
        }
        _ = try await caller.delete(path + "/Messages/\(messages[2])")
        let media = try await caller.send(
            .post, "/v1/Services/\(installation.service)/Media?Filename=bild.png", [.contentType: "image/png"], Array("picture".utf8))
        _ = try await caller.post(path + "/Messages", ["MediaSid": try #require(media.string("sid")), "Author": "alice"])
        _ = try await caller.post(path + "/Participants/alice", ["LastReadMessageIndex": "4"])
        try await installation.dispatch { _ in .accepted(["carrier-1"]) }
        return sid
    }

    private func lines(_ reply: Reply) throws -> [[String: Any]] {
        try reply.text.split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    /// The lines without what is new in another conversation.
    private func comparable(_ reply: Reply) throws -> [String] {
        try lines(reply).map { line in
            var line = line
            for name in ["sid", "participant_sid", "unique_name", "receipts"] { line[name] = nil }
            line["media"] = (line["media"] as? [[String: Any]])?.map { $0.filter { $0.key != "sid" } }
            return String(decoding: try JSONSerialization.data(withJSONObject: line, options: .sortedKeys), as: UTF8.self)
        }
    }

    private func post(_ caller: Caller, _ body: String, _ query: String = "", _ headers: HTTPFields = [:]) async throws -> Reply {
        var headers = headers
        headers[.contentType] = "application/x-ndjson"
        return try await caller.send(.post, "/v1/ConversationImports\(query)", headers, Array(body.utf8))
    }

    @Test(arguments: Transport.allCases)
    func whatIsExportedAndImportedIsTheSame(over transport: Transport) async throws {
        let installation = try await Installation()
        try await installation.api(over: transport) { caller in
            let sid = try await furnished(caller, installation)
            let export = try await caller.get("/v1/Conversations/original/Export?Media=inline")
            #expect(export.status == 200)
            #expect(export.headers[.contentType] == "application/x-ndjson")
            let read = try lines(export)
            #expect(
                read.compactMap { $0["kind"] as? String } == ["conversation", "participant", "participant"]
                    + Array(repeating: "message", count: 5) + ["end"])
            #expect(read[0]["format"] as? Int == 1)
            #expect(read.last?["messages"] as? Int == 5)
            #expect(read.compactMap { $0["index"] as? Int } == [0, 1, 3, 4, 5])
            #expect((read[3]["receipts"] as? [[String: Any]])?.first?["status"] as? String == "sent")
            try await post(caller, export.text).expectError(409, 50353, "UniqueName")
            let renamed = export.text.replacing("\"unique_name\": \"original\"", with: "\"unique_name\": \"copy\"")
            try await post(caller, renamed, "?BindParticipants=true").expectError(409, 50416, sid)
            let imported = try await post(caller, renamed)
            #expect(imported.status == 201, "\(imported.text)")
            #expect(imported.string("unique_name") == "copy")
            #expect(imported.string("sid") != sid)
            let again = try await caller.get("/v1/Conversations/copy/Export?Media=inline")
            #expect(try comparable(again) == comparable(export))
            // Nothing leaves for people whose pair another conversation holds.
            let said = try await caller.post("/v1/Conversations/copy/Messages", ["Body": "x"])
            #expect(said.isNull("delivery"))
            #expect(said.integer("index") == 6)
            #expect(try await caller.get("/v1/Messages/Search?Query=next&ConversationSid=copy").list("messages").count == 4)
            // Once the pair is free, it can be held.
            _ = try await caller.delete("/v1/Conversations/\(sid)")
            let bound = try await post(caller, export.text, "?BindParticipants=true")
            #expect(bound.status == 201)
            let heard = try await caller.post("/v1/Conversations/original/Messages", ["Body": "x"])
            #expect(heard.integer("delivery", "total") == 1)
        }
    }

    @Test func aClosedConversationStaysClosed() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let sid = try await furnished(caller, installation)
            _ = try await caller.post("/v1/Conversations/\(sid)", ["State": "closed", "UniqueName": ""])
            let export = try await caller.get("/v1/Conversations/\(sid)/Export")
            let imported = try await post(caller, export.text, "?BindParticipants=true")
            #expect(imported.string("state") == "closed")
        }
    }

    @Test func noWebhookFiresForAnImportAndItsRepeatIsAnsweredLikeTheFirst() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            _ = try await furnished(caller, installation)
            let text = try await caller.get("/v1/Conversations/original/Export").text.replacing("\"original\"", with: "null")
            let before = try await installation.eventCount()
            let headers: HTTPFields = [
                HTTPField.Name("X-Twilio-Webhook-Enabled")!: "true", HTTPField.Name("Idempotency-Key")!: "once",
            ]
            let first = try await post(caller, text, "", headers)
            let events = try await installation.broker.read { try $0.events(after: before, limit: 10) }
            #expect(events.map(\.kind) == [.conversationAdded])
            #expect(events.map(\.origin.firesWebhooks) == [false])
            #expect(try await post(caller, text, "", headers).body == first.body)
            #expect(try await caller.get("/v1/Conversations").list("conversations").count == 2)
        }
    }

    /// Chat participants come in like any others: as users with a role, and in no more conversations than one may be.
    @Test func importedPeopleAreUsers() async throws {
        var limits = Limits()
        limits.conversationsPerUser = 2
        let installation = try await Installation(limits: limits)
        try await installation.api { caller in
            let sid = try await furnished(caller, installation)
            let text = try await caller.get("/v1/Conversations/\(sid)/Export").text.replacing("\"original\"", with: "null")
            // From another installation: a user and a role that are unknown here.
            let role = try #require(try await caller.get("/v1/Conversations/\(sid)/Participants/alice").string("role_sid"))
            let foreign = text.replacing("\"alice\"", with: "\"zoe\"").replacing(role, with: "RL" + String(repeating: "0", count: 32))
            for _ in 0..<2 {
                let made = try await post(caller, foreign)
                let participant = try await caller.get("/v1/Conversations/\(made.string("sid") ?? "")/Participants/zoe")
                #expect(participant.string("role_sid") == role)
            }
            #expect(try await caller.get("/v1/Users/zoe").status == 200)
            #expect(try await caller.get("/v1/Users/zoe/Conversations").list("conversations").count == 2)
            let kept = try installation.store.base.contents()["participant"]?.count
            try await post(caller, foreign).expectError(403, 50214)
            #expect(try installation.store.base.contents()["participant"]?.count == kept)
        }
    }

    @Test(arguments: [
        ("", "line 1: expected the conversation first"), ("\n\n", "line 3: expected the conversation first"),
        ("nonsense", "line 1: expected a JSON object"), ("[]", "line 1: expected"), (#"{"kind":"note"}"#, "line 1: expected kind"),
        (#"{"kind":7}"#, "line 1: expected kind to be a string"),
        (#"{"kind":"end","messages":0,"participants":0}"#, "the conversation first"),
        (#"{"kind":"conversation","format":2,"state":"active","attributes":"{}","date_created":"x","date_updated":"x"}"#, "format to be 1"),
        (#"{"kind":"conversation","format":1}"#, "line 1: expected state"),
        ("H\nH", "line 2: expected one conversation only"), ("H", "line 2: expected the end; the export was cut off"),
        ("H\nM0\nE\nE", "line 4: expected nothing after the end"),
        (#"H\#n{"kind":"end","messages":1,"participants":0}"#, "line 2: expected as many"),
        ("H\nM0\nM0\nE", "line 3: expected an index above"), ("H\nM0\nP\nE", "line 3: expected participants before messages"),
        ("H\nP\nP\nE", "line 3: expected a sid"),
        (#"H\#n{"kind":"message","index":0,"author":1}"#, "line 2: expected author to be a string"),
        (
            #"H\#n{"kind":"message","index":-1,"author":"a","attributes":"{}","date_created":"x","date_updated":"x"}"#,
            "line 2: expected index"
        ),
        (#"H\#n{"kind":"message","index":0,"author":"a","attributes":"{}","date_created":"x","date_updated":"x"}"#, "date_created"),
        (#"H\#n{"kind":"message","index":0,"author":"\u0000"}"#, "line 2: expected no NUL"),
        ("H\nM0\nX\nE2", "Line 3: Invalid parameter Attributes"),
        ("H\nM0\nS\nE", "media.content to have the size"),
    ])
    func aMalformedLineIsNamedAndNothingIsLeft(template: String, message: String) async throws {
        let installation = try await Installation()
        let dates = #""attributes":"{}","date_created":"2020-01-01T00:00:00Z","date_updated":"2020-01-01T00:00:00Z""#
        let digest = String(repeating: "0", count: 64)
        let body = template.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            switch line {
            case "H": #"{"kind":"conversation","format":1,"state":"active","friendly_name":"half-made",\#(dates)}"#
            case "P": #"{"kind":"participant","sid":"MB00000000000000000000000000000001","identity":"bob",\#(dates)}"#
            case "M0": #"{"kind":"message","index":0,"author":"a","body":"half-said",\#(dates)}"#
            case "X":
                #"{"kind":"message","index":1,"author":"a","attributes":"{","date_created":"2020-01-01T00:00:00Z","date_updated":"2020-01-01T00:00:00Z"}"#
            case "S":
                #"{"kind":"message","index":1,"author":"a",\#(dates),"media":[{"content_type":"a/b","size":1,"category":"media","sha256":"\#(digest)","content":"AA=="}]}"#
            case "E": #"{"kind":"end","messages":1,"participants":0}"#
            case "E2": #"{"kind":"end","messages":2,"participants":0}"#
            default: String(line)
            }
        }.joined(separator: "\n")
        try await installation.api { caller in
            let before = try await installation.eventCount()
            let reply = try await post(caller, body)
            #expect(reply.status == 400, "\(reply.text)")
            #expect(reply.string("message")?.contains(message) == true, "\(reply.text)")
            #expect(try await installation.eventCount() == before)
            let kept = try installation.store.base.contents()
            for table in ["conversation", "participant", "message", "media", "conversation_import"] {
                #expect(kept[table] == [], "\(table)")
            }
        }
    }

    @Test func whatIsTooLongOrOfAnotherTypeIsRefused() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            try await caller.send(.post, "/v1/ConversationImports", [.contentType: "text/plain"], []).expectError(
                400, 20001, "Content-Type")
            try await post(caller, "", "?BindParticipants=maybe").expectError(400, 20001, "BindParticipants")
            let huge = [UInt8](repeating: 0x20, count: (16 << 20) + 2)
            try await caller.send(.post, "/v1/ConversationImports", [:], huge).expectError(400, 20001, "line 1: expected at most")
            try await caller.get("/v1/Conversations/nothing/Export").expectError(404, 20404)
        }
    }

    /// A store that fails in the middle: the caller is told, and what was staged goes away at the next start.
    @Test func anInterruptedImportLeavesNothing() async throws {
        let installation = try await Installation()
        let now = Instant(seconds: 1_700_000_000)
        let conversation = Numbered(
            ImportedConversation(
                state: .active, uniqueName: "half", friendlyName: "half-made", attributes: "{}", messagingService: nil, created: now,
                updated: now, inactiveTimer: nil, closedTimer: nil, emailName: nil, emailAddress: nil, createdBy: "system"), line: 1)
        let staged = try await installation.broker.perform(BeginImport(conversation))
        let messages = (0..<450).map { index in
            Numbered(
                ImportedMessage(
                    index: index, author: "a", participant: nil, body: "half-said", subject: nil, attributes: "{}", created: now,
                    updated: now,
                    media: []), line: index + 2)
        }
        _ = try await installation.broker.perform(
            StageImport(staged, in: nil, participants: [], messages: messages, people: [:], binds: false))
        try await installation.api { caller in
            #expect(try await caller.get("/v1/Conversations").list("conversations").isEmpty)
            try await caller.get("/v1/Conversations/\(staged)").expectError(404, 20404)
            #expect(try await caller.get("/v1/Messages/Search?Query=half").list("messages").isEmpty)
        }
        // The next daemon over the same database.
        let next = try await Broker.open(
            store: installation.store, media: installation.broker.media, source: installation.clock,
            directory: installation.broker.rules.directory, publicURL: "https://x", logger: installation.log.logger)
        var steps = 0
        while try await next.perform(DiscardImports()) > 0 { steps += 1 }
        #expect(steps >= 4)
        let kept = try installation.store.base.contents()
        for table in ["conversation", "message", "conversation_import"] { #expect(kept[table] == [], "\(table)") }
    }
}
