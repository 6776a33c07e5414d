import Foundation
import ParleyCore
import Testing

/// Who may open the realtime feed, and what everybody else is told (docs/realtime.md "Connecting").
@Suite(.serialized, .timeLimit(.minutes(15))) struct UpgradeDialogueTests {
    /// A request and the answer that it must get.
    private struct Case {
        var name: String
        var request: String
        var status: Int
        var code: Int?
    }

    private static func bearer(_ token: String) -> String { "Authorization: Bearer \(token)" }

    @Test func whoMayNotConnectIsToldBeforeTheUpgrade() async throws {
        let daemon = RunningDaemon.forClients()
        try await daemon.start()
        defer { daemon.kill() }
        let good = try await daemon.mint("alice")
        let shortLived = try await daemon.mint("alice", seconds: 1)
        let unknownKey = try await daemon.mint("alice") {
            $0.replacing("SK00000000000000000000000000000001", with: "SK00000000000000000000000000000007")
        }
        let wrongSecret = try await daemon.mint("alice") {
            $0.replacing(RunningDaemon.keySecret, with: "another-" + RunningDaemon.keySecret)
        }
        let foreign = try await daemon.mint("alice") {
            $0.replacing(RunningDaemon.account, with: "AC00000000000000000000000000000009")
        }
        try await eventually("the token for a second has expired") { try await daemon.status(of: shortLived) == 401 }
        func basic(_ name: String, _ secret: String) -> String {
            "Authorization: Basic \(Data("\(name):\(secret)".utf8).base64EncodedString())"
        }
        let upgrade = RealtimePeer.upgrade
        let head = RealtimePeer.head
        // Those that prove nothing are guesses, of which the first five are answered at once.
        let cases = [
            Case(name: "no token", request: upgrade([], "/v1/realtime"), status: 401, code: 20003),
            Case(name: "an expired token", request: upgrade([Self.bearer(shortLived)], "/v1/realtime"), status: 401, code: 20104),
            Case(name: "a foreign account's", request: upgrade([Self.bearer(foreign)], "/v1/realtime"), status: 401, code: 20103),
            Case(name: "a guess: no JWT", request: upgrade([Self.bearer("guess")], "/v1/realtime"), status: 401, code: 20101),
            Case(name: "a guess: unknown key", request: upgrade([Self.bearer(unknownKey)], "/v1/realtime"), status: 401, code: 20003),
            Case(name: "a guess: wrong secret", request: upgrade([Self.bearer(wrongSecret)], "/v1/realtime"), status: 401, code: 20003),
            Case(
                name: "a token in the path", request: upgrade([], "/v1/realtime?token=\(good)"), status: 401, code: 20003),
            Case(
                name: "the account itself", request: upgrade([basic(RunningDaemon.account, RunningDaemon.token)], "/v1/realtime"),
                status: 403, code: 50107),
            Case(
                name: "an API key",
                request: upgrade([basic("SK00000000000000000000000000000001", RunningDaemon.keySecret)], "/v1/realtime"), status: 403,
                code: 50107),
            Case(name: "no upgrade", request: head("GET", "/v1/realtime", [Self.bearer(good)]), status: 426, code: 20426),
            Case(
                name: "an upgrade to HTTP/2",
                request: head(
                    "GET", "/v1/realtime",
                    [Self.bearer(good), "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"]),
                status: 426, code: 20426),
            Case(
                name: "an upgrade to HTTP/2 elsewhere",
                request: head("GET", "/v1/Conversations", [Self.bearer(good), "Connection: Upgrade", "Upgrade: h2c"]), status: 200),
            Case(
                name: "an upgrade of another path", request: upgrade([Self.bearer(good)], "/v1/Conversations"), status: 200),
            Case(
                name: "an upgrade of a path that is not there", request: upgrade([Self.bearer(good)], "/v1/realtimes"), status: 404,
                code: 20404),
            Case(
                name: "an upgrade of the operator's path", request: upgrade([Self.bearer(good)], "/admin/v1/queue"), status: 403,
                code: 50107),
        ]
        for refused in cases {
            let answer = try await RealtimePeer(daemon).ask(refused.request)
            #expect(answer.status == refused.status, "\(refused.name): \(answer)")
            if let code = refused.code { #expect(answer.code == code, "\(refused.name): \(answer)") }
            if refused.status == 401 { #expect(answer.headers["www-authenticate"] != nil, "\(refused.name): \(answer)") }
            if refused.status == 426 { #expect(answer.headers["upgrade"] == "websocket", "\(refused.name): \(answer)") }
        }
        // Handshakes that RFC 6455 §4.2.1 does not have.
        for (name, old, new) in [
            ("another version", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8"),
            ("no key", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", ""),
            ("not GET", "GET /", "POST /"),
            ("not the connection's wish", "Connection: Upgrade\r\n", ""),
        ] {
            let answer = try await RealtimePeer(daemon).ask(upgrade([Self.bearer(good)], "/v1/realtime").replacing(old, with: new))
            #expect((400..<500).contains(answer.status), "\(name): \(answer)")
        }
        let garbage = try RealtimePeer(daemon)
        try await garbage.connection.send("\0\u{1}\u{2} GARBAGE\r\n\r\n")
        try await garbage.connection.ended()

        let peer = try await RealtimePeer.subscribed(daemon, token: good)
        try await peer.say(#"{"type": "ping", "id": "still there"}"#)
        #expect(try await peer.next().type == "pong")
        for secret in [good, foreign, shortLived].compactMap({ $0.split(separator: ".").last }) + [RunningDaemon.keySecret[...]] {
            #expect(!daemon.log.contains(secret), "a secret is in the log")
        }
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }

    @Test func theTokenComesInOneOfThreePlaces() async throws {
        let daemon = RunningDaemon.forClients()
        try await daemon.start()
        defer { daemon.kill() }
        let token = try await daemon.mint("alice")
        for (header, protocolName) in [
            ("Authorization: Bearer \(token)", nil), ("X-Twilio-Token: \(token)", nil),
            ("Sec-WebSocket-Protocol: parley.v1, parley.token.\(token)", "parley.v1"),
            ("Authorization: Bearer \(token)\r\nSec-WebSocket-Protocol: parley.v1", "parley.v1"),
        ] {
            let peer = try RealtimePeer(daemon)
            let answer = try await peer.ask(RealtimePeer.upgrade([header]))
            try #require(answer.status == 101, "\(answer)")
            // RFC 6455 §1.3 gives this key and this answer.
            #expect(answer.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(answer.headers["sec-websocket-protocol"] == protocolName, "\(answer)")
            try await peer.say(#"{"type": "subscribe", "id": "x"}"#)
            let subscribed = try await peer.next().json
            #expect(subscribed?["type"]?.string == "subscribed" && subscribed?["identity"]?.string == "alice")
            #expect(subscribed?["id"]?.string == "x" && subscribed?["position"]?.int != nil && subscribed?["expires"]?.string != nil)
        }
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }

    @Test func aTokenOfAnotherServiceHearsThatServiceAlone() async throws {
        let daemon = RunningDaemon.forClients()
        try await daemon.start()
        defer { daemon.kill() }
        let other = try #require(try await daemon.post("/v1/Services", [("FriendlyName", "Other")]).json["sid"]?.string)
        func conversation(_ prefix: String) async throws -> String {
            let sid = try #require(try await daemon.post("\(prefix)/Conversations", [("FriendlyName", "x")]).json["sid"]?.string)
            let added = try await daemon.post("\(prefix)/Conversations/\(sid)/Participants", [("Identity", "alice")])
            #expect(added.status == 201, "\(added.text)")
            return "\(prefix)/Conversations/\(sid)/Messages"
        }
        let (ours, theirs) = (try await conversation("/v1"), try await conversation("/v1/Services/\(other)"))
        let alice = try await RealtimePeer.subscribed(daemon, token: try await daemon.mint("alice"))
        let namesake = try await RealtimePeer.subscribed(daemon, token: try await daemon.mint("alice", service: other))
        for (number, path) in [ours, theirs, ours, theirs].enumerated() {
            #expect(try await daemon.post(path, [("Author", "bob"), ("Body", "\(number)")]).status == 201)
        }
        func bodies(_ heard: [RealtimePeer.Heard]) -> [String] {
            heard.compactMap { $0.json?["event"]?.string == "messageAdded" ? $0.json?["resource"]?["body"]?.string : nil }
        }
        func isLast(_ body: String) -> (JSON) -> Bool { { $0["resource"]?["body"]?.string == body } }
        #expect(bodies(try await alice.until("the last of ours", isLast("2"))) == ["0", "2"])
        #expect(bodies(try await namesake.until("the last of theirs", isLast("3"))) == ["1", "3"])
        let nowhere = try await daemon.mint("alice", service: "IS0000000000000000000000000000dead")
        let refused = try await RealtimePeer(daemon).ask(RealtimePeer.upgrade([Self.bearer(nowhere)]))
        #expect(refused.status == 401 || refused.status == 403, "\(refused)")
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }

    @Test func guessesAreSlowedAndThenRefused() async throws {
        let daemon = RunningDaemon.forClients()
        try await daemon.start()
        defer { daemon.kill() }
        let good = try await daemon.mint("alice")
        let answers = try await withThrowingTaskGroup(of: RealtimePeer.Answer.self) { group in
            for number in 0..<60 {
                group.addTask { try await RealtimePeer(daemon).ask(RealtimePeer.upgrade(["X-Twilio-Token: guess-\(number)"])) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count { $0.status == 401 && $0.code == 20101 } == 50)
        #expect(answers.count { $0.status == 429 && $0.code == 20429 && $0.headers["retry-after"] != nil } == 10)
        // Who is right is not kept waiting by others at the same address.
        _ = try await RealtimePeer.subscribed(daemon, token: good)
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }

    @Test func fiftyConnectionsOfOneUser() async throws {
        let daemon = RunningDaemon.forClients()
        try await daemon.start()
        defer { daemon.kill() }
        let conversation = try await daemon.createConversation()
        for identity in ["alice", "bob"] { try await daemon.addChat(identity, to: conversation) }
        let token = try await daemon.mint("alice")
        let upgrade = RealtimePeer.upgrade([Self.bearer(token)])
        var open: [RealtimePeer] = []
        var refused: [RealtimePeer.Answer] = []
        for _ in 0..<60 {
            let peer = try RealtimePeer(daemon)
            let answer = try await peer.ask(upgrade)
            if answer.status == 101 { open.append(peer) } else { refused.append(answer) }
        }
        #expect(open.count == 50)
        #expect(refused.count == 10 && refused.allSatisfy { $0.status == 429 && $0.code == 20429 }, "\(refused)")
        // Others are not concerned, and all fifty hear.
        _ = try await RealtimePeer.subscribed(daemon, token: try await daemon.mint("bob"))
        for peer in open {
            try await peer.say(#"{"type": "subscribe"}"#)
            #expect(try await peer.next().type == "subscribed")
        }
        _ = try await daemon.say("to all", as: "bob", in: conversation)
        for peer in open { try await peer.until(body: "to all") }
        // Whichever way a connection ends, its place is free again.
        open.removeLast().connection.hangUp()
        try await open.removeLast().send(ClientFrame(opcode: ClientFrame.Opcode.close, payload: [0x03, 0xE8]))
        for _ in 0..<2 {
            try await eventually("a place is free again") {
                let peer = try RealtimePeer(daemon)
                guard try await peer.ask(upgrade).status == 101 else { return false }
                open.append(peer)
                return true
            }
        }
        #expect(try await RealtimePeer(daemon).ask(upgrade).status == 429)
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }
}
