import Foundation
import HTTPTypes
import ParleyAPI
import ParleyBroker
import ParleyCore
import Testing

@Suite struct CallbackTests {
    @Test(arguments: Transport.allCases)
    func aCallbackIsAcknowledgedOnceItIsCommitted(over transport: Transport) async throws {
        let installation = try await Installation()
        let conversation = try await installation.api { try await $0.conversation(with: ["+15557654321"]) }
        try await installation.strangers(over: transport) { stranger in
            let reply = try await stranger.post("/adapters/carrier/inbound/hush?a=%20b&c", text: "hello")
            #expect(reply.status == 202)
            #expect(reply.text == "taken")
            #expect(reply.headers[.contentType] == "text/plain")
        }
        let messages = try await installation.api { try await $0.get("/v1/Conversations/\(conversation)/Messages") }
        #expect(messages.strings("messages", "body") == ["hello"])
        let request = try #require(installation.carrier.requests.first)
        #expect(request.path == .inbound)
        #expect(request.method == "POST")
        #expect(request.secret == "hush")
        #expect(request.query == "a=%20b&c")
        #expect(request.url == "\(Installation.publicURL)/adapters/carrier/inbound/hush?a=%20b&c")
        #expect(request.header("content-type") == "application/x-www-form-urlencoded")
    }

    @Test func theSecretMayComeInAHeaderAndTheMethodMayBeGet() async throws {
        let installation = try await Installation()
        try await installation.strangers { stranger in
            let name = try #require(HTTPField.Name("X-Secret"))
            #expect(try await stranger.get("/adapters/carrier/receipts", [name: "hush"]).status == 202)
        }
        let request = try #require(installation.carrier.requests.first)
        #expect(request.path == .receipts && request.method == "GET" && request.secret == nil)
        #expect(request.url == "\(Installation.publicURL)/adapters/carrier/receipts")
    }

    @Test(arguments: Transport.allCases)
    func refusals(over transport: Transport) async throws {
        let installation = try await Installation()
        let events = try await installation.eventCount()
        try await installation.strangers(over: transport) { stranger in
            try await stranger.post("/adapters/carrier/inbound/wrong", text: "x").expectError(403, 20403)
            try await stranger.post("/adapters/carrier/inbound", text: "x").expectError(403, 20403)
            for path in [
                "/adapters/nobody/inbound/hush", "/adapters/mail/inbound/hush", "/adapters/carrier/other/hush",
                "/adapters/carrier/inbound/hush/x", "/", "/v1/Conversations",
            ] {
                try await stranger.post(path, text: "x").expectError(404, 20404)
            }
            try await stranger.send(.put, "/adapters/carrier/inbound/hush").expectError(405, 20004)
            try await stranger.post("/adapters/carrier/inbound/hush", text: String(repeating: "x", count: (1 << 20) + 1)).expectError(
                413, 20413)
        }
        #expect(try await installation.eventCount() == events)
        let inbox = try await installation.broker.read { try $0.inbox(InboxFilter(), page: PageRequest(size: 10)).rows }
        #expect(inbox.isEmpty)
        #expect(installation.servers.unauthenticCallbacks.refused == ["carrier": 2])
    }

    @Test func whatCannotBeCommittedIs503AndComesAgain() async throws {
        let installation = try await Installation()
        try await installation.strangers { stranger in
            installation.store.fail(true)
            try await stranger.post("/adapters/carrier/inbound/hush", text: "hello").expectError(503, 20503)
            installation.store.fail(false)
            #expect(try await stranger.post("/adapters/carrier/inbound/hush", text: "hello").status == 202)
        }
    }

    @Test func theSecretIsInNoLogAndNoAnswer() async throws {
        let installation = try await Installation()
        try await installation.strangers { stranger in
            for path in [
                "/adapters/carrier/inbound/hush", "/adapters/carrier/inbound/s3cr3t", "/adapters/nobody/inbound/s3cr3t",
                "/adapters/carrier/inbound/s3cr3t/x",
            ] {
                let reply = try await stranger.post(path, text: "body-text")
                #expect(!reply.text.contains("s3cr3t") && !reply.text.contains("hush"))
            }
        }
        #expect(installation.log.text.contains("/adapters/{adapter}/inbound/{secret}"))
        for secret in ["s3cr3t", "hush", "body-text"] { #expect(!installation.log.text.contains(secret)) }
    }
}
