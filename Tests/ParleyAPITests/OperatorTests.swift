import Foundation
import HTTPTypes
import ParleyAPI
import ParleyBroker
import ParleyCore
import Testing

@Suite struct OperatorTests {
    @Test func theQueueShowsWhatIsNotSettledWithMaskedAddresses() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let conversation = try await caller.conversation(with: ["+15557000001", "+15557000002"])
            _ = try await caller.post("/v1/Conversations/\(conversation)/Messages", ["Body": "secret text"])
            let queue = try await caller.get("/admin/v1/queue")
            #expect(queue.list("deliveries").count == 2)
            let row = try #require(queue.list("deliveries").first)
            #expect(row["phase"] as? String == "queued" && row["adapter"] as? String == "carrier" && row["channel"] as? String == "sms")
            #expect(row["address"] as? String == "+15…01" && row["proxy_address"] as? String == "+15550100000")
            #expect(row["status"] is NSNull && row["attempt"] as? Int == 0)
            #expect(!queue.text.contains("+15557000001") && !queue.text.contains("secret text"))

            let first = try await caller.get("/admin/v1/queue?limit=1&adapter=carrier&phase=Queued")
            let cursor = try #require(first.string("next_cursor"))
            let second = try await caller.get("/admin/v1/queue?limit=1&cursor=\(Caller.encode(cursor))")
            #expect(first.strings("deliveries", "sid") + second.strings("deliveries", "sid") == queue.strings("deliveries", "sid"))
            #expect(try await caller.get("/admin/v1/queue?adapter=other").list("deliveries").isEmpty)
            try await caller.get("/admin/v1/queue?cursor=nonsense").expectError(400, 20001, "cursor")
            try await caller.get("/admin/v1/queue?phase=nonsense").expectError(400, 20001, "phase")
            try await caller.get("/admin/v1/queue?limit=0").expectError(400, 20001, "limit")

            try await installation.dispatch { .accepted(["carrier-\($0.pair.address.digits)"]) }
            #expect(try await caller.get("/admin/v1/queue").list("deliveries").isEmpty)
            let one = try await caller.get("/admin/v1/queue/\(row["sid"] as? String ?? "")")
            #expect(one.string("phase") == "settled")
            #expect(one.list("parts").first?["carrier_id"] as? String == "carrier-15557000001")
            #expect(one.json["lane"] is [String: Any])
            try await caller.get("/admin/v1/queue/DY" + String(repeating: "f", count: 32)).expectError(404, 20404)
        }
    }

    @Test func adaptersWithTheirPauses() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let conversation = try await caller.conversation(with: ["+15557000001"])
            _ = try await caller.post("/v1/Conversations/\(conversation)/Messages", ["Body": "x"])
            try await installation.dispatch { _ in .misconfigured(Diagnosis(text: "credentials refused")) }
            let adapters = try await caller.get("/admin/v1/adapters").list("adapters")
            #expect(adapters.map { $0["name"] as? String } == ["carrier", "mail"])
            #expect((adapters[0]["paused"] as? [String: Any])?["reason"] as? String == "credentials refused")
            #expect(adapters[1]["paused"] is NSNull)
            #expect(
                adapters[0]["callback_urls"] as? [String]
                    == ["inbound", "receipts"].map { "\(Installation.publicURL)/adapters/carrier/\($0)" })
            #expect(adapters[1]["addresses"] as? [String] == ["*@in.example"])
        }
    }

    @Test func theInboxShowsWhatWasHeld() async throws {
        let installation = try await Installation()
        try await installation.strangers { _ = try await $0.post("/adapters/carrier/inbound/hush", text: "who am I") }
        try await installation.api { caller in
            let held = try await caller.get("/admin/v1/inbox?verdict=held")
            let row = try #require(held.list("items").first)
            #expect(row["adapter"] as? String == "carrier" && row["verdict"] as? String == "held" && row["kind"] as? String == "message")
            #expect(row["sender"] as? String == "+15…21")
            #expect(!held.text.contains("who am I") && !held.text.contains("+15557654321"))
            #expect(try await caller.get("/admin/v1/inbox?verdict=appended").list("items").isEmpty)
            try await caller.get("/admin/v1/inbox?verdict=x").expectError(400, 20001, "verdict")
        }
    }

    @Test(arguments: [HTTPRequest.Method.get, .post, .put, .delete])
    func controlsOfAGateway(method: HTTPRequest.Method) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let reply = try await caller.send(method, "/admin/v1/adapters/carrier/faults/one")
            #expect(reply.status == 200)
            #expect(reply.string("method") == method.rawValue)
            #expect(reply.string("path") == "faults/one")
            try await caller.send(method, "/admin/v1/adapters/mail/faults").expectError(404, 20404)
            try await caller.send(method, "/admin/v1/adapters/nobody/faults").expectError(404, 20404)
        }
    }
}
