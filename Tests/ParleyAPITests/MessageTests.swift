import Foundation
import HTTPTypes
import ParleyAPI
import ParleyBroker
import ParleyCore
import Testing

@Suite struct MessageTests {
    @Test(arguments: Transport.allCases)
    func lifeOfAMessage(over transport: Transport) async throws {
        let installation = try await Installation()
        try await installation.api(over: transport) { caller in
            let conversation = try await caller.conversation()
            let path = "/v1/Conversations/\(conversation)/Messages"
            let first = try await caller.post(path, ["Body": "Hello\n\"world\" + 100% \u{1}"])
            #expect(first.status == 201)
            #expect(Set(first.json.keys) == MessageTests.fields)
            #expect(first.string("body") == "Hello\n\"world\" + 100% \u{1}")
            #expect(first.string("author") == "system")
            #expect(first.integer("index") == 0)
            for name in ["media", "participant_sid", "delivery", "content_sid"] { #expect(first.isNull(name)) }
            let sid = try #require(first.string("sid"))
            #expect(first.string("links", "delivery_receipts") == "\(Installation.apiURL)\(path)/\(sid)/Receipts")
            #expect(first.string("links", "channel_metadata") == "\(Installation.apiURL)\(path)/\(sid)/ChannelMetadata")
            let alice = try await caller.post("/v1/Conversations/\(conversation)/Participants", ["Identity": "alice"])
            let second = try await caller.post(path, ["Body": "two", "Author": "alice", "Subject": "s"])
            #expect(second.string("participant_sid") == alice.string("sid"))

            #expect(try await caller.get("\(path)/\(sid)").body == first.body)
            #expect(try await caller.get(path).list("messages").map { $0["index"] as? Int } == [0, 1])
            #expect(try await caller.get("\(path)?Order=DeSc").list("messages").map { $0["index"] as? Int } == [1, 0])
            let edited = try await caller.post("\(path)/\(sid)", ["Body": "edited"])
            #expect(edited.status == 200)
            #expect(edited.string("body") == "edited")
            #expect(try await caller.delete("\(path)/\(sid)").status == 204)
            try await caller.get("\(path)/\(sid)").expectError(404, 20404, "\(sid)")
            #expect(try await caller.post(path, ["Body": "three"]).integer("index") == 2)
        }
    }

    /// Clients of the official SDKs follow the link and take this answer for none; what is not there is told as ever.
    @Test func aMessageHasNoChannelMetadata() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let path = "/v1/Conversations/\(try await caller.conversation())/Messages"
            let message = try await caller.post(path, ["Body": "x"])
            let link = try #require(message.string("links", "channel_metadata"))
            try await caller.get(link).expectError(404, 50530, "The message has no channel metadata")
            let sid = try #require(message.string("sid"))
            let byService = "/v1/Services/\(installation.service)" + path.dropFirst(3) + "/\(sid)/ChannelMetadata"
            try await caller.get(byService).expectError(404, 50530)
            for other in [path + "/x/ChannelMetadata", path + "/IM" + String(repeating: "0", count: 32) + "/ChannelMetadata"] {
                try await caller.get(other).expectError(404, 20404)
            }
            let elsewhere = "/v1/Conversations/\(try await caller.conversation())/Messages/\(sid)/ChannelMetadata"
            try await caller.get(elsewhere).expectError(404, 20404)
            _ = try await caller.delete("\(path)/\(sid)")
            try await caller.get(link).expectError(404, 20404)
        }
    }

    static let fields: Set<String> = [
        "sid", "account_sid", "conversation_sid", "body", "media", "author", "participant_sid", "attributes", "date_created",
        "date_updated",
        "index", "delivery", "content_sid", "url", "links",
    ]

    @Test func deliveriesAreCountedAndReceiptsShownOnceSent() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let phones = ["+15557000001", "+15557000002", "+15557000003"]
            let conversation = try await caller.conversation(with: phones)
            let path = "/v1/Conversations/\(conversation)/Messages"
            let message = try await caller.post(path, ["Body": "hello"])
            let sid = try #require(message.string("sid"))
            func delivery() async throws -> [String: String] {
                (try await caller.get("\(path)/\(sid)").json["delivery"] as? [String: Any] ?? [:]).mapValues { "\($0)" }
            }
            let none = ["total": "3", "sent": "none", "delivered": "none", "read": "none", "failed": "none", "undelivered": "none"]
            #expect(try await delivery() == none)
            #expect(try await caller.get("\(path)/\(sid)/Receipts").list("delivery_receipts").isEmpty)
            let queued = try await caller.get("/admin/v1/queue").strings("deliveries", "sid")
            try await caller.get("\(path)/\(sid)/Receipts/\(queued[0])").expectError(404, 20404)

            try await installation.dispatch { dispatch in
                switch dispatch.pair.address.text {
                case "+15557000001": .accepted(["carrier-1"])
                case "+15557000002": .permanent(Diagnosis(code: 30003, text: "unreachable"))
                default: .temporary(after: nil, Diagnosis(text: "busy"))
                }
            }
            #expect(try await delivery() == none.merging(["sent": "some", "failed": "some"]) { $1 })
            let receipts = try await caller.get("\(path)/\(sid)/Receipts")
            #expect(receipts.status == 200)
            #expect(receipts.string("meta", "key") == "delivery_receipts")
            let rows = receipts.list("delivery_receipts")
            #expect(Set(rows.map { $0["status"] as? String }) == ["sent", "failed"])
            #expect(Set(rows.map { $0["error_code"] as? Int }) == [0, 30003])
            #expect(Set(rows.map { $0["channel_message_sid"] as? String }).count == 2)
            for row in rows {
                #expect(Set(row.keys) == MessageTests.receiptFields)
                #expect((row["channel_message_sid"] as? String)?.wholeMatch(of: /SM[0-9a-f]{32}/) != nil)
                let one = try await caller.get("\(path)/\(sid)/Receipts/\(row["sid"] as? String ?? "")")
                #expect(one.status == 200)
                #expect(one.string("url")?.hasSuffix("/Messages/\(sid)/Receipts/\(row["sid"] as? String ?? "")") == true)
            }
            // A page is filled past the delivery that has no status.
            let one = try await caller.get("\(path)/\(sid)/Receipts?PageSize=1")
            #expect(one.list("delivery_receipts").count == 1)
            try await caller.get("\(path)/\(sid)/Receipts?PageSize=51").expectError(400, 20007, "PageSize")

            let sent = try #require(rows.first { $0["status"] as? String == "sent" })
            try await installation.broker.perform(
                ReceiveCallback(
                    adapter: "carrier",
                    facts: [.receipt(ReceiptFact(carrierID: "carrier-1", carrierStatus: "DELIVRD", status: .delivered))], raw: []))
            let after = try await caller.get("\(path)/\(sid)/Receipts/\(sent["sid"] as? String ?? "")")
            #expect(after.string("status") == "delivered")
            #expect(after.string("channel_message_sid") == sent["channel_message_sid"] as? String)
            #expect(try await delivery()["delivered"] == "some")
        }
    }

    static let receiptFields: Set<String> = [
        "sid", "account_sid", "conversation_sid", "message_sid", "channel_message_sid", "status", "error_code", "participant_sid",
        "date_created",
        "date_updated", "url",
    ]

    @Test func everybodyReachedIsAll() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let conversation = try await caller.conversation(with: ["+15557000001", "+15557000002"])
            let path = "/v1/Conversations/\(conversation)/Messages"
            let sid = try #require(try await caller.post(path, ["Body": "hello"]).string("sid"))
            try await installation.dispatch { .accepted([$0.pair.address.digits]) }
            #expect(try await caller.get("\(path)/\(sid)").string("delivery", "sent") == "all")
        }
    }
}
