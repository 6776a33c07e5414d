import Foundation
import HTTPTypes
import ParleyAPI
import ParleyBroker
import ParleyCore
import Testing

@Suite struct IdempotencyTests {
    private static let name = HTTPField.Name("Idempotency-Key")!

    @Test(arguments: Transport.allCases)
    func aRepeatIsAnsweredTheSameAndChangesNothing(over transport: Transport) async throws {
        let installation = try await Installation()
        try await installation.api(over: transport) { caller in
            let conversation = try await caller.conversation()
            let path = "/v1/Conversations/\(conversation)/Messages"
            let first = try await caller.post(path, ["Body": "one"], [IdempotencyTests.name: "k-1"])
            let events = try await installation.eventCount()
            let again = try await caller.post(path, ["Body": "one"], [IdempotencyTests.name: "k-1"])
            #expect(again.status == 201)
            #expect(again.body == first.body)
            #expect(try await installation.eventCount() == events)
            #expect(try await caller.post(path, ["Body": "one"], [IdempotencyTests.name: "k-2"]).body != first.body)
        }
    }

    @Test func anotherRequestUnderTheSameKeyIsRefused() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let conversation = try await caller.conversation()
            let path = "/v1/Conversations/\(conversation)/Messages"
            _ = try await caller.post(path, ["Body": "one"], [IdempotencyTests.name: "k"])
            let events = try await installation.eventCount()
            try await caller.post(path, ["Body": "two"], [IdempotencyTests.name: "k"]).expectError(400, 20001, "Idempotency-Key")
            try await caller.post("/v1/Conversations", ["Body": "one"], [IdempotencyTests.name: "k"]).expectError(
                400, 20001, "Idempotency-Key")
            #expect(try await installation.eventCount() == events)
        }
    }

    @Test func concurrentRepeatsHaveOneEffect() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let conversation = try await caller.conversation()
            let path = "/v1/Conversations/\(conversation)/Messages"
            let bodies = try await withThrowingTaskGroup(of: Reply.self) { group in
                for _ in 0..<20 { group.addTask { try await caller.post(path, ["Body": "one"], [IdempotencyTests.name: "k"]) } }
                return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1.body) }
            }
            #expect(bodies.count == 1)
            #expect(try await caller.get(path).list("messages").count == 1)
        }
    }

    @Test func aRefusedRequestIsJudgedAnewAndAnOldKeyIsForgotten() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let path = "/v1/Conversations"
            try await caller.post("\(path)/room/Messages", ["Body": "x"], [IdempotencyTests.name: "k"]).expectError(404, 20404)
            _ = try await caller.conversation(["UniqueName": "room"])
            let first = try await caller.post("\(path)/room/Messages", ["Body": "x"], [IdempotencyTests.name: "k"])
            #expect(first.status == 201)
            installation.clock.pass(.seconds(24 * 3600 + 1))
            let later = try await caller.post("\(path)/room/Messages", ["Body": "x"], [IdempotencyTests.name: "k"])
            #expect(later.status == 201)
            #expect(later.integer("index") == 1)
        }
    }

    @Test(arguments: ["", " ", "a b", "ä", String(repeating: "k", count: 256)])
    func badKeys(key: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let events = try await installation.eventCount()
            try await caller.post("/v1/Conversations", [:], [IdempotencyTests.name: key]).expectError(400, 20001, "Idempotency-Key")
            #expect(try await installation.eventCount() == events)
        }
    }
}
