import ParleyCore

/// Who sees which events, and windows of messages.
extension StoreContract {
    /// Appends an event of a conversation as its facts do, and returns its position.
    private static func append(
        _ kind: Event.Kind, _ conversation: Int, _ subject: SID? = nil, _ transaction: any WriteTransaction
    ) throws -> Int64 {
        let sid = StoreScene.sid(.conversation, conversation)
        return try transaction.append(
            Event(kind: kind, conversation: sid, subject: subject ?? sid, at: StoreScene.start, service: StoreScene.service))
    }

    private static func add(_ number: Int, _ identity: String, to conversation: Int, _ transaction: any WriteTransaction) throws -> Int64 {
        try transaction.insert(StoreScene.member(number, in: conversation, identity: identity))
        return try append(.participantAdded, conversation, StoreScene.sid(.participant, number), transaction)
    }

    private static func rename(_ number: Int, _ identity: String, _ transaction: any WriteTransaction) throws -> Int64 {
        guard var row = try transaction.participant(StoreScene.sid(.participant, number)) else { throw ContractViolation("it is found") }
        row.identity = identity
        try transaction.update(row)
        return try append(.participantUpdated, Int(truncatingIfNeeded: row.conversation.bits.low), row.sid, transaction)
    }

    private static func remove(_ number: Int, _ transaction: any WriteTransaction) throws -> Int64 {
        guard let row = try transaction.participant(StoreScene.sid(.participant, number)) else { throw ContractViolation("it is found") }
        try transaction.remove(row, at: StoreScene.at(1))
        return try append(.participantRemoved, Int(truncatingIfNeeded: row.conversation.bits.low), row.sid, transaction)
    }

    private static func open(_ conversation: Int, _ transaction: any WriteTransaction) throws -> Int64 {
        try transaction.insert(StoreScene.conversation(conversation))
        return try append(.conversationAdded, conversation, nil, transaction)
    }

    private static func say(in conversation: Int, _ transaction: any WriteTransaction) throws -> Int64 {
        try append(.messageAdded, conversation, StoreScene.sid(.message, 1), transaction)
    }

    /// The positions that an identity sees.
    private static func seen(
        _ scene: StoreScene, _ identity: String, users: [SID] = [], after position: Int64 = 0, limit: Int = 1000
    ) async throws -> [Int64] {
        try await scene.read {
            try $0.events(seenBy: identity, in: StoreScene.service, users: users, after: position, limit: limit).map(\.position)
        }
    }

    /// The positions of the log whose audience an identity is in.
    private static func addressed(_ scene: StoreScene, _ identity: String) async throws -> [Int64] {
        try await scene.read { transaction in
            try transaction.events(after: 0, limit: 1000).filter { try transaction.audience(of: $0).contains(identity) }.map(\.position)
        }
    }

    /// Who was in the audience of what, and what of it is left to be seen afterwards: whole and from every position on, however much is asked
    /// for at once.
    private static func requireSeen(
        _ promise: String, _ scene: StoreScene, _ identity: String, sees expected: [Int64], afterwards left: [Int64]? = nil
    ) async throws {
        try require("\(promise): \(identity) is in the audience", try await addressed(scene, identity), is: expected)
        try await requireTails(promise, scene, identity, sees: left ?? expected)
    }

    private static func requireTails(
        _ promise: String, _ scene: StoreScene, _ identity: String, users: [SID] = [], sees expected: [Int64]
    ) async throws {
        let end = try await scene.read { try $0.latestPosition() }
        for position in [Int64.min] + Array(-1...end + 1) + [Int64.max] {
            let tail = expected.filter { $0 > position }
            for limit in [0, 1, 2, 3, 5, 1000] {
                try require(
                    "\(promise): \(identity) sees after \(position), \(limit) at once",
                    try await seen(scene, identity, users: users, after: position, limit: limit), is: Array(tail.prefix(limit)))
            }
        }
    }

    static let feedCases: [Case] = spanCases + viewCases + windowCases

    private static let spanCases: [Case] = [
        (
            "people see events from their joining to their leaving, both included, and again when they come back; afterwards that they left",
            { store in
                let scene = StoreScene(store)
                let positions = try await scene.write { transaction in
                    [
                        try open(1, transaction), try add(1, "ada", to: 1, transaction), try say(in: 1, transaction),
                        try add(2, "bob", to: 1, transaction), try say(in: 1, transaction), try remove(1, transaction),
                        try say(in: 1, transaction), try add(3, "ada", to: 1, transaction), try say(in: 1, transaction),
                        try remove(3, transaction), try say(in: 1, transaction),
                    ]
                }
                try await requireSeen(
                    "twice", scene, "ada", sees: [1, 2, 3, 4, 5, 7, 8, 9].map { positions[$0] }, afterwards: [positions[5], positions[9]])
                try await requireSeen("to the end", scene, "bob", sees: Array(positions[3...]))
                try await requireSeen("nothing", scene, "eve", sees: [])
                let elsewhere = try await scene.read {
                    try $0.events(seenBy: "ada", in: StoreScene.sid(.service, 9), users: [], after: 0, limit: 9)
                }
                try require("another service's user of the name sees nothing", elsewhere, is: [])
            }
        ),
        (
            "who is reached at an address sees nothing, and what follows an update goes on being seen once",
            { store in
                let scene = StoreScene(store)
                let positions = try await scene.write { transaction in
                    let opened = [try open(1, transaction), try add(1, "ada", to: 1, transaction)]
                    try transaction.insert(StoreScene.person(2, in: 1, address: "+15550000010"))
                    return try opened + [
                        append(.participantAdded, 1, StoreScene.sid(.participant, 2), transaction), rename(1, "ada", transaction),
                        append(.participantAdded, 1, StoreScene.sid(.participant, 1), transaction), say(in: 1, transaction),
                    ]
                }
                try await requireSeen("once", scene, "ada", sees: Array(positions[1...]))
                let audience = try await scene.read { transaction in
                    try transaction.events(after: 0, limit: 9).map { try transaction.audience(of: $0) }
                }
                try require("nobody else", Set(audience.flatMap(\.self)), is: ["ada"])
            }
        ),
        (
            "the removal of a conversation is the last that anybody sees of it",
            { store in
                let scene = StoreScene(store)
                let positions = try await scene.write { transaction in
                    let opened = [try open(1, transaction), try add(1, "ada", to: 1, transaction), try add(2, "bob", to: 1, transaction)]
                    let left = try remove(2, transaction)
                    try transaction.delete(StoreScene.sid(.conversation, 1), at: StoreScene.at(1))
                    return try opened + [left, append(.conversationRemoved, 1, nil, transaction), say(in: 1, transaction)]
                }
                try await requireSeen("not what is told after it", scene, "ada", sees: Array(positions[1...4]), afterwards: [positions[4]])
                try await requireSeen("gone before", scene, "bob", sees: Array(positions[2...3]), afterwards: [positions[3]])
            }
        ),
        (
            "a change of identity is seen by both, and what follows by the new one alone",
            { store in
                let scene = StoreScene(store)
                let positions = try await scene.write { transaction in
                    [
                        try open(1, transaction), try add(1, "ada", to: 1, transaction), try rename(1, "bob", transaction),
                        try say(in: 1, transaction), try rename(1, "ada", transaction), try say(in: 1, transaction),
                    ]
                }
                try await requireSeen(
                    "both", scene, "ada", sees: [1, 2, 4, 5].map { positions[$0] }, afterwards: [2, 4, 5].map { positions[$0] })
                try await requireSeen("between", scene, "bob", sees: Array(positions[2...4]), afterwards: [positions[4]])
            }
        ),
        (
            "the people of an import see it from its publication on",
            { store in
                let scene = StoreScene(store)
                let people = [
                    StoreScene.member(1, in: 1, identity: "ada"), try StoreScene.person(2, in: 1, address: "+15550000010"),
                    StoreScene.member(3, in: 1, identity: "bob"),
                ]
                try await scene.write { transaction in
                    try transaction.stage(StoreScene.conversation(1), at: StoreScene.start)
                    try transaction.stage(people, [], in: StoreScene.sid(.conversation, 1))
                    _ = try open(2, transaction)
                }
                try await requireSeen("hidden", scene, "ada", sees: [])
                let positions = try await scene.write { transaction in
                    try transaction.publish(StoreScene.conversation(1), binding: false)
                    return [
                        try append(.conversationAdded, 1, nil, transaction), try remove(3, transaction), try say(in: 1, transaction),
                    ]
                }
                try await requireSeen("published", scene, "ada", sees: positions)
                try await requireSeen("removed later", scene, "bob", sees: Array(positions[...1]), afterwards: [positions[1]])
            }
        ),
        (
            "whoever is taken out of a hidden conversation sees no more of it, and a cleared service remembers nobody",
            { store in
                let scene = StoreScene(store)
                let service = ChatService(
                    sid: StoreScene.service, friendlyName: "gone", created: StoreScene.start, updated: StoreScene.start,
                    defaultServiceRole: StoreScene.sid(.role, 1), defaultConversationRole: StoreScene.sid(.role, 2),
                    defaultCreatorRole: StoreScene.sid(.role, 3))
                let positions = try await scene.write { transaction in
                    try transaction.insert(service)
                    let opened = [try open(1, transaction), try add(1, "ada", to: 1, transaction), try add(2, "bob", to: 1, transaction)]
                    try transaction.delete(service: service.sid, at: StoreScene.at(1))
                    try transaction.remove(StoreScene.member(2, in: 1, identity: "bob"), at: StoreScene.at(1))
                    let told = try say(in: 1, transaction)
                    try transaction.delete(StoreScene.sid(.conversation, 1), at: StoreScene.at(2))
                    return try opened + [told, append(.conversationRemoved, 1, nil, transaction)]
                }
                try await requireSeen("to the removal", scene, "ada", sees: Array(positions[1...]), afterwards: positions.suffix(1))
                try await requireSeen("not what is told after it", scene, "bob", sees: [positions[2]])
                try require(
                    "in chunks", try await scene.write { try $0.clearRows(of: service.sid, limit: 1) }, is: 1)
                while try await scene.write({ try $0.clearRows(of: service.sid, limit: 1) }) > 0 {}
                try await requireSeen("cleared", scene, "ada", sees: [])
            }
        ),
        (
            "an erasure forgets what an identity saw, in chunks, and not what it sees now",
            { store in
                let scene = StoreScene(store)
                let (positions, last) = try await scene.write { transaction in
                    var positions = [try open(1, transaction), try add(1, "bob", to: 1, transaction)]
                    for number in 2...6 {
                        positions += [try add(number, "ada", to: 1, transaction), try remove(number, transaction)]
                    }
                    return (positions, try add(9, "ada", to: 1, transaction))
                }
                func erase() async throws -> Int {
                    try await scene.write { try $0.eraseTraces(of: .identity("ada"), pseudonym: "erased-1", limit: 3) }
                }
                try require("a chunk", try await erase(), is: 3)
                try require("the rest", try await erase(), is: 2)
                try require("nothing more", try await erase(), is: 0)
                try await requireSeen("now", scene, "ada", sees: [last])
                try await requireSeen("others see what they saw", scene, "bob", sees: Array(positions[1...]) + [last])
                // Found by the address, with an identity beside it.
                let both = try await scene.write { transaction in
                    let both = try StoreScene.person(20, in: 1, address: "+15550000010", identity: "eve")
                    try transaction.insert(both)
                    return [try append(.participantAdded, 1, both.sid, transaction), try remove(20, transaction)]
                }
                try await requireSeen("like any other", scene, "eve", sees: both, afterwards: [both[1]])
                try await scene.write { try $0.erase(participant: StoreScene.sid(.participant, 20), pseudonym: "erased-2") }
                try await requireSeen("with the participant", scene, "eve", sees: [])
            }
        ),
    ]

    private static let viewCases: [Case] = [
        (
            "from every position on people see the tail of the whole, of all their conversations and of whom they watch",
            { store in
                let scene = StoreScene(store)
                let users = [1, 2, 3].map { number in
                    User(
                        sid: StoreScene.sid(.user, number), service: StoreScene.service, identity: "user \(number)",
                        created: StoreScene.start, updated: StoreScene.start)
                }
                let stamp = Stamp(now: StoreScene.start, identifiers: IdentifierStream(seed: 1))
                let (ada, gone, watched) = try await scene.write { transaction in
                    var (ada, watched): (Set<Int64>, Set<Int64>) = ([], [])
                    // What ada saw of conversations that end for her.
                    var gone: Set<Int64> = []
                    for number in 1...7 { _ = try open(number, transaction) }
                    for number in 1...4 { ada.insert(try add(number, "ada", to: number, transaction)) }
                    for number in 5...6 { gone.insert(try add(number, "ada", to: number, transaction)) }
                    for number in 1...3 { ada.insert(try add(number + 10, "bob", to: number, transaction)) }
                    // Conversations take turns of several lengths; 7 is nobody's, 5 and 6 end in between.
                    for turn in 0..<40 {
                        let number = [1, 2, 7, 1, 3, 3, 3, 7, 2, 4, 5, 6][turn % 12]
                        let position = try say(in: number, transaction)
                        if number < 5 { ada.insert(position) }
                        if (number == 5 && turn < 20) || (number == 6 && turn < 30) { gone.insert(position) }
                        if turn == 20 { ada.insert(try remove(5, transaction)) }
                        if turn == 30 { ada.insert(try append(.conversationRemoved, 6, nil, transaction)) }
                        let kind: Event.Kind = turn % 9 == 0 ? .userAdded : .userUpdated
                        guard turn % 3 == 0 else { continue }
                        let told = try transaction.append(Event(kind, users[turn / 3 % 3], payload: "{}", by: stamp))
                        if kind == .userUpdated, turn / 3 % 3 < 2 { watched.insert(told) }
                    }
                    return (ada, gone, watched)
                }
                try await requireTails("conversations", scene, "ada", sees: ada.sorted())
                try require("the same by audiences", try await addressed(scene, "ada"), is: ada.union(gone).sorted())
                try await requireTails(
                    "conversations and users", scene, "ada", users: [users[0].sid, users[1].sid], sees: ada.union(watched).sorted())
                try await requireTails("users alone", scene, "eve", users: [users[0].sid, users[1].sid], sees: watched.sorted())
                let none = try await scene.read { transaction in
                    try transaction.events(after: 0, limit: 1000).filter { $0.conversation == nil }.flatMap {
                        try transaction.audience(of: $0)
                    }
                }
                try require("what happens in no conversation has no audience", none, is: [])
                let elsewhere = try await scene.read {
                    try $0.events(seenBy: "eve", in: StoreScene.sid(.service, 9), users: users.map(\.sid), after: 0, limit: 9)
                }
                try require("another service's users are not watched", elsewhere, is: [])
            }
        ),
        (
            "the identities in a conversation are those of its live chat participants",
            { store in
                let scene = StoreScene(store)
                try await scene.write { transaction in
                    for number in 1...3 { try transaction.insert(StoreScene.conversation(number)) }
                    for (number, identity) in ["zoe", "ada", "bob"].enumerated() {
                        try transaction.insert(StoreScene.member(number, in: 1, identity: identity))
                    }
                    try transaction.insert(StoreScene.person(5, in: 1, address: "+15550000010"))
                    try transaction.remove(StoreScene.member(2, in: 1, identity: "bob"), at: StoreScene.at(1))
                    try transaction.insert(StoreScene.member(6, in: 2, identity: "eve"))
                    try transaction.delete(StoreScene.sid(.conversation, 2), at: StoreScene.at(1))
                }
                let found = try await scene.read { transaction in
                    try (1...4).map { try transaction.identities(in: StoreScene.sid(.conversation, $0)) }
                }
                try require("sorted; none of a deleted or unknown one", found, is: [["ada", "zoe"], [], [], []])
            }
        ),
    ]

    private static let windowCases: [Case] = [
        (
            "a window of messages begins at its anchor and goes either way, without what was deleted",
            { store in
                let scene = StoreScene(store)
                try await scene.write { transaction in
                    for number in 1...3 { try transaction.insert(StoreScene.conversation(number)) }
                }
                for number in 0..<10 { try await scene.append(number, to: 1) }
                try await scene.append(20, to: 2)
                try await scene.write { transaction in
                    for number in [0, 4, 5, 9] {
                        guard let message = try transaction.message(StoreScene.sid(.message, number)) else { continue }
                        try transaction.delete(message, at: StoreScene.at(1))
                    }
                }
                func window(_ anchor: Int?, _ backwards: Bool, _ limit: Int, of conversation: Int = 1) async throws -> [Int] {
                    try await scene.read {
                        try $0.messages(
                            in: StoreScene.sid(.conversation, conversation), from: anchor, backwards: backwards, limit: limit
                        ).map(\.index)
                    }
                }
                let windows: [(anchor: Int?, backwards: Bool, limit: Int, expected: [Int])] = [
                    (nil, false, 3, [1, 2, 3]), (nil, true, 3, [6, 7, 8]), (2, false, 3, [2, 3, 6]), (7, true, 3, [3, 6, 7]),
                    (4, false, 2, [6, 7]), (5, true, 2, [2, 3]), (9, false, 3, []), (9, true, 2, [7, 8]), (0, true, 3, []),
                    (0, false, 1, [1]), (8, false, 9, [8]), (1, true, 9, [1]), (100, true, 2, [7, 8]), (100, false, 2, []),
                    (-5, false, 2, [1, 2]), (-5, true, 2, []), (nil, true, 100, [1, 2, 3, 6, 7, 8]), (nil, false, 0, []),
                    (.min, false, 1, [1]), (.max, true, 1, [8]), (3, true, -1, []),
                ]
                for one in windows {
                    let found = try await window(one.anchor, one.backwards, one.limit)
                    try require("from \(one.anchor.map(String.init) ?? "the end"), backwards \(one.backwards)", found, is: one.expected)
                }
                try require("of an empty one", try await window(nil, true, 9, of: 3), is: [])
                try require("of an unknown one", try await window(nil, false, 9, of: 8), is: [])
                try await scene.write { try $0.delete(StoreScene.sid(.conversation, 2), at: StoreScene.at(1)) }
                try require("of a deleted one", try await window(nil, false, 9, of: 2), is: [])
            }
        )
    ]
}
