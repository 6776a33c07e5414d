import ParleyCore

/// Lanes: order, leases and pauses.
extension StoreContract {
    private static func smsLane(_ scene: StoreScene, messages: Int) async throws -> (PairKey, [SID]) {
        let pair = try await scene.conversationWithPerson(1, proxy: "+15550000001", address: "+15550000010", adapter: "sms-a")
        for number in 1...messages { try await scene.append(number, to: 1, at: StoreScene.at(Int64(number))) }
        return (pair, (1...messages).map { StoreScene.delivery($0, 1) })
    }

    private static func mailLane(_ scene: StoreScene, messages: Int) async throws -> (PairKey, [SID]) {
        let pair = try await scene.conversationWithPerson(1, proxy: "desk@our.example", address: "ada@people.example", adapter: "mail")
        for number in 1...messages { try await scene.append(number, to: 1, at: StoreScene.at(Int64(number))) }
        return (pair, (1...messages).map { StoreScene.delivery($0, 1) })
    }

    static let laneCases: [Case] = [
        (
            "a strict lane is blocked by what is deferred or awaited, and not by what is held",
            { store in
                let scene = StoreScene(store)
                let (pair, heads) = try await smsLane(scene, messages: 3)
                try require("the first is leased", try await scene.lease("sms-a", at: StoreScene.at(9)), is: [heads[0]])
                try await scene.change(heads[0], to: .deferred, due: StoreScene.at(50), order: .strict)
                try require(
                    "a deferred head blocks", try await scene.lane(pair),
                    is: Lane(pair: pair, adapter: "sms-a", head: heads[0], due: StoreScene.at(50)))
                try require("it is not leased before it is due", try await scene.lease("sms-a", at: StoreScene.at(49)), is: [])
                try require("it is leased when it is due", try await scene.lease("sms-a", at: StoreScene.at(50)), is: [heads[0]])
                try await scene.change(heads[0], to: .awaiting, due: StoreScene.at(80), order: .strict)
                try require(
                    "an awaited head keeps the lane", try await scene.lane(pair), is: Lane(pair: pair, adapter: "sms-a", head: heads[0]))
                try require("and is not due", try await scene.read { try $0.nextLaneDue(adapter: "sms-a") }, is: nil)
                try await scene.change(heads[0], to: .held, order: .strict)
                try require("a held one frees its lane", try await scene.lease("sms-a", at: StoreScene.at(81)), is: [heads[1]])
                try await scene.change(heads[1], to: .settled, order: .strict)
                try require("a settled one frees its lane", try await scene.lease("sms-a", at: StoreScene.at(81)), is: [heads[2]])
                try await scene.change(heads[2], to: .settled, order: .strict)
                try require("an empty lane is idle", try await scene.lane(pair), is: Lane(pair: pair, adapter: "sms-a"))
            }
        ),
        (
            "a lane that owes an answer is found before the others, until it is leased",
            { store in
                let scene = StoreScene(store)
                let first = try await scene.conversationWithPerson(1, proxy: "+15550000001", address: "+15550000010", adapter: "sms-a")
                let second = try await scene.conversationWithPerson(2, proxy: "+15550000001", address: "+15550000011", adapter: "sms-a")
                try await scene.append(1, to: 1)
                // Before anything is sent to them, and after.
                try await scene.write { transaction in for _ in 1...2 { try transaction.owe(second, adapter: "sms-a") } }
                try await scene.append(2, to: 2, at: StoreScene.at(1))
                func owing(_ limit: Int = 9) async throws -> [SID] {
                    try await scene.lease("sms-a", at: StoreScene.at(5), limit: limit, owed: true)
                }
                try require("no more than asked for", try await owing(0), is: [])
                try require("who spoke", try await owing(), is: [StoreScene.delivery(2, 2)])
                try require("nobody else", try await owing(), is: [])
                try require("the others", try await scene.lease("sms-a", at: StoreScene.at(5)), is: [StoreScene.delivery(1, 1)])
                try await scene.append(3, to: 2, at: StoreScene.at(2))
                try await scene.change(StoreScene.delivery(2, 2), to: .settled, order: .strict)
                try require("a lease pays", try await owing(), is: [])
                try await scene.write { try $0.owe(first, adapter: "sms-a") }
                try await scene.change(StoreScene.delivery(1, 1), to: .deferred, due: StoreScene.at(9), order: .strict)
                try require("nothing that is not due", try await owing(), is: [])
            }
        ),
        (
            "a lane of first attempts lets what is deferred be overtaken",
            { store in
                let scene = StoreScene(store)
                let (pair, heads) = try await mailLane(scene, messages: 3)
                try require("the first is leased", try await scene.lease("mail", at: StoreScene.at(9)), is: [heads[0]])
                try await scene.change(heads[0], to: .deferred, due: StoreScene.at(100), order: .firstAttempts)
                try require("a queued one overtakes", try await scene.lease("mail", at: StoreScene.at(9)), is: [heads[1]])
                try await scene.change(heads[1], to: .deferred, due: StoreScene.at(90), order: .firstAttempts)
                try require("first attempts keep their order", try await scene.lease("mail", at: StoreScene.at(200)), is: [heads[2]])
                try await scene.change(heads[2], to: .awaiting, due: StoreScene.at(80), order: .firstAttempts)
                try require(
                    "of the deferred, the one that is due first is next", try await scene.lane(pair),
                    is: Lane(pair: pair, adapter: "mail", head: heads[1], due: StoreScene.at(90)))
                try await scene.append(4, to: 1, at: StoreScene.at(20))
                try require(
                    "a new message wakes a lane that waits for a deferred one", try await scene.lane(pair),
                    is: Lane(pair: pair, adapter: "mail", head: StoreScene.delivery(4, 1), due: StoreScene.at(20)))
                try require("and goes out", try await scene.lease("mail", at: StoreScene.at(20)), is: [StoreScene.delivery(4, 1)])
                try await scene.append(5, to: 1, at: StoreScene.at(21))
                try require("what is under way keeps the lane", try await scene.lease("mail", at: StoreScene.at(300)), is: [])
            }
        ),
        (
            "a lane that waits for its strict head is not woken by a new message",
            { store in
                let scene = StoreScene(store)
                let (pair, heads) = try await smsLane(scene, messages: 1)
                _ = try await scene.lease("sms-a", at: StoreScene.at(9))
                try await scene.change(heads[0], to: .deferred, due: StoreScene.at(100), order: .strict)
                try await scene.append(2, to: 1, at: StoreScene.at(20))
                try require(
                    "the head stays", try await scene.lane(pair),
                    is: Lane(pair: pair, adapter: "sms-a", head: heads[0], due: StoreScene.at(100)))
                try require(
                    "the adapter's next due time", try await scene.read { try $0.nextLaneDue(adapter: "sms-a") }, is: StoreScene.at(100))
            }
        ),
        (
            "a lane is leased once, however many ask, and an end of the lease alone gives nothing away",
            { store in
                let scene = StoreScene(store)
                for number in 1...20 {
                    _ = try await scene.conversationWithPerson(
                        number, proxy: "+15550000001", address: "+155500001\(number + 10)", adapter: "sms-a")
                    try await scene.append(number, to: number)
                }
                let leased = try await withThrowingTaskGroup(of: [SID].self) { group in
                    for _ in 0..<10 { group.addTask { try await scene.lease("sms-a", at: StoreScene.at(1), limit: 3) } }
                    return try await group.reduce(into: [SID]()) { $0 += $1 }
                }
                try require("every lane once", leased.sorted(), is: (1...20).map { StoreScene.delivery($0, $0) }.sorted())
                try require("a lane under way is not taken again", try await scene.lease("sms-a", at: StoreScene.at(9999)), is: [])
                try require("another adapter's lanes are not taken", try await scene.lease("mail", at: StoreScene.at(9999)), is: [])
                let pair = try StoreScene.pair("+15550000001", "+15550000111").key
                try require("the lease is shown", try await scene.lane(pair).leasedUntil, is: StoreScene.at(31))
                try await scene.write { try $0.advance(pair, order: .strict) }
                try require("a cancellation beside it does not end a lease", try await scene.lane(pair).leasedUntil, is: StoreScene.at(31))
            }
        ),
        (
            "a paused lane rests until then, or until it is released",
            { store in
                let scene = StoreScene(store)
                let (pair, heads) = try await smsLane(scene, messages: 1)
                try await scene.write { try $0.pause(pair, adapter: "sms-a", until: StoreScene.at(60), reason: "loop") }
                try require("the reason is shown", try await scene.lane(pair).pauseReason, is: "loop")
                try require("it is not leased", try await scene.lease("sms-a", at: StoreScene.at(59)), is: [])
                try require("its end is due", try await scene.read { try $0.nextLaneDue(adapter: "sms-a") }, is: StoreScene.at(60))
                try require("it is leased after the end", try await scene.lease("sms-a", at: StoreScene.at(60)), is: heads)
                let other = try StoreScene.pair("+15550000001", "+15550000077").key
                try await scene.write { try $0.pause(other, adapter: "sms-a", until: StoreScene.at(500), reason: "loop") }
                _ = try await scene.conversationWithPerson(2, proxy: "+15550000001", address: "+15550000077", adapter: "sms-a")
                try await scene.append(7, to: 2, at: StoreScene.at(70))
                try require("a lane can be paused before it exists", try await scene.lease("sms-a", at: StoreScene.at(71)), is: [])
                try await scene.write { try $0.pause(other, adapter: "sms-a", until: nil, reason: nil) }
                try require("a release wakes it", try await scene.lease("sms-a", at: StoreScene.at(71)), is: [StoreScene.delivery(7, 2)])
            }
        ),
        (
            "a head that settled without its lane being advanced does not go out",
            { store in
                let scene = StoreScene(store)
                let (_, heads) = try await smsLane(scene, messages: 2)
                try await scene.change(heads[0], to: .settled, order: nil)
                try require("it is passed over", try await scene.lease("sms-a", at: StoreScene.at(9)), is: [])
                try require("the next one follows", try await scene.lease("sms-a", at: StoreScene.at(9)), is: [heads[1]])
            }
        ),
    ]
}
