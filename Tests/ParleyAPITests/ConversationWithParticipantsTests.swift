import Foundation
import HTTPTypes
import ParleyBroker
import ParleyCore
import Testing

@Suite struct ConversationWithParticipantsTests {
    private static let phone = #"{"messaging_binding": {"address": "+15557000001", "proxy_address": "+15550100000"}, "attributes": "{}"}"#

    private static func form(_ participants: [String], _ more: String = "") -> String {
        (participants.map { "Participant=\(Caller.encode($0))" } + [more]).filter { !$0.isEmpty }.joined(separator: "&")
    }

    @Test func allComeInAtOnceUnderEitherPrefix() async throws {
        for prefix in ["/v1", "/v1/Services/"] {
            let installation = try await Installation()
            let base = prefix == "/v1" ? prefix : prefix + installation.service.text
            try await installation.api { caller in
                let made = try await caller.post(
                    "\(base)/ConversationWithParticipants",
                    text: Self.form([#"{"identity": "alice"}"#, Self.phone], "FriendlyName=Desk&State=inactive"))
                #expect(made.status == 202)
                #expect(made.string("state") == "inactive")
                #expect(made.string("friendly_name") == "Desk")
                let sid = try #require(made.string("sid"))
                #expect(made.string("url") == "\(Installation.apiURL)\(base)/Conversations/\(sid)")
                let people = try await caller.get("\(base)/Conversations/\(sid)/Participants")
                #expect(people.strings("participants", "identity") == ["alice"])
                #expect(people.list("participants").count == 2)
            }
        }
    }

    @Test func readersOfEventsSeeItInitializingUntilAllAreIn() async throws {
        let installation = try await Installation()
        let before = try await installation.eventCount()
        try await installation.api { caller in
            _ = try await caller.post("/v1/ConversationWithParticipants", text: Self.form([#"{"identity": "alice"}"#, Self.phone]))
        }
        let events = try await installation.broker.read { try $0.events(after: before, limit: 100) }.filter { $0.conversation != nil }
        #expect(events.map(\.kind) == [.conversationAdded, .participantAdded, .participantAdded, .conversationStateUpdated])
        #expect(events.first?.payload.contains(#""state":"initializing""#) == true)
        #expect(events.last?.payload.contains(#""from":"initializing""#) == true)
    }

    @Test func withoutParticipantsItIsAConversationAtOnce() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let made = try await caller.post("/v1/ConversationWithParticipants", ["UniqueName": "alone"])
            #expect(made.status == 201)
            #expect(made.string("state") == "active")
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var participants: [String]
        var status: Int
        var code: Int
        var fragment: String
        var testDescription: String { fragment }
    }

    static let cases = [
        Case(participants: ["nonsense"], status: 400, code: 20001, fragment: "Participant: expected an object"),
        Case(participants: [#"["identity"]"#], status: 400, code: 20001, fragment: "Participant: expected an object"),
        Case(participants: [#"{"name": "x"}"#], status: 400, code: 20001, fragment: "expected only identity"),
        Case(participants: [#"{"identity": 7}"#], status: 400, code: 20001, fragment: "identity: expected a string"),
        Case(participants: [#"{"messaging_binding": "x"}"#], status: 400, code: 20001, fragment: "messaging_binding: expected an object"),
        Case(participants: [#"{"identity": "a", "role_sid": "x"}"#], status: 400, code: 20001, fragment: "role_sid"),
        Case(participants: ["{}"], status: 400, code: 50204, fragment: "Identity not provided"),
        Case(participants: [#"{"identity": "alice"}"#, #"{"identity": "alice"}"#], status: 409, code: 50433, fragment: "already exists"),
        Case(participants: [phone, phone], status: 409, code: 50416, fragment: "already exists in Conversation CH"),
        Case(
            participants: (0...10).map { #"{"identity": "user\#($0)"}"# }, status: 400, code: 50426,
            fragment: "Participant: given more than 10"),
    ]

    @Test(arguments: cases)
    func whenOneCannotBeAddedNothingIsLeft(_ one: Case) async throws {
        let installation = try await Installation()
        let before = try await installation.eventCount()
        try await installation.api { caller in
            try await caller.post("/v1/ConversationWithParticipants", text: Self.form(one.participants))
                .expectError(one.status, one.code, one.fragment)
            #expect(try await caller.get("/v1/Conversations").list("conversations").isEmpty)
        }
        #expect(try await installation.eventCount() == before)
    }

    @Test func otherOriginsMayAskAndAreToldSo() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let asked = try await caller.send(
                .options, "/v1/Conversations", [.origin: "https://desk.example", .accessControlRequestMethod: "POST"])
            #expect(asked.status == 204)
            #expect(asked.headers[.accessControlAllowOrigin] == "*")
            #expect(asked.headers[.accessControlAllowHeaders]?.contains("Authorization") == true)
            #expect(try await caller.get("/v1/Conversations").headers[.accessControlAllowOrigin] == "*")
        }
    }
}
