import Foundation
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing

@testable import ParleyClient

/// What the feed does where it may not connect, or cannot.
@Suite(.timeLimit(.minutes(10))) struct FeedDenialTests {
    /// What can never work is said once, by the name of the option that it is about.
    @Test(arguments: [
        ("ftp://127.0.0.1:1", nil, "url"), ("https://127.0.0.1:1", "/no/such/authorities.pem", "certificateAuthorities"),
    ]) func optionsThatCannotBeAreNamed(address: String, authorities: String?, name: String) async throws {
        var options = ConversationsClient.Options()
        options.certificateAuthorities = authorities
        let feed = RealtimeFeed(
            url: try #require(URL(string: address)), token: TokenBox("t"), group: MultiThreadedEventLoopGroup.singleton, options: options)
        let failures = Mutex<[ConversationsError]>([])
        await feed.run { item in
            guard case .failure(let error, let isTerminal) = item else { return }
            #expect(isTerminal)
            failures.withLock { $0.append(error) }
            await feed.shutdown()
        }
        let found = failures.withLock { $0 }
        #expect(found.count == 1 && found.allSatisfy { $0.code == 20001 && $0.message.contains("argument \(name)") }, "\(found)")
    }

    @Test(arguments: [401, 403]) func waitsForAnotherTokenAfterADenial(status: Int) async throws {
        try await withFeed { run in
            try await run.gateway.accept().refuse(status, #"{"status":\#(status),"code":20104,"message":"Token expired","more_info":""}"#)
            #expect(await run.told.next(3) == ["connecting", "denied", "terminal \(status)/20104"])
            try await run.feed.update(token: "first")
            try await run.feed.update(token: "second")
            let call = try await run.gateway.accept()
            #expect(call.authorization == "Bearer second")
            try await call.upgrade()
            _ = try await call.begin(position: 1)
            #expect(await run.told.next(3) == ["connecting", "subscribed 1", "connected"])
            #expect(run.clock.asked.isEmpty)
        }
    }

    @Test func anExpiredTokenIsToldOnceAndWaitsForTheNext() async throws {
        try await withFeed { run in
            var call = try await run.connect(position: 4)
            call.send(#"{"type":"tokenExpired"}"#)
            call.close(4401)
            #expect(await run.told.next(5).suffix(2) == ["ended 1795379128.5", "denied"])
            try await run.feed.update(token: "second")
            call = try await run.gateway.accept()
            #expect(call.authorization == "Bearer second")
            try await call.upgrade()
            #expect(try await call.begin(position: 4)["after"] == 4)
            #expect(await run.told.next(3) == ["connecting", "resumed 4", "connected"])
            call.close(4401)
            #expect(await run.told.next(2) == ["ended 1795379128.5", "denied"])
        }
    }

    @Test func aRefusedFirstFrameIsADenialToo() async throws {
        try await withFeed { run in
            let call = try await run.gateway.accept()
            try await call.upgrade()
            let first = try await call.receive()
            call.send(Wire.error(id: first["id"]?.intValue ?? 0, status: 403, code: 50107))
            #expect(await run.told.next(3) == ["connecting", "denied", "terminal 403/50107"])
        }
    }

    @Test func waitsLongerAfterEachFailureAndAsLongAsItIsAsked() async throws {
        try await withFeed { run in
            for _ in 1...3 { try await run.gateway.accept().refuse(503, "<html>Bad gateway</html>") }
            #expect(await run.told.next(4) == ["connecting", "failure 503/0", "failure 503/0", "failure 503/0"])
            let limited = #"{"status":429,"code":20429,"message":"Too many"}"#
            try await run.gateway.accept().refuse(429, limited, headers: ["Retry-After": "60"])
            try await run.gateway.accept().refuse(429, limited, headers: ["Retry-After": "4000000000"])
            try await run.gateway.accept().refuse(500, String(repeating: "x", count: 1 << 17), headers: ["Retry-After": "soon"])
            let call = try await run.connect(position: 0)
            #expect(await run.told.next(5) == ["failure 429/20429", "failure 429/20429", "failure 500/0", "subscribed 0", "connected"])
            var expected = Backoff(.milliseconds(100) ... .seconds(15), seed: 7)
            var waits = (1...3).map { _ in expected.next() }
            waits.append(contentsOf: [
                expected.next(retryAfter: .seconds(60)), expected.next(retryAfter: .seconds(4_000_000_000)), expected.next(),
            ])
            #expect(run.clock.asked == waits)
            #expect(waits[3...4] == [.seconds(60), .seconds(300)])

            // An event shows that the gateway is well: waits are short again.
            call.send(Wire.event(1))
            #expect(await run.told.next(1) == ["event 1"])
            call.cut()
            _ = try await run.gateway.accept()
            #expect(try #require(run.clock.asked.last) <= .milliseconds(200))
        }
    }

    @Test func anotherTokenEndsTheWait() async throws {
        try await withFeed(clock: VirtualClock(isStill: true)) { run in
            try await run.gateway.accept().refuse(503, "")
            #expect(await run.told.next(2) == ["connecting", "failure 503/0"])
            try await run.feed.update(token: "second")
            #expect(try await run.gateway.accept().authorization == "Bearer second")
            // Also one for which the gateway has not answered yet.
            try await run.feed.update(token: "third")
            #expect(try await run.gateway.accept().authorization == "Bearer third")
        }
    }

    @Test func aTokenThatCameWhileTheFirstFrameWasUnansweredIsUsed() async throws {
        try await withFeed { run in
            let call = try await run.gateway.accept()
            try await call.upgrade()
            let first = try await call.receive()
            try await run.feed.update(token: "second")
            call.send(Wire.start(id: first["id"]?.intValue ?? 0, position: 0))
            let next = try await run.gateway.accept()
            #expect(next.authorization == "Bearer second")
            #expect(await call.next() == .close(1000))
        }
    }

    @Test func aGatewayThatDoesNotSpeakTLSIsTriedAgain() async throws {
        try await withFeed(clock: VirtualClock(isStill: true), scheme: "https") { run in
            #expect(await run.told.next(2) == ["connecting", "failure 0/0"])
        }
    }

    @Test func aGatewayThatIsNotThereIsTriedAgain() async throws {
        try await withFeed { run in
            try await run.gateway.stop()
            #expect(await run.told.next(3) == ["connecting", "failure 0/0", "failure 0/0"])
        }
    }

    @Test(arguments: ["", "a b", "a\r\nX: y", "a\nb", "ä", String(repeating: "x", count: 16_385)])
    func whatCannotBeATokenIsRefused(text: String) async throws {
        try await withFeed { run in
            _ = try await run.connect(position: 0)
            await #expect(throws: ConversationsError.argument("token", "visible ASCII, at most 16 KiB")) {
                try await run.feed.update(token: text)
            }
            #expect(run.token.token == "first")
        }
        try await withFeed(token: text) { run in
            #expect(await run.told.next(3) == ["connecting", "denied", "terminal 0/20001"])
            try await run.feed.update(token: "second")
            #expect(try await run.gateway.accept().authorization == "Bearer second")
        }
    }

    @Test func anAddressThatIsNoneIsTold() async throws {
        try await withFeed(scheme: "ftp") { run in
            #expect(await run.told.next(1) == ["terminal 0/20001"])
            await run.feed.shutdown()
            #expect(await run.told.next(9) == ["disconnecting", "disconnected"])
        }
    }
}
