import ParleyCore

/// Imports that are whole or nothing, and the steps of an erasure.
extension StoreContract {
    static let importCases: [Case] = [
        (
            "what is staged is seen by nobody until it is published",
            { store in
                let scene = StoreScene(store)
                let sid = StoreScene.sid(.conversation, 1)
                var conversation = StoreScene.conversation(1)
                conversation.state = .initializing
                var person = try StoreScene.person(1, in: 1, address: "+15557770001")
                person.isBound = false
                let message = Message(
                    sid: StoreScene.sid(.message, 1), conversation: sid, index: 7, author: "a", body: "word", created: StoreScene.start,
                    updated: StoreScene.start)
                try await scene.write { [conversation, person] transaction in
                    try transaction.stage(conversation, at: StoreScene.start)
                    try transaction.stage([person], [message], in: sid)
                }
                try require("not by its name", try await scene.read { try $0.conversation(sid) }, is: nil)
                try require("nor by a search", try await scene.search("word").rows, is: [])
                try require(
                    "nor its people", try await scene.read { try $0.participants(in: sid, page: PageRequest(size: 9)).rows }, is: [])
                conversation.state = .active
                conversation.uniqueName = "name"
                try await scene.write { [conversation] in try $0.publish(conversation, binding: true) }
                let found = try await scene.read { try $0.conversation(sid) }
                try require("then it is there", found?.state, is: .active)
                try require("with its counters", [found?.nextIndex, found?.messageCount, found?.participantCount], is: [8, 1, 1])
                try require("and its messages", try await scene.search("word").rows.map(\.index), is: [7])
                let pair = try StoreScene.pair("+15550000001", "+15557770001").key
                try require("and its pairs", try await scene.read { try $0.boundParticipant(pair) }?.conversation, is: sid)
                try await scene.write { try $0.abandonImports(nil) }
                try require("nothing published is abandoned", try await scene.write { try $0.discardAbandoned(limit: 9) }, is: 0)
            }
        ),
        (
            "an import that cannot be published leaves nothing",
            { store in
                let scene = StoreScene(store)
                try await scene.write { transaction in
                    try transaction.insert(StoreScene.conversation(1, uniqueName: "taken"))
                    try transaction.insert(StoreScene.person(1, in: 1, address: "+15557770001"))
                }
                let sid = StoreScene.sid(.conversation, 2)
                var conversation = StoreScene.conversation(2)
                conversation.state = .initializing
                var person = try StoreScene.person(2, in: 2, address: "+15557770001")
                person.isBound = false
                try await scene.write { [conversation, person] transaction in
                    try transaction.stage(conversation, at: StoreScene.start)
                    let messages = (0..<5).map { number in
                        Message(
                            sid: StoreScene.sid(.message, number), conversation: sid, index: number, author: "a", body: "word",
                            created: StoreScene.start, updated: StoreScene.start)
                    }
                    try transaction.stage([person], messages, in: sid)
                    var medium = try StoreScene.medium(1)
                    medium.message = messages[0].sid
                    try transaction.insert(medium)
                }
                let holder = StoreScene.sid(.conversation, 1)
                try await require("a pair is held once", refusal: Refusal.pairBound(in: holder)) {
                    try await scene.write { [conversation] in try $0.publish(conversation, binding: true) }
                }
                conversation.uniqueName = "taken"
                try await require("a name is taken once", refusal: Refusal.uniqueNameTaken) {
                    try await scene.write { [conversation] in try $0.publish(conversation, binding: false) }
                }
                try await scene.write { try $0.abandonImports(sid) }
                var steps = 0
                while try await scene.write({ try $0.discardAbandoned(limit: 2) }) > 0 { steps += 1 }
                try require("in small steps", steps, is: 5)
                let left = try await scene.read { transaction in
                    try (
                        transaction.participant(StoreScene.sid(.participant, 2)), transaction.media(StoreScene.sid(.media, 1)),
                        transaction.hasAbandonedImports(), transaction.looseMedia(limit: 9)
                    )
                }
                try require("people", left.0, is: nil)
                try require("media", left.1, is: nil)
                try require("the rest", left.2, is: false)
                let key = try StoreScene.medium(1).key
                try require("their bytes are let go of", left.3, is: [LooseMedia(key: key, isUsed: false)])
                try await scene.write { try $0.forgetLoose([key]) }
                try require("once", try await scene.read { try $0.looseMedia(limit: 9) }, is: [])
                try require("nothing has them", try await scene.read { try $0.hasMedia(key, in: StoreScene.service) }, is: false)
            }
        ),
    ]

    static let erasureCases: [Case] = [
        (
            "an erasure keeps its place, and its person until it is done",
            { store in
                let scene = StoreScene(store)
                let person = ErasedPerson.address("+15557770001")
                var job = try await scene.write { transaction in
                    try transaction.insert(
                        Erasure(
                            digest: person.digest, person: person, pseudonym: "erased-1", due: StoreScene.at(5), requested: StoreScene.start
                        ))
                }
                try require("nothing is due before its time", try await scene.read { try $0.dueErasure(at: StoreScene.at(4)) }, is: nil)
                try require("then it is", try await scene.read { try $0.dueErasure(at: StoreScene.at(5)) }, is: job)
                try require("it is found by its person", try await scene.read { try $0.openErasure(digest: person.digest) }, is: job)
                (job.phase, job.cursor, job.hasLeftOver, job.counts.messages) = (.people, 7, true, 3)
                (job.person, job.finished) = (nil, StoreScene.at(9))
                try await scene.write { [job] in try $0.update(job) }
                try require("what was written is read", try await scene.read { [id = job.id] in try $0.erasure(id) }, is: job)
                try require("nothing is due when it is done", try await scene.read { try $0.dueErasure(at: StoreScene.at(99)) }, is: nil)
                try require("it is listed", try await scene.read { try $0.erasures(page: PageRequest(size: 9)).rows }, is: [job])
                try require("nor open", try await scene.read { try $0.openErasure(digest: person.digest) }, is: nil)
            }
        ),
        (
            "a person is found and leaves every index",
            { store in
                let scene = StoreScene(store)
                let pair = try await scene.conversationWithPerson(1, proxy: "+15550000001", address: "+15557770001", adapter: "sms-a")
                let person = ErasedPerson.address("+15557770001")
                let participant = StoreScene.sid(.participant, 1)
                try await scene.say("word", 1, in: 1, author: "+1 555 777 0001")
                try await scene.append(2, to: 1)
                try await scene.write { transaction in
                    var item = StoreScene.inbound("k")
                    (item.sender, item.proxy) = ("+15557770001", "+15550000001")
                    _ = try transaction.insert(item)
                    _ = try transaction.countInbound(pair, window: .seconds(60), at: StoreScene.start)
                    try transaction.recordMailID(
                        "m", conversation: StoreScene.sid(.conversation, 1), participant: participant, message: StoreScene.sid(.message, 1),
                        ours: false, at: StoreScene.start)
                    try transaction.append(
                        Event(
                            kind: .messageAdded, subject: StoreScene.sid(.message, 1),
                            payload: #"{"author":"+15557770001","body":"word","created":1,"index":0,"updated":1}"#, at: StoreScene.start))
                    try transaction.remember(
                        IdempotentAnswer(
                            key: "k", requestDigest: "d", status: 200, body: Array("to +15557770001".utf8), until: StoreScene.at(9)))
                }
                var extent = ErasureCounts()
                (extent.participants, extent.messages, extent.deliveries, extent.inbound) = (1, 1, 1, 1)
                try require("all that there is", try await scene.read { try $0.extent(of: person, max: 10) }, is: extent)
                _ = try await scene.write { try $0.eraseAnswers(of: person, after: 0, limit: 9) }
                try require("no answer shows them", try await scene.read { try $0.idempotentAnswer("k") }, is: nil)
                let live = try await scene.read { try $0.participations(of: person, limit: 9) }
                try require("they take part", live.map(\.sid), is: [participant])
                let waiting = try await scene.read { try $0.unsettled(to: participant, under: pair, limit: 9) }
                try require("something waits for them", waiting.map(\.sid), is: [StoreScene.delivery(2, 1)])
                try require(
                    "or by its message", try await scene.read { try $0.unsettled(of: StoreScene.sid(.message, 2), limit: 9) }, is: waiting)
                try await scene.change(StoreScene.delivery(2, 1), to: .settled, order: .strict)
                try await scene.write { transaction in
                    guard let row = try transaction.participant(participant) else { throw ContractViolation("a participant is found") }
                    try transaction.remove(row, at: StoreScene.at(1))
                }
                let next = try await scene.read { try $0.nextParticipant(of: person, after: 0) }
                try require("a removed one is found", next?.isRemoved, is: true)
                try await scene.write { transaction in
                    let deliveries = try transaction.eraseDeliveries(to: participant, under: pair, pseudonym: "erased-1", limit: 9)
                    try require("what was sent", deliveries, is: 1)
                    try require("mail ids", try transaction.eraseMailIDs(of: participant, limit: 9), is: 1)
                    try transaction.erase(participant: participant, pseudonym: "erased-1")
                    try require("the participant is found no more", try transaction.nextParticipant(of: person, after: 0), is: nil)
                    try require("and names nobody", try transaction.participant(participant)?.binding, is: nil)
                    try require("no message as a participant", try transaction.messages(by: participant, after: 0, limit: 9), is: [])
                    let said = try transaction.messages(by: person, after: 0, limit: 9).map(\.sid)
                    try require("one under their name", said, is: [StoreScene.sid(.message, 1)])
                    try require("an event about it", try transaction.eraseEvents(about: said, pseudonym: "erased-1", limit: 9), is: 1)
                    try require("once", try transaction.eraseEvents(about: said, pseudonym: "erased-1", limit: 9), is: 0)
                    try require("the message", try transaction.erase(said, pseudonym: "erased-1").messages, is: 1)
                    try require("what came in", try transaction.eraseInbox(of: person, limit: 9), is: 1)
                    try require("its lanes are gone", try transaction.eraseLanes(of: person, limit: 9), is: false)
                    try require("no lane", try transaction.lane(pair), is: nil)
                    let name = ErasedPerson.identity("nobody")
                    try require("no trace", try transaction.eraseTraces(of: name, pseudonym: "erased-1", limit: 9), is: 0)
                }
                var (starts, steps) = (true, 0)
                while try await scene.write({ [starts] in try $0.mergeSearchIndex(starts: starts) }) || starts, steps < 100 {
                    (starts, steps) = (false, steps + 1)
                }
                try require("the index is merged in the end", steps < 100)
                let message = try await scene.read { try $0.message(StoreScene.sid(.message, 1)) }
                try require("the message keeps its place", message?.index, is: 0)
                try require("and says nothing", [message?.author, message?.body], is: ["erased-1", nil])
                try require("nothing is left", try await scene.read { try $0.extent(of: person, max: 10) }, is: ErasureCounts())
            }
        ),
    ]
}
