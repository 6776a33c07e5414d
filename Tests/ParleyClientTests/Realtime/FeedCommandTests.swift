import Foundation
import NIOPosix
import Testing

@testable import ParleyClient

/// Commands and their answers, and the end.
@Suite(.timeLimit(.minutes(10))) struct FeedCommandTests {
    @Test func answersAreMatchedByTheirIDs() async throws {
        try await withFeed { run in
            let call = try await run.connect(position: 0)
            _ = await run.told.next(3)
            async let one: Void = run.feed.typing("CH1")
            let first = try await call.receive()
            #expect(first == ["type": "typing", "id": 2, "conversation": "CH1"])
            async let two: Void = run.feed.typing("CH2")
            #expect(try await call.receive()["id"] == 3)
            call.send(Wire.error(id: 3, status: 404, code: 20404))
            call.send(#"{"type":"ok","id":99}"#)
            call.send(#"{"type":"ok","id":2}"#)
            try await one
            do {
                try await two
                Issue.record("The second was refused")
            } catch let error as ConversationsError {
                #expect(error == ConversationsError(status: 404, code: 20404, message: "No."))
            }
        }
    }

    @Test func whoeverIsCancelledWaitsNoMore() async throws {
        try await withFeed { run in
            let call = try await run.connect(position: 0)
            _ = await run.told.next(3)
            let typing = Task { try await run.feed.typing("CH1") }
            _ = try await call.receive()
            typing.cancel()
            let result = await typing.result
            #expect(throws: ConversationsError(status: 0, code: 0, message: "The wait for the answer was cancelled")) { try result.get() }
        }
    }

    @Test func typingNeedsAConnection() async throws {
        try await withFeed { run in
            await #expect(throws: ConversationsError.self) { try await run.feed.typing("CH1") }
            let call = try await run.connect(position: 0)
            _ = await run.told.next(3)
            async let typing: Void = run.feed.typing("CH1")
            _ = try await call.receive()
            call.cut()
            do {
                try await typing
                Issue.record("It was not answered")
            } catch let error as ConversationsError {
                #expect(error.status == 0)
            }
        }
    }

    @Test func whoIsWatchedGoesWithEachConnection() async throws {
        try await withFeed { run in
            try await run.feed.watch { ["bob"] }
            var call = try await run.gateway.accept()
            try await call.upgrade()
            let first = try await call.receive()
            #expect(first["users"] == ["bob"])
            // A change that came too late for the first frame follows it.
            try await run.feed.watch { ["carol"] }
            call.send(Wire.start(id: 1, position: 0))
            #expect(try await call.receive() == ["type": "watch", "id": 2, "users": ["carol"]])
            _ = await run.told.next(3)

            async let refused: Void = run.feed.watch { ["nobody"] }
            #expect(try await call.receive()["users"] == ["nobody"])
            call.send(Wire.error(id: 3, status: 400, code: 20001))
            do {
                try await refused
                Issue.record("It was refused")
            } catch let error as ConversationsError {
                #expect(error.code == 20001)
            }

            async let unanswered: Void = run.feed.watch { ["carol", "dave"] }
            #expect(try await call.receive()["id"] == 4)
            call.cut()
            try await unanswered
            call = try await run.gateway.accept()
            try await call.upgrade()
            #expect(try await call.begin(position: 0)["users"] == ["carol", "dave"])
        }
    }

    @Test func aConnectedGatewayChecksTheNextToken() async throws {
        try await withFeed { run in
            let call = try await run.connect(position: 0)
            _ = await run.told.next(3)
            try await run.feed.update(token: "first")

            async let refused: Void = run.feed.update(token: "foreign")
            #expect(try await call.receive() == ["type": "token", "id": 2, "token": "foreign"])
            call.send(Wire.error(id: 2, status: 401, code: 20157))
            do {
                try await refused
                Issue.record("It was refused")
            } catch let error as ConversationsError {
                #expect(error.code == 20157)
            }
            #expect(run.token.token == "first")

            async let taken: Void = run.feed.update(token: "second")
            #expect(try await call.receive()["token"] == "second")
            call.send(#"{"type":"ok","id":3,"expires":"1970-01-01T01:00:00Z"}"#)
            try await taken
            #expect(run.token.token == "second")
            call.close(4401)
            #expect(await run.told.next(2) == ["ended 3600.0", "denied"])
        }
    }

    @Test func aTokenWhoseAnswerWasLostIsTriedAtOnce() async throws {
        try await withFeed(clock: VirtualClock(isStill: true)) { run in
            let call = try await run.connect(position: 0)
            _ = await run.told.next(3)
            async let update: Void = run.feed.update(token: "second")
            _ = try await call.receive()
            call.cut()
            try await update
            #expect(try await run.gateway.accept().authorization == "Bearer second")
        }
    }

    @Test func shutdownSaysGoodbyeAndEndsTheRun() async throws {
        try await withFeed { run in
            let call = try await run.connect(position: 0)
            _ = await run.told.next(3)
            await run.feed.shutdown()
            #expect(await call.next() == .close(1000))
            #expect(await run.told.next(9) == ["disconnecting", "disconnected"])
            await #expect(throws: ConversationsError.self) { try await run.feed.typing("CH1") }
            await #expect(throws: ConversationsError.shutDown) { try await run.feed.update(token: "second") }
        }
    }

    @Test func shutdownEndsWhateverIsUnderWay() async throws {
        // The upgrade is not answered.
        try await withFeed { run in
            _ = try await run.gateway.accept()
            await run.feed.shutdown()
            #expect(await run.told.next(9) == ["connecting", "disconnecting", "disconnected"])
        }
        // The first frame is not answered.
        try await withFeed { run in
            let call = try await run.gateway.accept()
            try await call.upgrade()
            _ = try await call.receive()
            await run.feed.shutdown()
            #expect(await run.told.next(9) == ["connecting", "disconnecting", "disconnected"])
        }
        // A wait before the next attempt.
        try await withFeed(clock: VirtualClock(isStill: true)) { run in
            try await run.gateway.accept().refuse(503, "")
            #expect(await run.told.next(2).count == 2)
            await run.feed.shutdown()
            #expect(await run.told.next(9) == ["disconnecting", "disconnected"])
        }
        // A wait for another token.
        try await withFeed { run in
            try await run.gateway.accept().refuse(401, "")
            #expect(await run.told.next(3).count == 3)
            await run.feed.shutdown()
            #expect(await run.told.next(9) == ["disconnecting", "disconnected"])
        }
    }

    @Test func whatWaitsIsNotDeliveredAfterTheShutdown() async throws {
        let gate = Gate()
        try await withFeed(gate: gate) { run in
            let call = try await run.connect(position: 0)
            for position in Int64(1)...5 { call.send(Wire.event(position)) }
            await gate.reached()
            #expect(await run.told.next(3).last == "connected")
            await run.feed.shutdown()
            gate.open()
            #expect(await run.told.next(9) == ["event 1", "disconnecting", "disconnected"])
        }
    }

    @Test func aCancelledRunIsShutDown() async throws {
        let gateway = try await ScriptedGateway.start(on: MultiThreadedEventLoopGroup.singleton)
        let url = try #require(URL(string: "http://127.0.0.1:\(gateway.port)"))
        let feed = RealtimeFeed(url: url, token: TokenBox("first"), group: MultiThreadedEventLoopGroup.singleton, options: .init())
        let told = Told()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await feed.run { told.add($0) } }
            let call = try await gateway.accept()
            try await call.upgrade()
            _ = try await call.begin(position: 0)
            #expect(await told.next(3).last == "connected")
            tasks.cancelAll()
            try await tasks.waitForAll()
            #expect(await call.next() == .close(1000))
            #expect(await told.next(2) == ["disconnecting", "disconnected"])
        }
        try await gateway.stop()
    }
}
