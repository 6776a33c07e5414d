import Foundation
import HTTPTypes
import Logging
import NIOCore
import ParleyBroker
import ParleyCore
import Testing

@testable import ParleyAPI

@Suite struct ThrottleTests {
    static let wrong = Caller.basic(Installation.account.text, "wrong")

    @Test(arguments: Transport.allCases)
    func wrongCredentialsAreSlowedAndThenRefused(over transport: Transport) async throws {
        let delays = DelayClock()
        let installation = try await Installation(delays: delays)
        try await installation.api(over: transport) { caller in
            let guesser = Caller(client: caller.client, authorization: Self.wrong)
            for _ in 1...5 { try await guesser.get("/v1/Conversations").expectError(401, 20003) }
            #expect(delays.delays.isEmpty)
            for _ in 6...50 { try await guesser.get("/v1/Conversations").expectError(401, 20003) }
            #expect(
                delays.delays == [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2)]
                    + Array(repeating: .seconds(4), count: 41))
            installation.clock.pass(.seconds(10))
            for _ in 51...60 {
                let reply = try await guesser.get("/v1/Conversations")
                reply.expectError(429, 20429)
                #expect(reply.headers[.retryAfter] == "50")
                // Whoever shows the right ones is let in at once, from the same address too.
                #expect(try await caller.get("/v1/Conversations").status == 200)
                #expect(
                    try await caller.get(
                        "/v1/Conversations", [.authorization: Caller.basic(Installation.key.sid.text, Installation.key.secret)]
                    ).status == 200)
            }
            #expect(delays.delays.count == 45)
            installation.clock.pass(.seconds(50))
            for _ in 1...5 { try await guesser.get("/v1/Conversations").expectError(401, 20003) }
            #expect(delays.delays.count == 45)
        }
        #expect(installation.log.text.ranges(of: "wrong credentials came again and again").count == 1)
        #expect(!installation.log.text.contains("wrong\"") && !installation.log.text.contains(Self.wrong))
    }

    /// None of these is a guess at a secret.
    @Test func whatIsNoGuessIsNotSlowed() async throws {
        let delays = DelayClock()
        let installation = try await Installation(keys: [HandMint.key], delays: delays)
        let expired = HandMint.with { ($0.start, $0.end) = ("1779990000", "1779990001") }
        try await installation.api { caller in
            let stranger = Caller(client: caller.client, authorization: nil)
            for _ in 1...20 {
                try await stranger.get("/v1/Conversations").expectError(401, 20003)
                try await stranger.get("/v1/Conversations", [.authorization: "Bearer \(expired)"]).expectError(401, 20104)
                #expect(try await stranger.get("/healthz").status == 200)
            }
        }
        #expect(delays.delays.isEmpty)
    }

    @Test func wrongTokensAreSlowedLikeWrongSecrets() async throws {
        let delays = DelayClock()
        let installation = try await Installation(keys: [HandMint.key], delays: delays)
        let forged = HandMint.with { $0.secret = "guess" }
        try await installation.api { caller in
            for _ in 1...7 { try await caller.get("/v1/Conversations", [.authorization: "Bearer \(forged)"]).expectError(401, 20003) }
        }
        #expect(delays.delays == [.milliseconds(250), .milliseconds(500)])
    }

    @Test func onlySoManyAnswersWaitAtATime() async throws {
        let delays = DelayClock(holding: true)
        var bounds = APIConfiguration.Bounds()
        bounds.wrongCredentials.free = 0
        bounds.wrongCredentials.delayedMax = 2
        let installation = try await Installation(bounds: bounds, delays: delays)
        try await installation.api { caller in
            let guesser = Caller(client: caller.client, authorization: Self.wrong)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 1...2 { group.addTask { try await guesser.get("/v1/Conversations").expectError(401, 20003) } }
                var asleep = delays.asleep.makeAsyncIterator()
                for _ in 1...2 { _ = await asleep.next() }
                let reply = try await guesser.get("/v1/Conversations")
                reply.expectError(429, 20429)
                #expect(reply.headers[.retryAfter] == "1")
                #expect(try await caller.get("/v1/Conversations").status == 200)
                delays.letGo()
                try await group.waitForAll()
            }
            // The places are free again.
            try await guesser.get("/v1/Conversations").expectError(401, 20003)
        }
    }

    @Test func eachAddressHasItsOwnCount() async throws {
        let delays = DelayClock()
        let throttle = AuthenticationThrottle(APIConfiguration.WrongCredentials(), clock: delays, logger: Logger(label: "test"))
        let now = Instant(seconds: 1)
        let (one, other) = (try SocketAddress(ipAddress: "192.0.2.1", port: 1), try SocketAddress(ipAddress: "192.0.2.2", port: 1))
        for port in 1...60 { _ = await throttle.hold(try SocketAddress(ipAddress: "192.0.2.1", port: port), at: now) }
        #expect(await throttle.hold(one, at: now) == 60)
        #expect(await throttle.hold(one, at: now + .milliseconds(59_999)) == 1)
        let before = delays.delays.count
        #expect(await throttle.hold(other, at: now) == nil)
        #expect(delays.delays.count == before)
        #expect(await throttle.hold(one, at: now + .seconds(60)) == nil)
        #expect(delays.delays.count == before)
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "20:1:d:b8:0:1:0:2"),
        ("2001:db8:1:2:ffff::", "20:1:d:b8:0:1:0:2"), ("2001:db8:1:3::", "20:1:d:b8:0:1:0:3"), ("::1", "0:0:0:0:0:0:0:0"),
    ])
    func origins(address: String, origin: String) throws {
        #expect(AuthenticationThrottle.origin(try SocketAddress(ipAddress: address, port: 1)) == origin)
    }

    @Test func callersWithoutAnAddressAreOne() throws {
        #expect(AuthenticationThrottle.origin(nil) == "-")
        #expect(AuthenticationThrottle.origin(try SocketAddress(unixDomainSocketPath: "/x")) == "-")
    }

    @Test func theTableForgetsTheOldest() {
        var table = FailureTable()
        let count = { (table: inout FailureTable, origin: String, seconds: Int64) in
            table.count(origin, at: Instant(seconds: seconds), window: .seconds(60), originsMax: 3).count
        }
        #expect(["a", "b", "a", "c", "a"].map { count(&table, $0, 1) } == [1, 1, 2, 1, 3])
        #expect(count(&table, "d", 2) == 1)
        #expect(table.origins == 3)
        #expect(count(&table, "b", 2) == 2)
        #expect(count(&table, "a", 3) == 1)
        #expect(count(&table, "a", 62) == 2)
        #expect(table.origins == 1)
        for number in 0..<10_000 { _ = count(&table, "\(number)", 63 + Int64(number)) }
        #expect(table.origins == 3)
    }
}
