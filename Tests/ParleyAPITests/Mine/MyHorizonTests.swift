import Foundation
import ParleyBroker
import ParleyCore
import Testing

/// How far the one who asks has read: set, taken away, advanced.
@Suite struct MyHorizonTests {
    @Test func itIsSetBothWaysAndTakenAway() async throws {
        try await People.meet { people in
            try await people.say(5)
            for (text, index, unread) in [("3", 3, 1), ("1", 1, 3), ("4", 4, 0), ("0", 0, 4)] {
                let moved = try await people.alice.post(People.path, ["LastReadMessageIndex": text])
                #expect(moved.status == 200)
                #expect(moved.integer("last_read_message_index") == index && moved.integer("unread_messages_count") == unread)
                #expect(moved.integer("participant", "last_read_message_index") == index)
                #expect(moved.string("participant", "last_read_timestamp") != nil)
            }
            let cleared = try await people.alice.post(People.path, ["LastReadMessageIndex": "null"])
            #expect(cleared.isNull("last_read_message_index") && cleared.isNull("unread_messages_count"))
            #expect((cleared.json["participant"] as? [String: Any])?["last_read_timestamp"] is NSNull)
            #expect(try await people.alice.get(People.path).body == cleared.body)
            let before = try await people.installation.eventCount()
            _ = try await people.alice.post(People.path, ["LastReadMessageIndex": "null"])
            #expect(try await people.installation.eventCount() == before, "there was none already")
            #expect(try await people.bob.get(People.path).isNull("last_read_message_index"))
        }
    }

    @Test func anAdvanceGoesForwardOnly() async throws {
        try await People.meet { people in
            try await people.say(5)
            let start = try await people.installation.eventCount()
            var last = start
            for (index, horizon, isTold) in [(2, 2, true), (1, 2, false), (2, 2, false), (0, 2, false), (4, 4, true)] {
                let before = try await people.alice.get(People.path)
                let moved = try await people.alice.post(People.path, ["LastReadMessageIndex": "\(index)", "Advance": "true"])
                #expect(moved.status == 200)
                #expect(moved.integer("last_read_message_index") == horizon)
                if !isTold { #expect(moved.body == before.body) }
                let now = try await people.installation.eventCount()
                #expect(now == last + (isTold ? 1 : 0), "\(index)")
                last = now
            }
            let events = try await people.installation.broker.read { try $0.events(after: start, limit: 10) }
            #expect(events.map(\.kind) == [.participantUpdated, .participantUpdated])
            // Without the word it is moved wherever it is asked to.
            for form in [["LastReadMessageIndex": "1"], ["LastReadMessageIndex": "0", "Advance": "false"]] as [KeyValuePairs] {
                _ = try await people.alice.post(People.path, form)
            }
            #expect(try await people.alice.get(People.path).integer("last_read_message_index") == 0)
        }
    }

    /// Which index is lower is decided where it is written: whatever the order in which two devices are heard, none turns the other back.
    @Test func twoDevicesNeverTurnEachOtherBack() async throws {
        try await People.meet { people in
            let count = 40
            try await people.say(count)
            let start = try await people.installation.eventCount()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in (0..<count).shuffled() {
                    group.addTask {
                        let moved = try await people.alice.post(People.path, ["LastReadMessageIndex": "\(index)", "Advance": "true"])
                        #expect(moved.integer("last_read_message_index") ?? -1 >= index)
                    }
                }
                try await group.waitForAll()
            }
            let told = try await people.installation.broker.read { try $0.events(after: start, limit: 100) }.map { event in
                let payload = try JSONSerialization.jsonObject(with: Data(event.payload.utf8)) as? [String: Any]
                return try #require(payload?["lastReadMessageIndex"] as? Int)
            }
            #expect(!told.isEmpty && told.last == count - 1)
            #expect(zip(told, told.dropFirst()).allSatisfy { $0 < $1 }, "\(told)")
        }
    }

    @Test(
        arguments: [
            (["LastReadMessageIndex": "null", "Advance": "true"], 20001, "LastReadMessageIndex"),
            (["Advance": "true"], 20001, "LastReadMessageIndex"),
            (["LastReadMessageIndex": "2"], 20001, "LastReadMessageIndex"),
            (["LastReadMessageIndex": "2", "Advance": "true"], 20001, "LastReadMessageIndex"),
            (["LastReadMessageIndex": "9223372036854775807"], 20001, "LastReadMessageIndex"),
            (["LastReadMessageIndex": "-1"], 20001, "LastReadMessageIndex"),
            (["LastReadMessageIndex": "NULL"], 20001, "LastReadMessageIndex"),
            (["LastReadMessageIndex": ""], 20001, "LastReadMessageIndex"),
            (["LastReadMessageIndex": "1", "Advance": "yes"], 20001, "Advance"),
            (["NotificationLevel": "loud"], 20001, "NotificationLevel"),
            (["NotificationLevel": "muted", "LastReadMessageIndex": "2"], 20001, "LastReadMessageIndex"),
        ] as [(KeyValuePairs<String, String>, Int, String)])
    func whatIsRefusedChangesNothing(_ form: KeyValuePairs<String, String>, _ code: Int, _ parameter: String) async throws {
        try await People.meet { people in
            try await people.say(2)
            _ = try await people.alice.post(People.path, ["LastReadMessageIndex": "0"])
            let before = try await people.alice.get(People.path)
            try await people.alice.post(People.path, form).expectError(400, code, parameter)
            #expect(try await people.alice.get(People.path).body == before.body)
            #expect(before.position == (try await people.installation.eventCount()))
        }
    }

    @Test func aClosedConversationIsReadAndNoLongerMarked() async throws {
        try await People.meet { people in
            try await people.say(1)
            _ = try await people.account.post("/v1/Conversations/room", ["State": "closed"])
            #expect(try await people.alice.get(People.path).string("state") == "closed")
            #expect(try await people.alice.get(People.path + "/Messages").list("messages").count == 1)
            try await people.alice.post(People.path, ["LastReadMessageIndex": "0"]).expectError(400, 50377)
        }
    }
}
