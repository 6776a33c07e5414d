import ParleyCore

/// Users, the conversations of a person, and the departure of users who were deleted.
extension StoreContract {
    private static func user(_ number: Int, _ identity: String, service: SID = StoreScene.service) -> User {
        User(
            sid: StoreScene.sid(.user, number), service: service, identity: identity, created: StoreScene.start, updated: StoreScene.start)
    }

    /// The numbers of the conversations that a person is in.
    private static func conversations(_ scene: StoreScene, _ filter: MembershipFilter) async throws -> [Int] {
        try await scene.read { transaction in
            try transaction.memberships(filter, page: PageRequest(size: 100)).rows.map { row in
                try require("a row's halves belong together", row.participant.conversation, is: row.conversation.sid)
                return Int(truncatingIfNeeded: row.conversation.sid.bits.low)
            }
        }
    }

    private static let ada = MembershipFilter(.identity("ada"), service: StoreScene.service)

    static let userCases: [Case] = [
        (
            "an identity has one user in a service, and what is written is read",
            { store in
                let scene = StoreScene(store)
                let other = StoreScene.sid(.service, 9)
                try await scene.write { transaction in
                    try transaction.insert(user(1, "ada"))
                    try transaction.insert(user(2, "Ada"))
                    try transaction.insert(user(3, "ada", service: other))
                }
                try await require("an identity is taken once", refusal: Refusal.userExists) {
                    try await scene.write { try $0.insert(user(4, "ada")) }
                }
                var row = user(1, "ada")
                (row.friendlyName, row.attributes, row.role) = ("Ada Ä", "{ \"a\":1}", StoreScene.sid(.role, 1))
                (row.isOnline, row.isNotifiable, row.updated) = (true, false, StoreScene.at(5))
                let changed = row
                try await scene.write { try $0.update(changed) }
                let found = try await scene.read { transaction in
                    try [
                        transaction.user(StoreScene.sid(.user, 1)), transaction.user(identity: "ada", service: StoreScene.service),
                        transaction.user(identity: "ada", service: other), transaction.user(identity: "eve", service: other),
                    ]
                }
                try require("by identifier and by identity", found, is: [row, row, user(3, "ada", service: other), nil])
                try await walk(scene, "users", [1, 2]) { transaction, page in
                    try transaction.users(service: StoreScene.service, page: page).map { Int(truncatingIfNeeded: $0.sid.bits.low) }
                }
                try await scene.write { try $0.delete(changed) }
                for refused in [Refusal.notFound("/Users/\(row.sid)")] {
                    try await require("what is gone is not changed", refusal: refused) { try await scene.write { try $0.update(changed) } }
                    try await require("nor deleted again", refusal: refused) { try await scene.write { try $0.delete(changed) } }
                }
                try await scene.write { try $0.insert(user(5, "ada")) }
            }
        ),
        (
            "a person's conversations are those they are in, whatever the state, without the deleted ones",
            { store in
                let scene = StoreScene(store)
                try await scene.write { transaction in
                    for number in 1...12 {
                        var row = StoreScene.conversation(number, created: StoreScene.at(Int64(100 - number)))
                        if number == 4 { row.state = .inactive }
                        try transaction.insert(row)
                        try transaction.insert(StoreScene.member(number, in: number, identity: "ada"))
                        try transaction.insert(StoreScene.member(number + 100, in: number, identity: "bob"))
                    }
                    try transaction.insert(
                        StoreScene.person(50, in: 1, proxy: "+15550000001", address: "+15550000010"))
                    try transaction.insert(
                        StoreScene.person(51, in: 2, proxy: "+15550000002", address: "+15550000010"))
                    try transaction.remove(StoreScene.member(1, in: 1, identity: "ada"), at: StoreScene.at(1))
                    try transaction.delete(StoreScene.sid(.conversation, 2), at: StoreScene.at(1))
                    var closed = StoreScene.conversation(3, created: StoreScene.at(97))
                    closed.state = .closed
                    try transaction.update(closed)
                    try transaction.unbindParticipants(of: closed.sid)
                }
                try require("in the order of joining", try await conversations(scene, ada), is: Array(3...12))
                try await walk(scene, "memberships", Array(3...12)) { transaction, page in
                    try transaction.memberships(ada, page: page).map { Int(truncatingIfNeeded: $0.conversation.sid.bits.low) }
                }
                var filter = ada
                filter.state = .closed
                try require("of a state", try await conversations(scene, filter), is: [3])
                filter = ada
                (filter.from, filter.until) = (StoreScene.at(94), StoreScene.at(97))
                try require("of a time, newest first, the end exclusive", try await conversations(scene, filter), is: [6, 5, 4])
                try require(
                    "of a service", try await conversations(scene, MembershipFilter(ada.person, service: StoreScene.sid(.service, 9))),
                    is: [])
                let address = MembershipFilter(.address(key: "+15550000010"), service: StoreScene.service)
                try require("of an address under any proxy", try await conversations(scene, address), is: [1])
                let counts = try await scene.read { transaction in
                    try [9, 100].map { try transaction.openMemberships(identity: "ada", service: StoreScene.service, limit: $0) }
                }
                try require("those that are not closed, counted up to a limit", counts, is: [9, 9])
                let bounded = try await scene.read { try $0.openMemberships(identity: "bob", service: StoreScene.service, limit: 4) }
                try require("no further than the limit", bounded, is: 4)
            }
        ),
        (
            "live messages after an index are counted up to a limit",
            { store in
                let scene = StoreScene(store)
                try await scene.write { try $0.insert(StoreScene.conversation(1)) }
                for number in 0..<6 { try await scene.append(number, to: 1) }
                try await scene.write { transaction in
                    if let message = try transaction.message(StoreScene.sid(.message, 4)) {
                        try transaction.delete(message, at: StoreScene.at(1))
                    }
                }
                let counts = try await scene.read { transaction in
                    try [(-1, 9), (1, 9), (1, 2), (5, 9)].map {
                        try transaction.messages(in: StoreScene.sid(.conversation, 1), after: $0.0, limit: $0.1)
                    }
                }
                try require("without the deleted one", counts, is: [5, 3, 2, 0])
            }
        ),
        (
            "a user holds their role, and goes with their service",
            { store in
                let scene = StoreScene(store)
                let role = StoreScene.sid(.role, 1)
                var row = user(1, "ada")
                row.role = role
                let ada = row
                try await scene.write { transaction in
                    try transaction.insert(ada)
                    try transaction.insert(user(2, "bob", service: StoreScene.sid(.service, 9)))
                }
                try require("the role is held", try await scene.read { try $0.isHeld(role: role) }, is: true)
                try require("another is not", try await scene.read { try $0.isHeld(role: StoreScene.sid(.role, 2)) }, is: false)
                let cleared = try await scene.write { try $0.clearRows(of: StoreScene.service, limit: 9) }
                try require("one row is cleared away", cleared, is: 1)
                let left = try await scene.read {
                    try [$0.user(StoreScene.sid(.user, 1)), $0.user(StoreScene.sid(.user, 2))].map { $0?.identity }
                }
                try require("that of the service", left, is: [nil, "bob"])
            }
        ),
        (
            "a deleted user departs in chunks, and whoever gets the identity next does not",
            { store in
                let scene = StoreScene(store)
                try await scene.write { transaction in
                    try transaction.insert(user(1, "ada"))
                    try transaction.insert(user(2, "bob"))
                    for number in 1...6 {
                        try transaction.insert(StoreScene.conversation(number))
                        try transaction.insert(StoreScene.member(number, in: number, identity: number < 5 ? "ada" : "bob"))
                    }
                    try transaction.delete(user(1, "ada"))
                    try transaction.insert(user(3, "ada"))
                    try transaction.insert(StoreScene.member(7, in: 5, identity: "ada"))
                }
                func depart(_ limit: Int) async throws -> [Int] {
                    try await scene.write { transaction in
                        try transaction.departing(limit: limit).map { participant in
                            try transaction.remove(participant, at: StoreScene.at(1))
                            return Int(truncatingIfNeeded: participant.sid.bits.low)
                        }
                    }
                }
                try require("the first ones", try await depart(3), is: [1, 2, 3])
                try require("the rest", try await depart(3), is: [4])
                try require("then nobody", try await depart(3), is: [])
                try require("the new user stays", try await conversations(scene, ada), is: [5])
            }
        ),
    ]
}
