import ParleyCore

/// What comes in: repeats, threading and rates.
extension StoreContract {
    static let inboundCases: [Case] = [
        (
            "a dedupe key is taken once per adapter",
            { store in
                let scene = StoreScene(store)
                let first = try await scene.write { try $0.insert(StoreScene.inbound("k")) }
                let repeated = try await scene.write { try $0.insert(StoreScene.inbound("k", digest: "other")) }
                let elsewhere = try await scene.write { try $0.insert(StoreScene.inbound("k", adapter: "sms-b")) }
                try require("a repeat makes no row", [first == nil, repeated == nil, elsewhere == nil], is: [false, true, false])
                guard var item = first else { return }
                (item.verdict, item.reason) = (.held, "unknown_pair")
                (item.conversation, item.message) = (StoreScene.sid(.conversation, 1), StoreScene.sid(.message, 1))
                let changed = item
                try await scene.write { try $0.update(changed) }
                let found = try await scene.read { try $0.inboxItem(adapter: "sms-a", dedupeKey: "k") }
                try require("the first row is found and keeps its changes", found, is: item)
                let race = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for _ in 0..<20 { group.addTask { try await scene.write { try $0.insert(StoreScene.inbound("race")) } != nil } }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                try require("of many copies at once, one is the first", race, is: 1)
            }
        ),
        (
            "an inbox row keeps its fact until it is told to forget it",
            { store in
                let scene = StoreScene(store)
                let medium = try StoreScene.medium(1)
                let fact = PreparedInbound(
                    fact: InboundFact(
                        proxy: "+1", sender: "+2", identity: "i", text: "é\u{1F600}", subject: "s", sentAt: StoreScene.start,
                        messageID: "m", references: ["r"], automatic: nil, problems: ["p"], hops: ["h"]),
                    media: [.init(key: medium.key, contentType: "image/png", filename: nil, size: 3)], rawKey: medium.key)
                guard let item = try await scene.write({ try $0.insert(StoreScene.inbound("k", verdict: .held)) }) else {
                    throw ContractViolation("a new row is inserted")
                }
                try require("the row is found by its number", try await scene.read { try $0.inboxItem(item.id) }, is: item)
                try require("no other is", try await scene.read { try $0.inboxItem(item.id + 1) }, is: nil)
                try require("it keeps none at first", try await scene.read { try $0.keptInbound(of: item.id) }, is: nil)
                try await scene.write { try $0.keep(fact, of: item.id) }
                try require("what was kept", try await scene.read { try $0.keptInbound(of: item.id) }, is: fact)
                try await scene.write { try $0.keep(nil, of: item.id) }
                try require("what was forgotten", try await scene.read { try $0.keptInbound(of: item.id) }, is: nil)
            }
        ),
        (
            "content that an adapter took lately is recognised",
            { store in
                let scene = StoreScene(store)
                _ = try await scene.write { try $0.insert(StoreScene.inbound("k", digest: "abc")) }
                let found = try await scene.write { transaction in
                    try [
                        transaction.hasInbox(adapter: "sms-a", contentDigest: "abc", since: StoreScene.start),
                        transaction.hasInbox(adapter: "sms-a", contentDigest: "abc", since: StoreScene.at(1)),
                        transaction.hasInbox(adapter: "sms-b", contentDigest: "abc", since: StoreScene.start),
                        transaction.hasInbox(adapter: "sms-a", contentDigest: "abd", since: StoreScene.start),
                    ]
                }
                try require("by adapter, digest and time", found, is: [true, false, false, false])
            }
        ),
        (
            "mail references are the first and the last, oldest first, each once",
            { store in
                let scene = StoreScene(store)
                let (conversation, participant) = (StoreScene.sid(.conversation, 1), StoreScene.sid(.participant, 1))
                try await scene.write { transaction in
                    for number in [1, 2, 3, 2, 4, 5] {
                        try transaction.recordMailID(
                            "\(number)@x", conversation: conversation, participant: participant, message: StoreScene.sid(.message, number),
                            ours: true, at: StoreScene.at(Int64(number)))
                    }
                    try transaction.recordMailID(
                        "9@x", conversation: conversation, participant: StoreScene.sid(.participant, 2),
                        message: StoreScene.sid(.message, 9),
                        ours: false, at: StoreScene.start)
                }
                func references(_ limit: Int) async throws -> [String] {
                    try await scene.read { try $0.mailReferences(conversation: conversation, participant: participant, limit: limit) }
                }
                try require("all", try await references(9), is: ["1@x", "2@x", "3@x", "4@x", "5@x"])
                try require("the first and the last two", try await references(3), is: ["1@x", "4@x", "5@x"])
                try require("one", try await references(1), is: ["1@x"])
                try require("none", try await references(0), is: [])
            }
        ),
        (
            "inbound events are counted within a window per pair",
            { store in
                let scene = StoreScene(store)
                let (one, other) = (PairKey(rawValue: "a|b"), PairKey(rawValue: "a|c"))
                func count(_ pair: PairKey, _ second: Int64) async throws -> Int {
                    try await scene.write { try $0.countInbound(pair, window: .seconds(60), at: StoreScene.at(second)) }
                }
                try require("the first", try await count(one, 0), is: 1)
                try require("the second", try await count(one, 59), is: 2)
                try require("another pair's", try await count(other, 59), is: 1)
                try require("a new window", try await count(one, 60), is: 1)
                try require("its second", try await count(one, 61), is: 2)
                try require("windows that ended are swept", try await scene.write { try $0.sweep(at: StoreScene.at(119), limit: 9) }, is: 1)
            }
        ),
    ]
}
