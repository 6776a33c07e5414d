import ParleyCore

/// Deliveries over time: cancellation, ends, parts and receipts.
extension StoreContract {
    static let deliveryCases: [Case] = [
        (
            "a cancellation reaches what is queued or deferred, within its scope, in chunks",
            { store in
                let scene = StoreScene(store)
                let pair = "+15550000010"
                _ = try await scene.conversationWithPerson(1, proxy: "+15550000001", address: pair, adapter: "sms-a")
                let second = try StoreScene.person(2, in: 1, address: "+15550000011")
                try await scene.write { try $0.insert(second) }
                for number in 1...5 { try await scene.append(number, to: 1) }
                // The same lane serves another conversation as well, after the pair was freed.
                try await scene.write { try $0.unbindParticipants(of: StoreScene.sid(.conversation, 1)) }
                _ = try await scene.conversationWithPerson(3, proxy: "+15550000001", address: pair, adapter: "sms-a")
                try await scene.append(6, to: 3)
                for (message, phase) in [(1, Delivery.Phase.settled), (2, .sending), (3, .awaiting), (4, .deferred)] {
                    try await scene.change(StoreScene.delivery(message, 1), to: phase, order: .strict)
                }
                func reached(_ scope: CancellationScope, limit: Int = 99) async throws -> [SID] {
                    try await scene.write { try $0.cancellable(scope, limit: limit).map(\.sid) }
                }
                let mine = [4, 5].map { StoreScene.delivery($0, 1) }
                let others = (1...5).map { StoreScene.delivery($0, 2) }
                try require("of a participant", try await reached(.participant(StoreScene.sid(.participant, 1))), is: mine)
                try require(
                    "of a message", try await reached(.message(StoreScene.sid(.message, 4))),
                    is: [StoreScene.delivery(4, 1), StoreScene.delivery(4, 2)])
                try require(
                    "of a conversation", try await reached(.conversation(StoreScene.sid(.conversation, 1))).sorted(),
                    is: (mine + others).sorted())
                try require("in chunks", try await reached(.conversation(StoreScene.sid(.conversation, 1)), limit: 3).count, is: 3)
                try await scene.change(StoreScene.delivery(5, 1), to: .held, order: .strict)
                try require(
                    "what is held waits for a person", try await reached(.participant(StoreScene.sid(.participant, 1))), is: [mine[0]])
                try require(
                    "unless its conversation goes", try await reached(.conversation(StoreScene.sid(.conversation, 1))).sorted(),
                    is: (mine + others).sorted())
                try await scene.write { try $0.remove(second, at: StoreScene.at(1)) }
                try require("of a removed participant", try await reached(.participant(second.sid)), is: others)
            }
        ),
        (
            "expired, overdue and interrupted deliveries are found, and the next end is known",
            { store in
                let scene = StoreScene(store)
                _ = try await scene.conversationWithPerson(1, proxy: "+15550000001", address: "+15550000010", adapter: "sms-b")
                for number in 1...5 { try await scene.append(number, to: 1, at: StoreScene.at(Int64(number))) }
                let sids = (1...5).map { StoreScene.delivery($0, 1) }
                try await scene.change(sids[1], to: .sending, order: nil)
                try await scene.change(sids[2], to: .awaiting, due: StoreScene.at(30), order: nil)
                try await scene.change(sids[3], to: .held, order: nil)
                try await scene.change(sids[4], to: .settled, order: nil)
                func ends(_ second: Int64) async throws -> [[SID]] {
                    try await scene.write { transaction in
                        try [
                            transaction.expired(at: StoreScene.at(second), limit: 9).map(\.sid),
                            transaction.overdue(at: StoreScene.at(second), limit: 9).map(\.sid),
                        ]
                    }
                }
                try require(
                    "the next end is that of the awaited answer", try await scene.read { try $0.nextSettlement() }, is: StoreScene.at(30))
                try require("nothing has ended", try await ends(29), is: [[], []])
                try require("an awaited answer is overdue", try await ends(30), is: [[], [sids[2]]])
                try await scene.change(sids[2], to: .deferred, due: StoreScene.at(999), order: nil)
                try require("the next end is a validity", try await scene.read { try $0.nextSettlement() }, is: StoreScene.at(61))
                try require("the one after the other", try await ends(63), is: [[sids[0], sids[2]], []])
                try require(
                    "held ones end as well, those under way and settled do not", try await ends(9999),
                    is: [[sids[0], sids[2], sids[3]], []])
                try require(
                    "one at a time", try await scene.write { try $0.expired(at: StoreScene.at(9999), limit: 1).map(\.sid) }, is: [sids[0]])
                try require("what a crash left", try await scene.write { try $0.interrupted(limit: 9).map(\.sid) }, is: [sids[1]])
                let settled = sids[4]
                @Sendable func awaitReceipt(until due: Instant?) async throws {
                    try await scene.write { transaction in
                        guard var row = try transaction.delivery(settled) else { throw ContractViolation("a settled delivery is found") }
                        row.receiptDue = due
                        try transaction.update(row)
                    }
                }
                try await awaitReceipt(until: StoreScene.at(20))
                try require("a receipt is awaited", try await scene.read { try $0.nextSettlement() }, is: StoreScene.at(20))
                try require(
                    "not long enough", try await scene.write { try $0.unreceipted(at: StoreScene.at(19), limit: 9).map(\.sid) }, is: [])
                let late = try await scene.write { try $0.unreceipted(at: StoreScene.at(20), limit: 9) }
                try require("long enough", late.map(\.sid), is: [settled])
                try require("until when", late.map(\.receiptDue), is: [StoreScene.at(20)])
                try require("it does not expire", try await ends(9999), is: [[sids[0], sids[2], sids[3]], []])
                try await awaitReceipt(until: nil)
                try require(
                    "no more", try await scene.write { try $0.unreceipted(at: StoreScene.at(9999), limit: 9).map(\.sid) }, is: [])
            }
        ),
        (
            "a delivery keeps what an attempt changes, and is found by the ids of its parts",
            { store in
                let scene = StoreScene(store)
                _ = try await scene.conversationWithPerson(1, proxy: "+15550000001", address: "+15550000010", adapter: "sms-a")
                try await scene.append(1, to: 1)
                let sid = StoreScene.delivery(1, 1)
                guard var row = try await scene.read({ try $0.delivery(sid) }) else {
                    throw ContractViolation("a queued delivery is found")
                }
                (row.phase, row.status, row.attempt, row.due, row.payload) = (
                    .settled, .undelivered, 3, StoreScene.at(8), "{\"text\":\"x\"}"
                )
                (row.errorCode, row.errorText, row.flags, row.updated) = (
                    30005, "unknown", [.possibleDuplicate, .mediaLinked], StoreScene.at(9)
                )
                let changed = row
                try await scene.write { transaction in
                    try transaction.update(changed)
                    try transaction.record(DeliveryPart(delivery: sid, part: 1, carrierID: "b"), adapter: "sms-a")
                    try transaction.record(DeliveryPart(delivery: sid, part: 0, carrierID: "a", status: .sent), adapter: "sms-a")
                    try transaction.record(DeliveryPart(delivery: sid, part: 1, carrierID: "c", status: .delivered), adapter: "sms-a")
                }
                let (found, parts, byOld, byNew, elsewhere) = try await scene.read { transaction in
                    (
                        try transaction.delivery(sid), try transaction.parts(of: sid),
                        try transaction.delivery(adapter: "sms-a", carrierID: "b")?.sid,
                        try transaction.delivery(adapter: "sms-a", carrierID: "c")?.sid,
                        try transaction.delivery(adapter: "sms-b", carrierID: "c")?.sid
                    )
                }
                try require("all changes are kept", found, is: row)
                let expected = [
                    DeliveryPart(delivery: sid, part: 0, carrierID: "a", status: .sent),
                    DeliveryPart(delivery: sid, part: 1, carrierID: "c", status: .delivered),
                ]
                try require("a part takes the place of one with its number", parts, is: expected)
                try require("an id leads to its delivery, within its adapter", [byOld, byNew, elsewhere], is: [nil, sid, nil])
            }
        ),
        (
            "parked receipts are claimed once, oldest first, and bounded per adapter",
            { store in
                let scene = StoreScene(store)
                @Sendable func receipt(_ id: String, _ word: String, adapter: String = "sms-a", until: Int64 = 60) -> ParkedReceipt {
                    ParkedReceipt(
                        adapter: adapter, carrierID: id,
                        evidence: ReceiptFact(carrierID: id, carrierStatus: word, status: .delivered, raw: [7]),
                        until: StoreScene.at(until))
                }
                try await scene.write { transaction in
                    try transaction.park(receipt("x", "other", adapter: "sms-b"), countMax: 3)
                    for (id, word) in [("a", "1"), ("a", "2"), ("b", "3"), ("a", "4")] {
                        try transaction.park(receipt(id, word), countMax: 3)
                    }
                }
                func claim(_ adapter: String, _ ids: [String]) async throws -> [ParkedReceipt] {
                    try await scene.write { try $0.claimParked(adapter: adapter, carrierIDs: ids) }
                }
                try require(
                    "the oldest beyond the bound is forgotten", try await claim("sms-a", ["a"]), is: [receipt("a", "2"), receipt("a", "4")])
                try require("claimed ones are gone", try await claim("sms-a", ["a", "nobody"]), is: [])
                try require("another adapter's are apart", try await claim("sms-b", ["x"]).map(\.evidence.carrierStatus), is: ["other"])
                try await scene.write { transaction in
                    for number in 0..<3 { try transaction.park(receipt("c", "\(number)", until: 100), countMax: 9) }
                }
                try require(
                    "what is past its time is swept", try await scene.write { try $0.sweep(at: StoreScene.at(60), limit: 9) }, is: 1)
                try require("in chunks", try await scene.write { try $0.sweep(at: StoreScene.at(100), limit: 2) }, is: 2)
                try require("what is left is still claimed", try await claim("sms-a", ["b", "c"]).count, is: 1)
            }
        ),
    ]
}
