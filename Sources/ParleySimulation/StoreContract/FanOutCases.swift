import ParleyCore

/// The fan-out: who gets a delivery, and what it says.
extension StoreContract {
    private static let mailAddress = "ada@people.example"

    /// One conversation: ada under two proxies and by mail with an identity, bob by SMS and as a member of the chat, and carol who was removed.
    private static func room(_ scene: StoreScene) async throws {
        let people = try [
            StoreScene.person(1, in: 1, proxy: "+15550000001", address: "+15550000010"),
            StoreScene.person(2, in: 1, proxy: "+15550000002", address: "+15550000010", adapter: "sms-b"),
            StoreScene.person(3, in: 1, proxy: "desk@our.example", address: mailAddress, adapter: "mail", identity: "ada"),
            StoreScene.person(4, in: 1, proxy: "+15550000001", address: "+15550000011"),
            StoreScene.person(5, in: 1, proxy: "+15550000001", address: "+15550000012"),
        ]
        try await scene.write { transaction in
            try transaction.insert(StoreScene.conversation(1))
            for person in people { try transaction.insert(person) }
            try transaction.insert(StoreScene.member(6, in: 1, identity: "bob"))
            try transaction.remove(people[4], at: StoreScene.start)
        }
    }

    private static func recipients(_ scene: StoreScene, _ message: Int, _ except: FanOutExclusion) async throws -> [Int] {
        let (row, _) = try await scene.append(message, to: 1, except: except)
        let (deliveries, total) = try await scene.read { transaction in
            (
                try transaction.deliveries(of: row.sid, page: PageRequest(size: 99)).rows,
                try transaction.message(row.sid)?.delivery.total
            )
        }
        try require("the message's total is the number of deliveries", total, is: deliveries.count)
        return deliveries.compactMap { delivery in (1...6).first { StoreScene.sid(.participant, $0) == delivery.participant } }
    }

    static let fanOutCases: [Case] = [
        (
            "a fan-out reaches the live non-chat participants but the author under every name and proxy",
            { store in
                let scene = StoreScene(store)
                try await room(scene)
                let all = try await recipients(scene, 1, FanOutExclusion())
                try require("without an author all live ones get it, in the order they were added", all, is: [1, 2, 3, 4])
                let byParticipant = try await recipients(scene, 2, FanOutExclusion(participant: StoreScene.sid(.participant, 1)))
                try require("the participant is left out", byParticipant, is: [2, 3, 4])
                let byKey = try await recipients(scene, 3, FanOutExclusion(addressKeys: ["+15550000010"]))
                try require("an address is left out under every proxy", byKey, is: [3, 4])
                let byIdentity = try await recipients(scene, 4, FanOutExclusion(identities: ["ada"]))
                try require("an identity is left out", byIdentity, is: [1, 2, 4])
                let byAll = try await recipients(
                    scene, 5,
                    FanOutExclusion(
                        participant: StoreScene.sid(.participant, 4), addressKeys: [mailAddress, "+15550000010"],
                        identities: ["ada", "bob"]))
                try require("nobody is left", byAll, is: [])
                let only = try await recipients(scene, 6, FanOutExclusion(only: StoreScene.sid(.participant, 2)))
                try require("one alone gets it", only, is: [2])
                let gone = try await recipients(scene, 7, FanOutExclusion(only: StoreScene.sid(.participant, 5)))
                try require("who was removed gets nothing", gone, is: [])
            }
        ),
        (
            "a delivery says what it must, and its validity follows from its adapter or channel",
            { store in
                let scene = StoreScene(store)
                try await room(scene)
                let (message, adapters) = try await scene.append(1, to: 1, at: StoreScene.at(7))
                try require("the adapters that have work are named", adapters, is: ["sms-a", "sms-b", "mail"])
                let rows = try await scene.read { try $0.deliveries(of: message.sid, page: PageRequest(size: 9)).rows }
                try require(
                    "identifiers follow from message and participant", rows.map(\.sid), is: [1, 2, 3, 4].map { StoreScene.delivery(1, $0) })
                try require(
                    "validities", rows.map(\.validUntil),
                    is: [14_407, 67, 259_207, 14_407].map(StoreScene.at))
                let pair = try StoreScene.pair("+15550000002", "+15550000010").key
                let expected = Delivery(
                    sid: StoreScene.delivery(1, 2), ordinal: rows[1].ordinal, lane: pair, adapter: "sms-b", channel: .sms,
                    conversation: message.conversation, message: message.sid, participant: StoreScene.sid(.participant, 2), phase: .queued,
                    status: nil, attempt: 0, due: StoreScene.at(7), validUntil: StoreScene.at(67), payload: nil, errorCode: 0,
                    errorText: nil,
                    flags: [], created: StoreScene.at(7), updated: StoreScene.at(7))
                try require("all fields", rows[1], is: expected)
                let lane = try await scene.lane(pair)
                try require(
                    "an idle lane gets the delivery", lane, is: Lane(pair: pair, adapter: "sms-b", head: expected.sid, due: expected.due))
            }
        ),
        (
            "ordinals are monotone over messages and recipients",
            { store in
                let scene = StoreScene(store)
                try await room(scene)
                for number in 1...5 { try await scene.append(number, to: 1) }
                let rows = try await scene.read { try $0.queue(QueueFilter(), page: PageRequest(size: 99)).rows }
                try require("every delivery is in the queue", rows.count, is: 20)
                try require("ordinals rise", rows.map(\.ordinal), is: Array(Set(rows.map(\.ordinal))).sorted())
                let expected = (1...5).flatMap { message in (1...4).map { StoreScene.delivery(message, $0) } }
                try require("in the order of messages, then of participants", rows.map(\.sid), is: expected)
            }
        ),
        (
            "validities beyond reason do no harm",
            { store in
                let scene = StoreScene(store)
                try await room(scene)
                let rules = FanOutRules(
                    validity: ["sms-a": .seconds(Int64.max), "mail": .seconds(-5)], validityByChannel: [:])
                let (message, _) = try await scene.append(1, to: 1, rules: rules)
                let rows = try await scene.read { try $0.deliveries(of: message.sid, page: PageRequest(size: 9)).rows }
                try require("all are queued", rows.count, is: 4)
                try require("none ends before it begins", rows.allSatisfy { $0.validUntil >= $0.created })
                try require("a channel without a rule has its default", rows[1].validUntil, is: StoreScene.at(4 * 3600))
            }
        ),
    ]
}
