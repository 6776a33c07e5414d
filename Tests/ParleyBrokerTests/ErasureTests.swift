import ParleyBroker
import ParleyCore
import ParleyStore
import Testing

/// After an erasure nothing in the database says who the person was or what they said, and everybody else's rows are as they were.
@Suite struct ErasureTests {
    struct Somebody: Sendable, CustomTestStringConvertible {
        var adapter: String
        /// As they were added, and as they write themselves.
        var given: String
        var sender: String
        var proxy: String
        var otherProxy: String
        /// What must be nowhere afterwards, in lower case.
        var signs: [String]
        var testDescription: String { adapter }

        static let all = [
            Somebody(
                adapter: Installed.sms, given: "+1 555 777-0001", sender: "+15557770001", proxy: "+15550100000", otherProxy: "+15550100001",
                signs: ["5557770001", "777-0001"]),
            Somebody(
                adapter: Installed.mail, given: "Mira@Example.org", sender: "mira@example.ORG", proxy: "support@in.example",
                otherProxy: "sales@in.example", signs: ["mira@example.org", "mira"]),
        ]
    }

    /// Words that only the person used.
    private static let words = ["quagmire", "zeppelin", "hullabaloo", "gobbledygook"]

    /// The person in two conversations, with everything that is kept of people.
    private func furnish(_ installed: Installed, _ person: Somebody, underWay: Bool = false) async throws -> [Conversation] {
        try await hook(installed)
        let (first, second) = (try await installed.conversation("first"), try await installed.conversation("second"))
        _ = try await installed.broker.perform(
            CreateScopedWebhook(
                in: ConversationName(first.sid), target: .webhook,
                ScopedWebhookChanges(url: "https://scoped.example", filters: ["onMessageAdded", "onParticipantAdded"])))
        _ = try await installed.add(person.given, by: person.proxy, to: first)
        let other = person.adapter == Installed.sms ? "+15557770002" : "noor@example.net"
        _ = try await installed.add(other, by: person.proxy, to: first)
        _ = try await installed.add(identity: "alice", to: first)
        _ = try await installed.add(person.given, by: person.otherProxy, to: second)
        let fact = InboundFact(
            proxy: person.proxy, sender: person.sender, identity: "1", text: "a quagmire", subject: "zeppelin",
            media: [InboundMedia(contentType: "text/plain", filename: "hullabaloo.txt", content: Array("hullabaloo".utf8))],
            raw: Array("raw hullabaloo from \(person.sender)".utf8), messageID: "one@example")
        _ = try await installed.broker.accept([fact], adapter: person.adapter)
        var stray = fact
        (stray.identity, stray.text) = ("2", "gobbledygook")
        stray.raw = [UInt8](repeating: 0x61, count: 70_000) + Array(person.sender.utf8)
        stray.proxy = person.adapter == Installed.sms ? person.otherProxy : "nobody@in.example"
        _ = try await installed.broker.accept([stray], adapter: person.adapter)
        var held = fact
        (held.identity, held.problems) = ("3", ["unparsable"])
        held.media[0].content = Array("held zeppelin".utf8)
        guard case .held = try await installed.broker.accept([held], adapter: person.adapter)[0] else { throw Unexpected() }
        // Webhooks are told of some of it, are owed some, and the rest still stands in the log alone.
        try await queueWebhooks(installed)
        for _ in 0..<3 { try await endWebhooks(installed, .answered(status: 200, after: nil)) }
        try await endWebhooks(installed, .failed(.timedOut))
        installed.clock.advance(.seconds(3600))
        var leased: [WebhookDelivery] = []
        repeat {
            try await end(leased, .answered(status: 200, after: nil), installed)
            leased = try await installed.broker.perform(TakeWebhookTurn(places: 9)).deliveries
            if leased.isEmpty { throw Unexpected() }
        } while !leased.contains { $0.content.parameters.contains { $0.value.lowercased().contains(person.signs[0]) } }
        if !underWay { try await end(leased, .answered(status: 200, after: nil), installed) }
        _ = try await installed.say("more gobbledygook", as: person.given, in: first)
        _ = try await installed.broker.perform(
            CreateMessage(
                in: ConversationName(second.sid), author: person.sender, body: "quagmire again", attributes: #"{"by":"zeppelin"}"#))
        let media = try installed.media.keep(Array("picture".utf8))
        let medium = try await installed.broker.perform(RegisterMedia(key: media, contentType: "image/png", size: 7))
        _ = try await installed.say("hello both", media: [medium.sid], in: first)
        // Of what was sent, some is accepted, some fails for now; the rest stays queued.
        let dispatches = try await installed.turn(person.adapter, places: 2)
        for (place, dispatch) in dispatches.enumerated() where !underWay {
            try await installed.end(
                dispatch, place == 0 ? .accepted(["c-1"]) : .temporary(after: nil, Diagnosis(text: "later")))
        }
        try await installed.receive(ReceiptFact(carrierID: "c-unknown", carrierStatus: "delivered", status: .delivered), person.adapter)
        let now = installed.clock.stamp().now
        try await installed.broker.store.write(installed.clock.stamp()) { transaction, _ in
            try transaction.remember(
                IdempotentAnswer(
                    key: "k", requestDigest: "d", status: 201, body: Array(#"{"address": "\#(person.given)"}"#.utf8), position: 1,
                    until: now + .seconds(3600)))
        }
        return [first, second]
    }

    struct Unexpected: Error {}

    /// A webhook of the account that is told of everything.
    private func hook(_ installed: Installed) async throws {
        let hooks = Hook.allCases.filter { !$0.isPre }.map(\.rawValue)
        _ = try await installed.broker.perform(ConfigureWebhooks(of: nil, filters: hooks, postURL: "https://account.example"))
    }

    private func queueWebhooks(_ installed: Installed) async throws {
        let reader = WebhookReader(broker: installed.broker)
        while try await reader.step() {}
    }

    private func endWebhooks(_ installed: Installed, _ outcome: WebhookOutcome) async throws {
        try await end(try await installed.broker.perform(TakeWebhookTurn(places: 9)).deliveries, outcome, installed)
    }

    private func end(_ leased: [WebhookDelivery], _ outcome: WebhookOutcome, _ installed: Installed) async throws {
        let results = leased.map { WebhookResult(delivery: $0.id, attempt: $0.attempt, outcome: outcome) }
        _ = try await installed.broker.perform(TakeWebhookTurn(results: results, places: 0))
    }

    /// What webhooks were told or are owed.
    private func told(_ installed: Installed) async throws -> [WebhookDelivery] {
        try await installed.broker.read { try $0.webhookDeliveries(nil, page: PageRequest(size: 500)).rows }
    }

    private func request(_ installed: Installed, _ person: Somebody) async throws -> Erasure {
        try await installed.broker.perform(RequestErasure(.address(Address(person.sender).key)))
    }

    /// Takes steps until the job is done; waits are passed by moving the clock.
    private func finish(_ installed: Installed, _ job: Erasure) async throws -> Erasure {
        let eraser = Eraser(broker: installed.broker)
        for _ in 0..<1000 {
            if try await eraser.step() { continue }
            let now = try #require(try await installed.broker.read { try $0.erasure(job.id) })
            if now.finished != nil { return now }
            installed.clock.advance(.seconds(5))
        }
        Issue.record("the erasure never ends")
        return job
    }

    private func expectNothing(of person: Somebody, in store: SQLiteStore) throws {
        for (table, values) in try store.contents() {
            for value in values {
                let text = value.lowercased()
                for sign in person.signs + Self.words where text.contains(sign) { Issue.record("\(table) still holds \(sign)") }
                // A word that shares its beginning with another is stored without it.
                if table == "message_text_data" {
                    #expect(!text.contains("agmire") && !text.contains("ppelin") && !text.contains("bledygook"))
                }
            }
        }
    }

    @Test(arguments: Somebody.all)
    func nothingOfThePersonIsLeft(_ person: Somebody) async throws {
        let store = try SQLiteStore.inMemory()
        let installed = try await Installed(loopGuard: AdapterProfile.LoopGuard(count: 100, window: .seconds(3600)), store: store)
        let conversations = try await furnish(installed, person)
        let before = try await installed.messages(in: conversations[0])
        #expect(before.count == 3)
        let hullabaloo = try #require(MediaKey(rawValue: ContentDigest.hex(of: Array("hullabaloo".utf8))))
        #expect(try installed.media.size(of: hullabaloo) != nil)
        let heldKey = try #require(MediaKey(rawValue: ContentDigest.hex(of: Array("held zeppelin".utf8))))
        #expect(try installed.media.size(of: heldKey) != nil)
        let job = try await request(installed, person)
        #expect(try await request(installed, person).id == job.id)
        let done = try await finish(installed, job)
        try expectNothing(of: person, in: store)
        #expect(try installed.media.size(of: heldKey) == nil)
        // What was erased before it was told is not told, and what is behind it is.
        try await queueWebhooks(installed)
        try expectNothing(of: person, in: store)
        let told = try await told(installed).map(\.content)
        #expect(told.contains { $0.parameters.contains(HookParameter("Body", "hello both")) })
        let left = told.filter { $0.hook == .onParticipantRemoved }
        #expect(left.count == 2 && left.allSatisfy { $0.parameters.contains(HookParameter("Identity", done.pseudonym)) })
        // No lane waits for a delivery that is gone.
        installed.clock.advance(.seconds(3600))
        for _ in 0..<200 { try await endWebhooks(installed, .answered(status: 200, after: nil)) }
        #expect(try await self.told(installed).allSatisfy { $0.phase == .delivered })
        // What is held of them is decided.
        let inbox = try await installed.broker.read { try $0.inbox(InboxFilter(), page: PageRequest(size: 9)).rows }
        #expect(inbox.allSatisfy { $0.verdict != .held })
        #expect(done.person == nil)
        #expect(done.phase == .done)
        #expect(done.counts.participants == 2)
        // By phone both conversations hear them; the second mail came to an address that is not served.
        #expect(done.counts.messages == (person.adapter == Installed.sms ? 4 : 3))
        #expect(done.counts.media == (person.adapter == Installed.sms ? 2 : 1))
        #expect(done.counts.inbound == 3)
        #expect(try installed.media.size(of: hullabaloo) == nil)
        // Rows and indices stay, and what others said.
        let after = try await installed.messages(in: conversations[0])
        #expect(after.map(\.sid) == before.map(\.sid))
        #expect(after.map(\.index) == [0, 1, 2])
        #expect(after.map(\.author) == [done.pseudonym, done.pseudonym, "alice"])
        #expect(after.map(\.body) == [nil, nil, "hello both"])
        let last = after[2].sid
        let media = try await installed.broker.read { try $0.media(of: [last]) }
        #expect(media[last]?.count == 1)
        // The other person still gets what is theirs, and the pair is free.
        let people = try await installed.broker.read { try $0.participants(in: conversations[0].sid, page: PageRequest(size: 9)).rows }
        #expect(people.count == 2)
        _ = try await installed.add(person.given, by: person.proxy, to: conversations[1])
        let events = try await installed.broker.read { transaction in
            var events: [Event] = []
            while true {
                let more = try transaction.events(after: events.last?.position ?? 0, limit: 500)
                if more.isEmpty { return events }
                events += more
            }
        }
        #expect(events.contains { $0.kind == .personErased })
    }

    @Test(arguments: Somebody.all)
    func whatIsUnderWayIsWaitedFor(_ person: Somebody) async throws {
        let store = try SQLiteStore.inMemory()
        let installed = try await Installed(store: store)
        _ = try await furnish(installed, person, underWay: true)
        let sending = try await installed.broker.read { try $0.queue(QueueFilter(phase: .sending), page: PageRequest(size: 9)).rows }
        #expect(!sending.isEmpty)
        let job = try await request(installed, person)
        let eraser = Eraser(broker: installed.broker)
        for _ in 0..<20 {
            while try await eraser.step() {}
            installed.clock.advance(.seconds(5))
        }
        #expect(try await installed.broker.read { try $0.erasure(job.id) }?.finished == nil)
        // A webhook's request alone is waited for as well.
        let requests = try await told(installed).filter { $0.phase == .sending }
        #expect(!requests.isEmpty)
        for delivery in sending {
            try await installed.broker.perform(
                SettleAttempts([AttemptResult(delivery: delivery.sid, attempt: 1, outcome: .temporary(after: nil, Diagnosis(text: "x")))]))
        }
        for _ in 0..<20 {
            while try await eraser.step() {}
            installed.clock.advance(.seconds(5))
        }
        #expect(try await installed.broker.read { try $0.erasure(job.id) }?.finished == nil)
        try await end(requests, .failed(.timedOut), installed)
        let done = try await finish(installed, job)
        #expect(done.phase == .done)
        try expectNothing(of: person, in: store)
    }

    @Test(arguments: [0, 1, 2, 3, 4, 6, 8, 11])
    func anErasureGoesOnAfterACrash(steps: Int) async throws {
        let person = Somebody.all[steps % 2]
        let folder = TemporaryDatabase()
        let clock = SetClock()
        let first = try SQLiteStore(path: folder.path)
        let before = try await Installed(store: first, clock: clock)
        _ = try await furnish(before, person)
        let job = try await request(before, person)
        let eraser = Eraser(broker: before.broker)
        for _ in 0..<steps { _ = try await eraser.step() }
        await first.close()
        let second = try SQLiteStore(path: folder.path)
        let after = try await Installed(store: second, clock: clock)
        let done = try await finish(after, job)
        #expect(done.phase == .done)
        try expectNothing(of: person, in: second)
        await second.close()
    }

    @Test func aUserIsErasedByIdentity() async throws {
        let store = try SQLiteStore.inMemory()
        let installed = try await Installed(store: store)
        try await hook(installed)
        let service = try await installed.conversation().service
        let conversation = try await installed.broker.perform(CreateConversation(ConversationChanges()), by: .sdk("Barnaby"))
        let changes = UserChanges(friendlyName: "Barnaby Rudge", attributes: #"{"of":"quagmire"}"#)
        _ = try await installed.broker.perform(UpdateUser(UserName("Barnaby"), changes))
        _ = try await installed.broker.perform(
            BindDevice(
                in: service, identity: "Barnaby", network: .twilsock, endpoint: "barnabys-phone", credential: nil, messageTypes: []))
        // Another one of the name is gone already, and events tell of them.
        let elsewhere = try await installed.broker.perform(CreateService(friendlyName: "elsewhere")).sid
        _ = try await installed.broker.perform(CreateUser("Barnaby", changes, in: elsewhere))
        try await installed.broker.perform(DeleteUser(UserName("Barnaby", in: elsewhere)))
        let picture = try installed.media.keep(Array("picture".utf8))
        _ = try await installed.broker.perform(RegisterMedia(key: picture, contentType: "image/png", size: 7), by: .sdk("Barnaby"))
        _ = try await installed.broker.perform(
            AddParticipant(to: ConversationName(conversation.sid), identity: "alice"), by: .sdk("Barnaby"))
        try await queueWebhooks(installed)
        #expect(try await told(installed).contains { $0.content.parameters.contains(HookParameter("FriendlyName", "Barnaby Rudge")) })
        // Who makes a conversation is in it.
        var own = UpdateParticipant(ParticipantName("Barnaby"), in: ConversationName(conversation.sid))
        own.attributes = #"{"a":1}"#
        _ = try await installed.broker.perform(own)
        _ = try await installed.add("+15557770002", by: "+15550100000", to: conversation)
        for number in 0..<45 { _ = try await installed.say("quagmire \(number)", as: "Barnaby", in: conversation) }
        let job = try await installed.broker.perform(RequestErasure(.identity("Barnaby")))
        let done = try await finish(installed, job)
        #expect(done.counts.messages == 45)
        #expect(done.counts.users == 1)
        for isRead in [false, true] {
            if isRead { try await queueWebhooks(installed) }
            for (table, values) in try store.contents() {
                for value in values where value.lowercased().contains("barnaby") || value.contains("agmire") {
                    Issue.record("\(table) still tells")
                }
            }
        }
        #expect(try installed.media.size(of: picture) == nil)
        let user = try await installed.broker.read { try $0.user(identity: "alice", service: service) }
        #expect(user != nil)
        // What they did to others is told, by the pseudonym.
        let told = try await told(installed).map(\.content)
        #expect(
            told.contains {
                $0.hook == .onParticipantAdded && $0.parameters.contains(HookParameter("Identity", "alice"))
                    && $0.parameters.contains(HookParameter("ClientIdentity", done.pseudonym))
            })
        // What nobody had got yet does not leave any more.
        #expect(try await installed.turn(Installed.sms).isEmpty)
    }

    /// The reader of the log may have looked before an erasure and commit after it.
    @Test func whatWasReadBeforeAnErasureIsNotQueuedAfterIt() async throws {
        let store = try SQLiteStore.inMemory()
        let installed = try await Installed(store: store)
        let conversation = try await installed.broker.perform(CreateConversation(ConversationChanges()), by: .sdk("Barnaby"))
        _ = try await installed.say("quagmire", as: "Barnaby", in: conversation)
        _ = try await installed.broker.perform(
            AddParticipant(to: ConversationName(conversation.sid), identity: "alice"), by: .sdk("Barnaby"))
        let events = try await installed.broker.read { try $0.events(after: 0, limit: 99) }
        // A conversation's event names its maker, which webhooks are not told.
        let contents = events.filter { $0.kind != .conversationAdded }.map { event in
            WebhookContent(
                scope: WebhookContent.account, hook: .onMessageAdded, url: "https://account.example", method: .post,
                parameters: [HookParameter("ClientIdentity", event.origin.identity ?? ""), HookParameter("Body", event.payload)],
                event: event.position, subject: event.subject, identity: event.origin.identity)
        }
        _ = try await finish(installed, try await installed.broker.perform(RequestErasure(.identity("Barnaby"))))
        #expect(try await installed.broker.perform(QueueWebhooks(from: 0, to: events.last?.position ?? 0, contents: contents)))
        let told = try await told(installed)
        #expect(!told.isEmpty)
        for value in told.flatMap(\.content.parameters).map(\.value) {
            #expect(!value.contains("Barnaby") && !value.contains("quagmire"))
        }
    }

    /// What becomes of each table when a person is erased. Whoever adds one says it here.
    private static let tables = [
        "participant": "keeps the pseudonym", "message": "keeps its place and the pseudonym", "media": "the person's go",
        "mail_id": "goes", "delivery": "theirs and those of their messages keep no payload", "delivery_part": "names of carriers alone",
        "lane": "goes", "inbound_window": "goes", "parked_receipt": "that of theirs goes", "inbox": "emptied", "inbox_media": "goes",
        "pending_prehook": "goes", "pending_media": "goes", "pending_part": "goes",
        "consent": "stays, so that nobody writes to them; what they said goes",
        "message_text_data": "merged", "message_text_idx": "merged", "message_text_docsize": "numbers alone", "message_text_config": "none",
        "user": "goes", "departure": "goes", "push_binding": "goes", "idempotent_answer": "what shows them goes",
        "event": "keeps its form", "membership": "what they saw goes",
        "webhook_delivery": "what is about them goes, their name on the rest is the pseudonym",
        "webhook_attempt": "goes with its delivery", "conversation": "the maker's name; name and attributes are the conversation's",
        "erasure": "a digest is left", "loose_media": "digests of bytes that are about to go",
        // What the installation is made of: nobody's data.
        "address_configuration": "ours", "adapter_pause": "ours", "account_configuration": "ours", "creation_window": "numbers",
        "conversation_import": "identifiers", "event_reader": "numbers", "installation_key": "ours", "parked_count": "numbers",
        "push_credential": "ours", "role": "ours", "scoped_webhook": "ours", "service": "ours", "webhook_configuration": "ours",
        "webhook_lane": "ours", "grdb_migrations": "ours",
    ]

    @Test func everyTableIsThoughtOf() throws {
        #expect(try Set(SQLiteStore.inMemory().contents().keys) == Set(Self.tables.keys))
    }

    @Test func aJobThatCannotGoOnHoldsUpNoOther() async throws {
        let store = try SQLiteStore.inMemory()
        let installed = try await Installed(store: store)
        let conversation = try await installed.conversation()
        for author in ["carol", "Barnaby"] { _ = try await installed.say("quagmire", as: author, in: conversation) }
        // A row that somebody changed by hand.
        try store.execute("UPDATE event SET payload = 'no json' WHERE kind = 'messageAdded' AND payload LIKE '%carol%'")
        let stuck = try await installed.broker.perform(RequestErasure(.identity("carol")))
        let other = try await installed.broker.perform(RequestErasure(.identity("Barnaby")))
        #expect(try await finish(installed, other).phase == .done)
        #expect(try await installed.broker.read { try $0.erasure(stuck.id) }?.finished == nil)
        #expect(try await installed.messages(in: conversation).map(\.author) == ["carol", other.pseudonym])
    }

    @Test func bytesThatAnotherMessageNeedsStay() async throws {
        let installed = try await Installed()
        let conversation = try await installed.conversation()
        let key = try installed.media.keep(Array("shared".utf8))
        for author in ["Barnaby", "alice"] {
            let medium = try await installed.broker.perform(RegisterMedia(key: key, contentType: "image/png", size: 6))
            _ = try await installed.say("look", as: author, media: [medium.sid], in: conversation)
        }
        _ = try await finish(installed, try await installed.broker.perform(RequestErasure(.identity("Barnaby"))))
        #expect(try installed.media.size(of: key) == 6)
        _ = try await finish(installed, try await installed.broker.perform(RequestErasure(.identity("alice"))))
        #expect(try installed.media.size(of: key) == nil)
    }
}
