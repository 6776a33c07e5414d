import Foundation
import HTTPTypes
import ParleyCore
import Testing

/// The operator's decisions on what is held.
@Suite struct InboxTests {
    /// An installation with one held text, and its number.
    func held() async throws -> (Installation, Int) {
        let installation = try await Installation()
        try await installation.strangers { _ = try await $0.post("/adapters/carrier/inbound/hush", text: "who am I") }
        let id = try await installation.api { caller in
            try #require(try await caller.get("/admin/v1/inbox?verdict=held").list("items").first?["id"] as? Int)
        }
        return (installation, id)
    }

    @Test func shownWithoutItsTextUnlessItIsAskedFor() async throws {
        let (installation, id) = try await held()
        try await installation.api { caller in
            let shown = try await caller.get("/admin/v1/inbox/\(id)")
            #expect(shown.integer("id") == id && shown.string("reason") == "unknown_pair" && shown.integer("text_length") == 8)
            #expect(shown.isNull("subject_length") && shown.integer("media_count") == 0 && shown.isNull("matched_by"))
            #expect(shown.json["flags"] as? [String] == [])
            #expect(!shown.text.contains("who am I") && !shown.text.contains("+15557654321") && shown.json["raw"] == nil)
            let raw = try await caller.get("/admin/v1/inbox/\(id)?raw=true").string("raw").flatMap { Data(base64Encoded: $0) }
            #expect(raw.map { String(decoding: $0, as: UTF8.self) } == "who am I")
            try await caller.get("/admin/v1/inbox/\(id)?raw=maybe").expectError(400, 20001, "raw")
            for path in ["4711", "0", "-1", "x", "99999999999999999999"] {
                try await caller.get("/admin/v1/inbox/\(path)").expectError(404, 20404)
                for decision in ["replay", "drop"] { try await caller.post("/admin/v1/inbox/\(path)/\(decision)").expectError(404, 20404) }
                try await caller.post("/admin/v1/inbox/\(path)/assign", ["Conversation": "x"]).expectError(404, 20404)
            }
        }
    }

    @Test func assignedOnce() async throws {
        let (installation, id) = try await held()
        try await installation.api { caller in
            let conversation = try await caller.conversation(["UniqueName": "desk"])
            let assign = "/admin/v1/inbox/\(id)/assign"
            try await caller.post(assign).expectError(400, 20001, "Conversation")
            try await caller.post(assign, ["Conversation": "desk", "AddParticipant": "maybe"]).expectError(400, 20001, "AddParticipant")
            try await caller.post(assign, ["Conversation": "nobody"]).expectError(400, 20001, "Conversation")
            let settled = try await caller.post(assign, ["Conversation": "desk", "AddParticipant": "true"])
            #expect(settled.status == 200 && settled.string("verdict") == "appended", "\(settled.text)")
            #expect(settled.string("conversation_sid") == conversation)
            let messages = try await caller.get("/v1/Conversations/\(conversation)/Messages").list("messages")
            #expect(messages.map { $0["body"] as? String } == ["who am I"])
            #expect(try await caller.get("/v1/Conversations/\(conversation)/Participants").list("participants").count == 1)
            #expect(try await caller.get("/admin/v1/inbox/\(id)").string("matched_by") == "assigned")
            for decision in ["replay", "drop", "assign"] {
                try await caller.post("/admin/v1/inbox/\(id)/\(decision)", ["Conversation": "desk"]).expectError(409, 20409, "settled")
            }
        }
    }

    @Test func replayedOrDropped() async throws {
        let (installation, id) = try await held()
        try await installation.api { caller in
            let still = try await caller.post("/admin/v1/inbox/\(id)/replay")
            #expect(still.string("verdict") == "held" && still.string("reason") == "unknown_pair")
            let dropped = try await caller.post("/admin/v1/inbox/\(id)/drop")
            #expect(dropped.string("verdict") == "ignored" && dropped.string("reason") == "dropped")
            #expect(try await caller.get("/admin/v1/inbox?verdict=held").list("items").isEmpty)
        }
    }
}
