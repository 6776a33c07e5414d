import ParleyBroker
import ParleyCore
import Testing

/// The operator's routes of an erasure.
@Suite struct ErasureRouteTests {
    @Test func anErasureIsAskedForAndFollowed() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let conversation = try await caller.conversation(with: ["+15557770001"])
            _ = try await caller.post("/v1/Conversations/\(conversation)/Messages", ["Body": "x", "Author": "+15557770001"])
            let trial = try await caller.post("/admin/v1/erasures", ["Address": "+1 555 777 0001", "DryRun": "true"])
            #expect(trial.status == 200)
            #expect(trial.integer("counts", "participants") == 1)
            #expect(trial.integer("counts", "messages") == 1)
            #expect(try await caller.get("/admin/v1/erasures").list("erasures").isEmpty)
            let job = try await caller.post("/admin/v1/erasures", ["Address": "+15557770001"])
            #expect(job.status == 202)
            #expect(job.string("state") == "running")
            #expect(!job.text.contains("5557770001"))
            let id = try #require(job.integer("id"))
            while try await Eraser(broker: installation.broker).step() {}
            let done = try await caller.get("/admin/v1/erasures/\(id)")
            #expect(done.string("state") == "done", "\(done.text)")
            #expect(done.integer("counts", "messages") == 1)
            #expect(done.string("sha256") == ContentDigest.hex(of: Array("+15557770001".utf8)))
            #expect(try await caller.get("/admin/v1/erasures").list("erasures").count == 1)
            #expect(try await caller.get("/v1/Conversations/\(conversation)/Participants").list("participants").isEmpty)
            #expect(
                try await caller.get("/v1/Conversations/\(conversation)/Messages").strings("messages", "author").allSatisfy {
                    $0.hasPrefix("erased-")
                })
        }
    }

    @Test(
        arguments: [
            ([:], "Address"), (["Address": "+15557770001", "Identity": "bob"], "Address"), (["Address": "???"], "Address"),
            (["Address": "+15550100000"], "Address"), (["Identity": String(repeating: "x", count: 257)], "Identity"),
            (["Identity": "system"], "Identity"), (["Identity": "bob", "DryRun": "perhaps"], "DryRun"),
        ] as [([String: String], String)])
    func whatCannotBeErasedIsNamed(form: [String: String], parameter: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let body = form.map { "\(Caller.encode($0))=\(Caller.encode($1))" }.joined(separator: "&")
            try await caller.post("/admin/v1/erasures", text: body).expectError(400, 20001, parameter)
            try await caller.get("/admin/v1/erasures/99").expectError(404, 20404)
            try await caller.get("/admin/v1/erasures/x").expectError(404, 20404)
            try await caller.get("/admin/v1/erasures?cursor=x").expectError(400, 20001, "cursor")
        }
    }
}
