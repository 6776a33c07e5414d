import ParleyCore

/// The event log, keys, pauses and answers to repeat.
extension StoreContract {
    static let installationCases: [Case] = [
        (
            "event positions rise in the order of commits and are read back in it",
            { store in
                let scene = StoreScene(store)
                try require("an empty database has seen no time", try await scene.read { try $0.latestTime() }, is: nil)
                let positions = try await withThrowingTaskGroup(of: Int64.self) { group in
                    for number in 0..<30 {
                        group.addTask {
                            try await scene.write { transaction in
                                try transaction.append(
                                    Event(
                                        kind: .messageAdded, subject: StoreScene.sid(.message, number), payload: "{ \"n\":1 }",
                                        at: StoreScene.at(4)))
                            }
                        }
                    }
                    return try await group.reduce(into: [Int64]()) { $0.append($1) }
                }
                try require("each position once", Set(positions).count, is: 30)
                let last = try await scene.write { transaction in
                    let event = Event(kind: .adapterPaused, conversation: StoreScene.sid(.conversation, 1), at: StoreScene.at(5))
                    return try transaction.append(event)
                }
                try require("positions are positive and rise", positions.allSatisfy { $0 > 0 && $0 < last })
                let events = try await scene.read { try $0.events(after: 0, limit: 99) }
                try require("all are read, in order", events.map(\.position), is: positions.sorted() + [last])
                let tail = try await scene.read { try $0.events(after: last - 1, limit: 1) }
                let expected = Event(
                    position: last, kind: .adapterPaused, conversation: StoreScene.sid(.conversation, 1), at: StoreScene.at(5))
                try require("all fields are kept", tail, is: [expected])
                try require("payloads are kept byte for byte", events[0].payload, is: "{ \"n\":1 }")
                try require("the latest time", try await scene.read { try $0.latestTime() }, is: StoreScene.at(5))
                try require("nothing follows the last", try await scene.read { try $0.events(after: last, limit: 9) }, is: [])
            }
        ),
        (
            "keys are read newest first, by purpose",
            { store in
                let scene = StoreScene(store)
                @Sendable func key(_ id: String, _ purpose: InstallationKey.Purpose, _ second: Int64) -> InstallationKey {
                    InstallationKey(id: id, purpose: purpose, secret: [0, 255], created: StoreScene.at(second))
                }
                try await scene.write { transaction in
                    for key in [key("1", .mail, 1), key("2", .mail, 3), key("3", .mail, 2), key("1", .links, 9)] {
                        try transaction.insert(key)
                    }
                }
                let found = try await scene.read { try $0.keys(.mail) }
                try require("newest first", found, is: [key("2", .mail, 3), key("3", .mail, 2), key("1", .mail, 1)])
                try require("none of another purpose", try await scene.read { try $0.keys(.gateway) }, is: [])
            }
        ),
        (
            "an adapter is paused until it is resumed",
            { store in
                let scene = StoreScene(store)
                let pauses = ["a", "b"].map { AdapterPause(adapter: $0, reason: "401", since: StoreScene.start) }
                try await scene.write { transaction in for pause in pauses { try transaction.pauseAdapter(pause) } }
                try await scene.write { transaction in
                    try transaction.pauseAdapter(AdapterPause(adapter: "b", reason: "403", since: StoreScene.at(1)))
                    try transaction.resumeAdapter("a")
                    try transaction.resumeAdapter("nobody")
                }
                let found = try await scene.read { try $0.adapterPauses() }
                try require("the latest reason", found, is: [AdapterPause(adapter: "b", reason: "403", since: StoreScene.at(1))])
            }
        ),
        (
            "an answer is remembered under its key until its time",
            { store in
                let scene = StoreScene(store)
                let answer = IdempotentAnswer(
                    key: "k", requestDigest: "d", status: 201, body: [1, 0, 255], position: 7, until: StoreScene.at(60))
                try await scene.write { try $0.remember(answer) }
                try require("it is found", try await scene.read { try $0.idempotentAnswer("k") }, is: answer)
                try require("another is not", try await scene.read { try $0.idempotentAnswer("l") }, is: nil)
                try require("it stays until its time", try await scene.write { try $0.sweep(at: StoreScene.at(59), limit: 9) }, is: 0)
                try require("it is swept at its time", try await scene.write { try $0.sweep(at: StoreScene.at(60), limit: 9) }, is: 1)
                try require("and gone", try await scene.read { try $0.idempotentAnswer("k") }, is: nil)
            }
        ),
    ]
}
