import ParleyCore

/// Conversations and participants: names, pairs, counters and what a deletion hides.
extension StoreContract {
    static let conversationCases: [Case] = [
        (
            "a unique name is free again after its conversation was deleted",
            { store in
                let scene = StoreScene(store)
                try await scene.write { try $0.insert(StoreScene.conversation(1, uniqueName: "a")) }
                try await require("a unique name is taken once", refusal: Refusal.uniqueNameTaken) {
                    try await scene.write { try $0.insert(StoreScene.conversation(2, uniqueName: "a")) }
                }
                try await scene.write { try $0.insert(StoreScene.conversation(3)) }
                try await require("an update cannot take a name either", refusal: Refusal.uniqueNameTaken) {
                    try await scene.write { try $0.update(StoreScene.conversation(3, uniqueName: "a")) }
                }
                try await scene.write { try $0.delete(StoreScene.sid(.conversation, 1), at: StoreScene.at(1)) }
                try await scene.write { try $0.insert(StoreScene.conversation(2, uniqueName: "a")) }
                let found = try await scene.read { try $0.conversation(uniqueName: "a", service: StoreScene.service)?.sid }
                try require("the name leads to its new holder", found, is: StoreScene.sid(.conversation, 2))
            }
        ),
        (
            "an update keeps every field and leaves the counters alone",
            { store in
                let scene = StoreScene(store)
                try await scene.write { try $0.insert(StoreScene.conversation(1)) }
                try await scene.append(1, to: 1)
                var row = StoreScene.conversation(1)
                row.state = .inactive
                row.friendlyName = "Förder"
                row.attributes = "{\"b\":1,  \"a\":2}"
                row.messagingService = StoreScene.sid(.messagingService, 1)
                row.updated = StoreScene.at(2)
                (row.inactiveTimer, row.closedTimer) = ("PT1M", "PT10M")
                (row.inactiveAt, row.closedAt) = (StoreScene.at(60), StoreScene.at(600))
                (row.emailBindingName, row.emailBindingAddress) = ("n", "a@b.example")
                let changed = row
                try await scene.write { try $0.update(changed) }
                (row.nextIndex, row.messageCount, row.lastMessageAt) = (1, 1, StoreScene.start)
                let found = try await scene.read { try $0.conversation(StoreScene.sid(.conversation, 1)) }
                try require("what was written is read", found, is: row)
            }
        ),
        (
            "a deleted conversation hides all it holds and frees its pairs",
            { store in
                let scene = StoreScene(store)
                let pair = try await scene.conversationWithPerson(1, proxy: "+15550000001", address: "+15550000010", adapter: "sms-a")
                try await scene.append(1, to: 1)
                let conversation = StoreScene.sid(.conversation, 1)
                try await scene.write { try $0.delete(conversation, at: StoreScene.at(1)) }
                let found = try await scene.read { transaction in
                    let page = PageRequest(size: 9)
                    return try [
                        transaction.conversation(conversation) != nil,
                        !transaction.conversations(ConversationFilter(service: StoreScene.service), page: page).rows.isEmpty,
                        transaction.participant(StoreScene.sid(.participant, 1), in: conversation) != nil,
                        transaction.participant(addressKey: "+15550000010", in: conversation) != nil,
                        !transaction.participants(in: conversation, page: page).rows.isEmpty,
                        transaction.message(StoreScene.sid(.message, 1)) != nil,
                        transaction.message(StoreScene.sid(.message, 1), in: conversation) != nil,
                        !transaction.messages(in: conversation, newestFirst: false, page: page).rows.isEmpty,
                        transaction.boundParticipant(pair) != nil,
                    ]
                }
                try require("nothing of it is found", found, is: Array(repeating: false, count: 9))
                try await require("nothing is appended to it", refusal: Refusal.notFound("/Conversations/\(conversation)")) {
                    try await scene.write { try $0.allotIndex(in: conversation, at: StoreScene.start) }
                }
                let delivery = try await scene.read { try $0.delivery(StoreScene.delivery(1, 1)) }
                try require("what is queued stays, so that it can settle", delivery?.phase, is: .queued)
            }
        ),
    ]

    static let participantCases: [Case] = [
        (
            "a pair is held once over all conversations, and free when removal, close or deletion releases it",
            { store in
                let scene = StoreScene(store)
                try await scene.write { transaction in for number in 1...5 { try transaction.insert(StoreScene.conversation(number)) } }
                func person(_ number: Int) throws -> Participant { try StoreScene.person(number, in: number, address: "+1 (555) 000-0010") }
                let people = try (1...5).map(person)
                try await scene.write { try $0.insert(people[0]) }
                func refused(_ index: Int, by conversation: Int) async throws {
                    try await require(
                        "the refusal names the conversation that holds the pair",
                        refusal: Refusal.pairBound(in: StoreScene.sid(.conversation, conversation))
                    ) { try await scene.write { try $0.insert(people[index]) } }
                }
                try await refused(1, by: 1)
                try await scene.write { try $0.remove(people[0], at: StoreScene.at(1)) }
                try await scene.write { try $0.insert(people[1]) }
                try await refused(2, by: 2)
                try await scene.write { try $0.unbindParticipants(of: StoreScene.sid(.conversation, 2)) }
                try await scene.write { try $0.insert(people[2]) }
                try await refused(3, by: 3)
                try await scene.write { try $0.delete(StoreScene.sid(.conversation, 3), at: StoreScene.at(1)) }
                try await scene.write { try $0.insert(people[3]) }
                var bound = people[1]
                bound.isBound = true
                let again = bound
                try await require("an update cannot take a pair either", refusal: Refusal.pairBound(in: StoreScene.sid(.conversation, 4))) {
                    try await scene.write { try $0.update(again) }
                }
                let holder = try await scene.read { try $0.boundParticipant(people[0].binding?.pair.key ?? PairKey(rawValue: "")) }
                try require("the holder is found by the pair", holder?.sid, is: people[3].sid)
            }
        ),
        (
            "of many who want one pair at once, one gets it",
            { store in
                let scene = StoreScene(store)
                try await scene.write { transaction in for number in 0..<20 { try transaction.insert(StoreScene.conversation(number)) } }
                let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<20 {
                        group.addTask {
                            let person = try StoreScene.person(number, in: number, address: "+15550000010")
                            do {
                                try await scene.write { try $0.insert(person) }
                                return true
                            } catch let refusal as Refusal where refusal.code == 50416 {
                                return false
                            }
                        }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                try require("one is bound", taken, is: 1)
                let counts = try await scene.read { transaction in
                    try (0..<20).map { try transaction.conversation(StoreScene.sid(.conversation, $0))?.participantCount ?? 0 }
                }
                try require("the refused are not counted", counts.reduce(0, +), is: 1)
            }
        ),
        (
            "participants are counted on and off, and an identity is held once in a conversation",
            { store in
                let scene = StoreScene(store)
                let member = StoreScene.member(1, in: 1, identity: "ada")
                let person = try StoreScene.person(2, in: 1, address: "+15550000010")
                try await scene.write { transaction in
                    try transaction.insert(StoreScene.conversation(1))
                    try transaction.insert(StoreScene.conversation(2))
                    try transaction.insert(member)
                    try transaction.insert(person)
                    try transaction.insert(StoreScene.member(3, in: 2, identity: "ada"))
                }
                try await require("an identity is taken once", refusal: Refusal.identityTaken) {
                    try await scene.write { try $0.insert(StoreScene.member(4, in: 1, identity: "ada")) }
                }
                func counts() async throws -> [Int?] {
                    let row = try await scene.read { try $0.conversation(StoreScene.sid(.conversation, 1)) }
                    return [row?.participantCount, row?.nonChatCount]
                }
                try require("both are counted", try await counts(), is: [2, 1])
                try await scene.write { try $0.remove(member, at: StoreScene.at(1)) }
                try require("a member is counted off", try await counts(), is: [1, 1])
                try await scene.write { try $0.remove(person, at: StoreScene.at(1)) }
                try require("a person is counted off", try await counts(), is: [0, 0])
                let (open, closed) = try await scene.read { transaction in
                    (
                        try transaction.participant(StoreScene.sid(.participant, 1))?.removed,
                        try transaction.participant(StoreScene.sid(.participant, 1), in: StoreScene.sid(.conversation, 1))
                    )
                }
                try require("a removed one is found by its identifier alone", open, is: StoreScene.at(1))
                try require("a removed one is not found in its conversation", closed, is: nil)
                try await scene.write { try $0.insert(StoreScene.member(5, in: 1, identity: "ada")) }
                let found = try await scene.read { try $0.participant(identity: "ada", in: StoreScene.sid(.conversation, 1))?.sid }
                try require("an identity is free again after removal", found, is: StoreScene.sid(.participant, 5))
            }
        ),
        (
            "a participant is read as it was written",
            { store in
                let scene = StoreScene(store)
                var person = try StoreScene.person(
                    1, in: 1, proxy: "Desk@Example.com", address: "Ada.L+x@Example.com", adapter: "mail", identity: "ada")
                (person.role, person.attributes) = (StoreScene.sid(.role, 1), "{\"a\": 1}")
                let first = person
                try await scene.write { transaction in
                    try transaction.insert(StoreScene.conversation(1))
                    try transaction.insert(first)
                }
                let found = try await scene.read {
                    try $0.participant(addressKey: "ada.l+x@example.com", in: StoreScene.sid(.conversation, 1))
                }
                try require("all fields are kept", found, is: person)
                try require("an address is kept as it was given", found?.binding?.pair.address.text, is: "Ada.L+x@Example.com")
                (person.attributes, person.lastReadIndex, person.lastReadAt, person.updated) = ("{}", 7, StoreScene.at(2), StoreScene.at(3))
                person.isBound = false
                let second = person
                try await scene.write { try $0.update(second) }
                let updated = try await scene.read { try $0.participant(StoreScene.sid(.participant, 1)) }
                try require("all changes are kept", updated, is: person)
            }
        ),
    ]
}
