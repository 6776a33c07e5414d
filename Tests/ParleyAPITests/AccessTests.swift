import Foundation
import HTTPTypes
import ParleyAPI
import ParleyBroker
import ParleyCore
import Testing

@Suite struct AccessTests {
    static let account = Installation.account.text
    static let key = Installation.key

    @Test(arguments: [
        Caller.basic(account, Installation.token), Caller.basic(key.sid.text, key.secret),
        Caller.basic(account, Installation.token).replacingOccurrences(of: "Basic", with: "bASIC"),
    ])
    func opens(header: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            for path in ["/v1/Conversations", "/admin/v1/adapters"] {
                let reply = try await caller.get(path, [.authorization: header])
                #expect(reply.status == 200)
            }
        }
    }

    @Test(arguments: [
        "", "Basic", "Basic !!!", "Digest abc", Caller.basic(account, "wrong"), Caller.basic(account, ""),
        Caller.basic("", Installation.token),
        Caller.basic(account, key.secret), Caller.basic(key.sid.text, Installation.token), Caller.basic(account + "0", Installation.token),
        Caller.basic(account, Installation.token + "x"), "Basic " + Data(account.utf8).base64EncodedString(),
        "Basic " + Data([0xFF, 0x3A]).base64EncodedString(),
    ])
    func staysShut(header: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            for (method, path) in [
                (HTTPRequest.Method.get, "/v1/Conversations"), (.post, "/v1/Conversations"), (.get, "/admin/v1/queue"), (.get, "/x"),
            ] {
                let reply = try await caller.send(method, path, [.authorization: header])
                reply.expectError(401, 20003)
                #expect(reply.headers[.wwwAuthenticate] == #"Basic realm="Parley API", Bearer realm="Parley API""#)
            }
            #expect(try await caller.get("/v1/Conversations").list("conversations").isEmpty)
        }
    }

    @Test func healthNeedsNoCredentials() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let stranger = Caller(client: caller.client, authorization: nil)
            #expect(try await stranger.get("/healthz").status == 200)
            #expect(try await stranger.get("/readyz").status == 200)
            installation.store.fail(true)
            #expect(try await stranger.get("/healthz").status == 200)
            try await stranger.get("/readyz").expectError(503, 20503)
        }
    }

    @Test(arguments: Transport.allCases)
    func unknownPathsAndMethods(over transport: Transport) async throws {
        let installation = try await Installation()
        try await installation.api(over: transport) { caller in
            try await caller.get("/v1/Nothing").expectError(404, 20404, "The requested resource /Nothing was not found")
            for path in [
                "/", "/v1", "/v1/", "/v1/Conversations/", "/v1//Conversations", "/v2/Conversations", "/v1/Conversations/%ZZ",
                "/v1/Conversations/%FF",
            ] {
                try await caller.get(path).expectError(404, 20404)
            }
            for method in [HTTPRequest.Method.put, .patch, .delete] {
                let reply = try await caller.send(method, "/v1/Conversations")
                reply.expectError(405, 20004)
                #expect(reply.headers[.allow] == "GET, POST")
            }
        }
    }

    /// What needs no credentials has its methods as well, and says so to anybody.
    @Test(arguments: ["/healthz", "/readyz", "/v1/openapi.json"])
    func anOpenPathHasItsMethods(path: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            for caller in [caller, Caller(client: caller.client, authorization: nil)] {
                for method in [HTTPRequest.Method.put, .post, .patch, .delete] {
                    let reply = try await caller.send(method, path)
                    reply.expectError(405, 20004)
                    #expect(reply.headers[.allow] == "GET")
                }
            }
        }
    }

    /// Nothing fires for a read, so what the header says of webhooks means nothing there.
    @Test func aReadIsNotRefusedForItsWebhookHeader() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let headers: HTTPFields = [HTTPField.Name("X-Twilio-Webhook-Enabled")!: "perhaps"]
            let path = "/v1/Conversations/\(try await caller.conversation())"
            for path in ["/v1/Conversations", path, path + "/Messages", path + "/Participants", "/v1/Users"] {
                #expect(try await caller.get(path, headers).status == 200)
                #expect(try await caller.send(.head, path, headers).status == 200)
            }
            try await caller.post(path, [:], headers).expectError(400, 20001, "X-Twilio-Webhook-Enabled")
            try await caller.send(.delete, path, headers).expectError(400, 20001, "X-Twilio-Webhook-Enabled")
        }
    }

    @Test(arguments: Transport.allCases)
    func aBodyThatIsTooLongIsRefused(over transport: Transport) async throws {
        let installation = try await Installation()
        try await installation.api(over: transport) { caller in
            try await caller.post("/v1/Conversations", text: "FriendlyName=" + String(repeating: "x", count: 1 << 20)).expectError(
                413, 20413)
            #expect(try await caller.get("/v1/Conversations").list("conversations").isEmpty)
        }
    }

    @Test func whatCannotBeMadeDurableIs503() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let conversation = try await caller.conversation()
            installation.store.fail(true)
            for reply in [
                try await caller.get("/v1/Conversations"), try await caller.post("/v1/Conversations"),
                try await caller.post("/v1/Conversations/\(conversation)/Messages", ["Body": "x"]),
                try await caller.delete("/v1/Conversations/\(conversation)"), try await caller.get("/admin/v1/queue"),
            ] {
                reply.expectError(503, 20503)
                #expect(reply.headers[.retryAfter] != nil)
                #expect(!reply.text.contains("disk"))
            }
        }
    }
}
