import Foundation
import HTTPTypes
import ParleyBroker
import ParleyCore
import Testing

@testable import ParleyAPI

/// Each answer says up to which event it tells everything. That every success has the header is checked with each answer that a test gets.
@Suite struct PositionTests {
    private static let key = HTTPField.Name("Idempotency-Key")!

    @Test func aWritesIsThatOfItsLastEvent() async throws {
        try await People.meet { people in
            func expect(_ reply: Reply) async throws {
                #expect((200..<300).contains(reply.status), "\(reply.text)")
                #expect(reply.position == (try await people.installation.eventCount()))
            }
            let account = people.account
            try await expect(account.post("/v1/Conversations", ["UniqueName": "other"]))
            try await expect(account.post("/v1/Conversations/other", ["FriendlyName": "x", "State": "inactive"]))
            // Several events of one write.
            let added = try await account.post("/v1/Conversations/other/Participants", ["Identity": "newcomer"])
            try await expect(added)
            let said = try await account.post("/v1/Conversations/other/Messages", ["Body": "wakes it"])
            try await expect(said)
            try await expect(account.delete("/v1/Conversations/other/Messages/\(said.string("sid") ?? "")"))
            try await expect(people.alice.post(People.path, ["NotificationLevel": "muted"]))
            try await expect(account.delete("/v1/Conversations/other"))
        }
    }

    /// Writes that are committed together have each their own.
    @Test func writesAtTheSameTimeHaveEachTheirOwn() async throws {
        try await People.meet { people in
            let said = try await withThrowingTaskGroup(of: (String?, Int64?).self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let reply = try await people.account.post("/v1/Conversations/room/Messages", ["Body": "\(number)"])
                        return (reply.string("sid"), reply.position)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for (sid, position) in said {
                let position = try #require(position)
                let event = try await people.installation.broker.read { try $0.events(after: position - 1, limit: 1).first }
                #expect(event?.position == position && event?.subject?.text == sid)
            }
        }
    }

    @Test func aReadsCoversWhatWasCommittedBefore() async throws {
        try await People.meet { people in
            let said = try await people.account.post("/v1/Conversations/room/Messages", ["Body": "x"])
            let last = try await people.installation.eventCount()
            for path in [
                "/v1/Conversations", "/v1/Conversations/room", "/v1/Conversations/room/Participants/alice", "/v1/Users/alice",
                "/v1/MyConversations", People.path, People.path + "/Messages", "/v1/Configuration", "/v1/Services",
            ] {
                let caller = path.contains("/MyConversations") ? people.alice : people.account
                let read = try await caller.get(path)
                #expect(read.position == last, "\(path)")
            }
            #expect(said.position == last)
        }
    }

    /// What is read and the position that is told are of one state: not a message more, and none less.
    @Test func aReadsIsOfTheStateThatIsShown() async throws {
        try await People.meet { people in
            let writer = Task {
                for number in 0..<300 {
                    _ = try await people.installation.broker.perform(CreateMessage(in: ConversationName("room"), body: "\(number)"))
                }
            }
            var positions: [(count: Int, position: Int64)] = []
            while positions.last?.count ?? 0 < 300, positions.count < 3000 {
                let read = try await people.alice.get(People.path)
                positions.append((try #require(read.integer("messages_count")), try #require(read.position)))
            }
            try await writer.value
            let added = try await people.installation.broker.read { try $0.events(after: 0, limit: 1000) }
                .filter { $0.kind == .messageAdded }.map(\.position)
            for (count, position) in positions { #expect(added.count { $0 <= position } == count) }
        }
    }

    @Test func aRepeatHasTheFirstOnes() async throws {
        try await People.meet { people in
            let path = "/v1/Conversations/room/Messages"
            let first = try await people.alice.post(path, ["Body": "once"], [Self.key: "k"])
            try await people.say(3)
            let again = try await people.alice.post(path, ["Body": "once"], [Self.key: "k"])
            #expect(again.body == first.body && first.position != nil)
            #expect(again.position == first.position)
            #expect(try await people.installation.eventCount() == (first.position ?? 0) + 3)
        }
    }

    @Test func whatTellsNothingOfTheDatabaseHasNone() async throws {
        try await People.meet { people in
            for reply in [
                try await people.account.get("/v1/Conversations/nothing"), try await people.carol.get(People.path),
                try await people.account.post("/v1/Conversations", ["Attributes": "{"]), try await people.account.get("/v1/openapi.json"),
                try await people.account.get("/admin/v1/queue"), try await people.account.get("/v1/unheard"),
            ] { #expect(reply.position == nil, "\(reply.text.prefix(100))") }
            let head = try await people.account.send(.head, "/v1/Conversations/room")
            #expect(head.position == (try await people.installation.eventCount()))
        }
    }

    @Test func pagesOfOtherOriginsMayReadIt() async throws {
        try await People.meet { people in
            let exposed = try await people.account.get("/v1/Conversations").headers[.accessControlExposeHeaders] ?? ""
            #expect(exposed.split(separator: ", ").contains("Parley-Position"))
        }
    }

    @Test func ofSeveralReadsTheEarliestCountsAndAWriteIsExact() {
        let position = AnswerPosition()
        #expect(position.value == nil)
        position.read(7)
        position.read(9)
        #expect(position.value == 7)
        position.read(5)
        #expect(position.value == 5)
        position.written(12)
        position.read(3)
        #expect(position.value == 12)
    }
}
