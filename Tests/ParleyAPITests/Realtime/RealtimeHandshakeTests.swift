import Foundation
import HTTPTypes
import ParleyAPI
import ParleyCore
import Testing

/// Who is let in, and what is answered where nobody asks for a WebSocket in the right way.
@Suite struct RealtimeHandshakeTests {
    struct Asker: Sendable, CustomTestStringConvertible {
        var name: String
        var fields: [String]
        var status = 101
        var code = 0

        var testDescription: String { name }
    }

    static let token = HandMint().token
    static let askers: [Asker] = [
        Asker(name: "bearer", fields: ["Authorization: Bearer \(token)"]),
        Asker(name: "own header", fields: ["X-Twilio-Token: \(token)"]),
        Asker(name: "basic pair", fields: ["Authorization: \(Caller.basic("token", token))"]),
        Asker(name: "subprotocol", fields: ["Sec-WebSocket-Protocol: parley.v1, parley.token.\(token)"]),
        Asker(name: "nothing", fields: [], status: 401, code: 20003),
        Asker(name: "wrong", fields: ["Authorization: Bearer \(HandMint.with { $0.secret = "wrong" })"], status: 401, code: 20003),
        Asker(name: "no token", fields: ["Authorization: Bearer abc"], status: 401, code: 20101),
        Asker(name: "expired", fields: ["Authorization: Bearer \(HandMint.with { $0.end = "1779999999" })"], status: 401, code: 20104),
        Asker(
            name: "foreign account",
            fields: ["Authorization: Bearer \(HandMint.with { $0.subject = "AC" + String(repeating: "0", count: 32) })"],
            status: 401, code: 20103),
        Asker(
            name: "unknown key",
            fields: ["Authorization: Bearer \(HandMint.with { $0.issuer = "SK" + String(repeating: "0", count: 32) })"],
            status: 401, code: 20003),
        Asker(
            name: "unknown service",
            fields: [
                "Authorization: Bearer "
                    + HandMint.with { $0.grants = #"{"identity":"alice","chat":{"service_sid":"IS00000000000000000000000000000009"}}"# }
            ], status: 403, code: 50107),
        Asker(
            name: "account", fields: ["Authorization: \(Caller.basic(Installation.account.text, Installation.token))"], status: 403,
            code: 50107),
        Asker(
            name: "key", fields: ["Authorization: \(Caller.basic(Installation.key.sid.text, Installation.key.secret))"], status: 403,
            code: 50107),
        Asker(
            name: "two tokens", fields: ["Sec-WebSocket-Protocol: parley.v1, parley.token.\(token), parley.token.x"], status: 401,
            code: 20003),
    ]

    @Test(arguments: askers)
    func opensForChatUsersAlone(asker: Asker) async throws {
        let installation = try await RealtimeInstallation.run { gateway in
            let client = try await RealtimeClient.connect(gateway.port)
            try await client.write(RealtimeClient.handshake(asker.fields))
            let head = try await client.head()
            #expect(head.status == asker.status, "\(head.body)")
            guard asker.status == 101 else {
                #expect(head.json["code"] as? Int == asker.code && head.json["status"] as? Int == asker.status, "\(head.body)")
                #expect((head.fields["www-authenticate"] != nil) == (asker.status == 401))
                #expect(try await client.next() == .end)
                return
            }
            // The example of RFC 6455 §1.3.
            #expect(head.fields["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(head.fields["sec-websocket-protocol"] == (asker.name == "subprotocol" ? "parley.v1" : nil))
            let answer = try await client.ask(#"{"type": "subscribe"}"#)
            #expect(answer.string("identity") == "alice")
        }
        #expect(!installation.log.text.contains(RealtimeHandshakeTests.token) && !installation.log.text.contains("alice"))
    }

    /// The same table of failures as for every other route.
    @Test func wrongTokensAreSlowedWithAllOthers() async throws {
        try await RealtimeInstallation.run { gateway in
            var statuses: Set<Int> = []
            for _ in 0..<130 {
                let client = try await RealtimeClient.connect(gateway.port)
                try await client.write(RealtimeClient.handshake(["Authorization: Bearer abc"]))
                let head = try await client.head()
                statuses.insert(head.status)
                if head.status == 429 { #expect(head.fields["retry-after"] != nil && head.json["code"] as? Int == 20429) }
            }
            #expect(statuses == [401, 429])
        }
    }

    @Test func aUserHasOnlySoManyConnections() async throws {
        try await RealtimeInstallation.run(bounds: { $0.connectionsPerUser = 2 }) { gateway in
            let first = try await gateway.open("alice")
            let second = try await gateway.open("alice")
            let token = try await gateway.token("alice")
            let third = try await RealtimeClient.connect(gateway.port)
            try await third.write(RealtimeClient.handshake(["Authorization: Bearer \(token)"]))
            let head = try await third.head()
            #expect(head.status == 429 && head.json["code"] as? Int == 20429 && head.fields["retry-after"] != nil)
            _ = try await gateway.open("bob")
            try await first.write(RealtimeClient.frame(8, [3, 0xE8]))
            #expect(try await first.next() == .close(1000))
            #expect(try await first.next() == .end)
            _ = try await gateway.open("alice")
            await second.close()
        }
    }

    /// REST, health and the operator's routes share the listener's connections with the feed.
    @Test func allUsersTogetherHaveOnlySoManyConnections() async throws {
        try await RealtimeInstallation.run(bounds: { $0.connectionsMax = 2 }) { gateway in
            let first = try await gateway.open("alice")
            _ = try await gateway.open("bob")
            let third = try await RealtimeClient.connect(gateway.port)
            try await third.write(RealtimeClient.handshake(["Authorization: Bearer \(try await gateway.token("carol"))"]))
            let head = try await third.head()
            #expect(head.status == 503 && head.fields["retry-after"] != nil)
            try await first.write(RealtimeClient.frame(8, [3, 0xE8]))
            #expect(try await first.next() == .close(1000))
            #expect(try await first.next() == .end)
            _ = try await gateway.open("carol")
        }
    }

    /// Heads are bounded for strangers too, before anything of them is judged.
    @Test func aHeadIsBounded() async throws {
        try await RealtimeInstallation.run { gateway in
            let client = try await RealtimeClient.connect(gateway.port)
            let field = "X-Filling: \(String(repeating: "x", count: 7_000))"
            try? await client.write(RealtimeClient.handshake(Array(repeating: field, count: 10)))
            #expect(try await client.head().status == 400)
            #expect(try await client.next() == .end)
        }
    }

    @Test func withoutAnUpgradeItSaysSo() async throws {
        try await RealtimeInstallation.run { gateway in
            let reply = try await gateway.caller.get("/v1/realtime")
            reply.expectError(426, 20426)
            #expect(reply.headers[.upgrade] == "websocket" && reply.headers[.secWebSocketVersion] == "13")
            for method in [HTTPRequest.Method.post, .put, .delete] {
                let reply = try await gateway.caller.send(method, "/v1/realtime")
                reply.expectError(405, 20004)
                #expect(reply.headers[.allow] == "GET")
            }
        }
    }

    static let otherUpgrades: [(String, Int)] = [
        (
            "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\n\r\n",
            200
        ),
        ("GET /v1/realtime HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 426),
        (RealtimeClient.handshake([], path: "/v1/Conversations"), 401), (RealtimeClient.handshake([], path: "/healthz"), 200),
        (RealtimeClient.handshake([], path: "/v1/realtime/"), 401),
        (RealtimeClient.handshake([]).replacing("Version: 13", with: "Version: 8"), 426),
        (RealtimeClient.handshake([]).replacing("Sec-WebSocket-Key: \(RealtimeClient.key)\r\n", with: ""), 426),
        (RealtimeClient.handshake([]).replacing(RealtimeClient.key, with: "short"), 426),
        (RealtimeClient.handshake(["Sec-WebSocket-Key: \(RealtimeClient.key)"]), 426),
        (RealtimeClient.handshake([]).replacing("Connection: Upgrade\r\n", with: ""), 426),
        (RealtimeClient.handshake([]).replacing("GET", with: "POST"), 405), (RealtimeClient.handshake(["Content-Length: 2"]) + "hi", 426),
        ("\u{1}\u{2}garbage\r\n\r\n", 400),
    ]

    /// Requests that ask for another protocol, or for this one in a way that is not the RFC's, get an answer as HTTP.
    @Test(arguments: otherUpgrades)
    func otherUpgradesAreAnsweredAsHTTP(request: String, status: Int) async throws {
        try await RealtimeInstallation.run { gateway in
            let client = try await RealtimeClient.connect(gateway.port)
            try await client.write(request)
            #expect(try await client.head().status == status)
        }
    }

    @Test func aWebSocketElsewhereIs404() async throws {
        try await RealtimeInstallation.run { gateway in
            let client = try await RealtimeClient.connect(gateway.port)
            let account = Caller.basic(Installation.account.text, Installation.token)
            try await client.write(RealtimeClient.handshake(["Authorization: \(account)"], path: "/v1/Nothing"))
            let head = try await client.head()
            #expect(head.status == 404 && head.json["code"] as? Int == 20404)
        }
    }

    @Test func requestsInOnePacketAreAnsweredInOrder() async throws {
        try await RealtimeInstallation.run { gateway in
            let client = try await RealtimeClient.connect(gateway.port)
            try await client.write(
                "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /v1/Nothing HTTP/1.1\r\nHost: x\r\n\r\nGET /readyz HTTP/1.1\r\nHost: x\r\n\r\n"
            )
            for status in [200, 401, 200] { #expect(try await client.head().status == status) }
        }
    }

    /// What stands behind the request in the same packet is the WebSocket's.
    @Test func aFrameRightBehindTheRequestIsRead() async throws {
        try await RealtimeInstallation.run { gateway in
            let client = try await RealtimeClient.connect(gateway.port)
            let request = RealtimeClient.handshake(["Authorization: Bearer \(RealtimeHandshakeTests.token)"])
            try await client.write(Array(request.utf8) + RealtimeClient.frame(1, Array(#"{"type": "ping", "id": 5}"#.utf8)))
            #expect(try await client.head().status == 101)
            let answer = try await client.json()
            #expect(answer.type == "pong" && answer.integer("id") == 5)
        }
    }
}
