import ParleyCore

/// Transactions: what a body that throws takes back, and what it leaves alone.
extension StoreContract {
    static let commitCases: [Case] = [
        (
            "a body that throws is rolled back alone",
            { store in
                let scene = StoreScene(store)
                async let first: Void = scene.write { try $0.insert(StoreScene.conversation(1)) }
                async let second: Void = scene.write { transaction in
                    try transaction.insert(StoreScene.conversation(2))
                    throw ContractViolation("on purpose")
                }
                async let third: Void = scene.write { try $0.insert(StoreScene.conversation(3)) }
                try await first
                try await third
                var thrown = false
                do { try await second } catch is ContractViolation { thrown = true }
                try require("what the body threw reaches its caller", thrown)
                let found = try await scene.read { transaction in
                    try (1...3).map { try transaction.conversation(StoreScene.sid(.conversation, $0)) != nil }
                }
                try require("neighbours of a body that threw are kept, its own changes are not", found, is: [true, false, true])
            }
        ),
        (
            "a refusal that a body catches leaves the rest of the body in force",
            { store in
                let scene = StoreScene(store)
                try await scene.write { transaction in
                    try transaction.insert(StoreScene.conversation(1, uniqueName: "a"))
                    do {
                        try transaction.insert(StoreScene.conversation(2, uniqueName: "a"))
                        throw ContractViolation("a unique name is taken once")
                    } catch let refusal as Refusal {
                        try require("the refusal says why", refusal, is: Refusal.uniqueNameTaken)
                    }
                    try transaction.insert(StoreScene.conversation(3, uniqueName: "b"))
                }
                let page = try await scene.read {
                    try $0.conversations(ConversationFilter(service: StoreScene.service), page: PageRequest(size: 9))
                }
                try require("only the refused row is missing", page.rows.map(\.uniqueName), is: ["a", "b"])
            }
        ),
        (
            "what was written is read by the next transaction, and by a body before its commit",
            { store in
                let scene = StoreScene(store)
                let own = try await scene.write { transaction in
                    try transaction.insert(StoreScene.conversation(1))
                    return try transaction.conversation(StoreScene.sid(.conversation, 1))
                }
                let later = try await scene.read { try $0.conversation(StoreScene.sid(.conversation, 1)) }
                try require("a body sees its own changes", own, is: StoreScene.conversation(1))
                try require("a commit is seen by reads that follow", later, is: StoreScene.conversation(1))
            }
        ),
        (
            "a cancelled caller is answered all the same",
            { store in
                let scene = StoreScene(store)
                let answer = try await withThrowingTaskGroup(of: Int.self) { group in
                    group.addTask {
                        withUnsafeCurrentTask { $0?.cancel() }
                        try await scene.write { try $0.insert(StoreScene.conversation(1)) }
                        return try await scene.read { try $0.conversation(StoreScene.sid(.conversation, 1)) == nil ? 0 : 1 }
                    }
                    return try await group.next() ?? 0
                }
                try require("the answer is the one of an undisturbed call", answer, is: 1)
            }
        ),
        (
            "indexes start at 0 and have no gap under concurrent writers",
            { store in
                let scene = StoreScene(store)
                try await scene.write { try $0.insert(StoreScene.conversation(1)) }
                let indexes = try await withThrowingTaskGroup(of: Int?.self) { group in
                    for writer in 0..<50 {
                        group.addTask {
                            try? await scene.write { transaction -> Int in
                                let index = try transaction.allotIndex(
                                    in: StoreScene.sid(.conversation, 1), at: StoreScene.at(Int64(writer)))
                                // Every fifth is taken back and must leave no gap.
                                if writer % 5 == 0 { throw ContractViolation("on purpose") }
                                return index
                            }
                        }
                    }
                    return try await group.reduce(into: [Int]()) { all, index in if let index { all.append(index) } }
                }
                try require("each index is allotted once", indexes.sorted(), is: Array(0..<40))
                let row = try await scene.read { try $0.conversation(StoreScene.sid(.conversation, 1)) }
                try require("the counters follow", [row?.nextIndex, row?.messageCount], is: [40, 40])
                try require("the time of the last message never goes back", row?.lastMessageAt, is: StoreScene.at(49))
            }
        ),
    ]
}
