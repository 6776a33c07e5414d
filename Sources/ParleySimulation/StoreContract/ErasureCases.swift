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
            "a user is found by the identity, with devices, media, and what events and webhooks tell",
            { store in
                let scene = StoreScene(store)
                let (user, gone) = (StoreScene.sid(.user, 1), StoreScene.sid(.user, 2))
                let device = PushBinding(
                    sid: StoreScene.sid(.binding, 1), service: StoreScene.service, identity: "bob", network: .twilsock, endpoint: "e",
                    credential: nil,
                    messageTypes: [], created: StoreScene.start, updated: StoreScene.start)
                @Sendable func content(_ subject: SID, _ hook: Hook = .onUserAdded, by identity: String? = nil) -> WebhookContent {
                    WebhookContent(
                        scope: subject.text, hook: hook, url: "https://x.example", method: .post,
                        parameters: [HookParameter("ClientIdentity", "bob"), HookParameter("Identity", "erased-1")], event: 3,
                        subject: subject, identity: identity)
                }
                try await scene.write { transaction in
                    let row = User(
                        sid: user, service: StoreScene.service, identity: "bob", created: StoreScene.start, updated: StoreScene.start)
                    try transaction.insert(row)
                    try transaction.insert(StoreScene.conversation(1))
                    try transaction.insert(StoreScene.member(1, in: 1, identity: "bob"))
                    try transaction.insert(device)
                    for (number, message) in [nil, StoreScene.sid(.message, 1)].enumerated() {
                        var medium = try StoreScene.medium(number + 1)
                        (medium.author, medium.message) = ("bob", message)
                        try transaction.insert(medium)
                    }
                    for sid in [user, gone] {
                        try transaction.append(
                            Event(kind: .userAdded, subject: sid, payload: #"{"identity":"bob"}"#, at: StoreScene.start))
                    }
                    for sid in [user, gone] { try transaction.insert(content(sid, by: sid == gone ? "bob" : nil), at: StoreScene.start) }
                    try transaction.insert(content(user, .onParticipantRemoved), at: StoreScene.start)
                    try transaction.delete(row)
                    try transaction.insert(row)
                }
                let found = try await scene.read { try ($0.users(identity: "bob", limit: 9), $0.toldUsers(identity: "bob", limit: 9)) }
                try require("the user", found.0.map(\.sid), is: [user])
                try require("and one who is gone", Set(found.1), is: [user, gone])
                let leased = try await scene.write { try $0.leaseWebhooks(now: StoreScene.at(1), limit: 1) }
                try require("a request is under way", leased.map(\.content), is: [content(user)])
                try await scene.write { transaction in
                    try require("which is known", try transaction.hasWebhookUnderWay(about: user), is: true)
                    try require("of nobody else", try transaction.hasWebhookUnderWay(about: gone), is: false)
                    try require("nor by", try transaction.hasWebhookUnderWay(by: "bob"), is: false)
                    let early = try transaction.eraseWebhooks(about: [user], pseudonym: "erased-1", limit: 9)
                    try require("it is left, and so is what says the pseudonym", early, is: 0)
                    guard var row = leased.first else { return }
                    (row.phase, row.settled) = (.delivered, StoreScene.at(1))
                    try transaction.update(row)
                    try transaction.record(WebhookAttempt(number: 1, at: StoreScene.at(1), status: 200), of: row.id)
                    try require("then it goes", try transaction.eraseWebhooks(about: [user], pseudonym: "erased-1", limit: 9), is: 1)
                    try require("with its attempts", try transaction.webhookAttempts(of: row.id), is: [])
                    try require("a name", try transaction.eraseWebhooks(by: "bob", pseudonym: "erased-2", limit: 9), is: 1)
                    try require("once", try transaction.eraseWebhooks(by: "bob", pseudonym: "erased-2", limit: 9), is: 0)
                    let told = try transaction.webhookDeliveries(nil, page: PageRequest(size: 9)).rows.map(\.content)
                    try require("is another", told.last, is: content(gone, by: "bob").caused(by: "erased-2"))
                    try require("events", try transaction.eraseEvents(about: [user, gone], pseudonym: "erased-1", limit: 9), is: 2)
                    try require("tell of nobody", try transaction.toldUsers(identity: "bob", limit: 9), is: [])
                    try transaction.erase(user: user)
                    try require("no user", try transaction.users(identity: "bob", limit: 9), is: [])
                    try require("a device and a departure", try transaction.eraseDevices(of: "bob", limit: 9), is: 2)
                    try require("none is left", try transaction.eraseDevices(of: "bob", limit: 9), is: 0)
                    let person = ErasedPerson.identity("bob")
                    try require("media", try transaction.eraseMedia(by: person, pseudonym: "erased-1", limit: 9), is: 2)
                    try require("that no message has", try transaction.media(StoreScene.sid(.media, 1)), is: nil)
                    try require("or not", try transaction.media(StoreScene.sid(.media, 2))?.author, is: "erased-1")
                }
            }
        ),
        (
            "what came in while it was held goes with its media, and media stay while a row of the inbox has them",
            { store in
                let scene = StoreScene(store)
                let key = try StoreScene.medium(1).key
                let items = try await scene.write { transaction in
                    try ["a", "b"].map { name in
                        var item = StoreScene.inbound(name)
                        (item.verdict, item.sender, item.media) = (.held, name == "a" ? "+15557770001" : "+15557770002", [key])
                        guard let row = try transaction.insert(item) else { throw ContractViolation("a new row") }
                        let fact = InboundFact(proxy: "+15550000001", sender: item.sender ?? "", text: "word")
                        try transaction.keep(PreparedInbound(fact: fact), of: row.id)
                        return row.id
                    }
                }
                let erased = try await scene.write { try $0.eraseInbox(of: .address("+15557770001"), limit: 9) }
                try require("one of them", erased, is: 1)
                let (fact, other) = try await scene.read { try ($0.keptInbound(of: items[0]), $0.keptInbound(of: items[1])) }
                try require("says nothing", fact, is: nil)
                try require("the other does", other?.fact.text, is: "word")
                try require("it waits for nobody", try await scene.read { try $0.inboxItem(items[0]) }?.verdict, is: .ignored)
                let loose = try await scene.read { try $0.looseMedia(limit: 9) }
                try require("the other needs the bytes", loose, is: [LooseMedia(key: key, isUsed: true)])
                let forgotten = try await scene.write { try $0.forgetHeld(before: StoreScene.at(99), limit: 9) }
                try require("until it is forgotten", forgotten, is: 1)
                let free = try await scene.read { try $0.looseMedia(limit: 9) }
                try require("then nobody does", free, is: [LooseMedia(key: key, isUsed: false)])
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
                            key: "k", requestDigest: "d", status: 200, body: Array("to +15557770001".utf8), position: 1,
                            until: StoreScene.at(9)))
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
