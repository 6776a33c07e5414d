import ParleyBroker
import ParleyCore
import ParleyStore
import Testing

/// What connected people hear as it happens and what they find when they resume is the same, ends where they do, and of what ended for them only the
/// end is left.
@Suite struct FeedTests {
    private let store: SQLiteStore
    private let installed: Installed
    private var broker: Broker { installed.broker }
    private var service: SID { broker.rules.installation.service }

    init() async throws {
        store = try SQLiteStore.inMemory()
        installed = try await Installed(store: store)
    }

    /// The events whose audience somebody is in, in the order of the log.
    private func addressed(_ identity: String, in service: SID) async throws -> [Event] {
        var (events, position): ([Event], Int64) = ([], 0)
        while true {
            let stretch = try await broker.feed(after: position, limit: 7)
            events += stretch.events.filter { $0.audience.contains(identity) && $0.event.service == service }.map(\.event)
            position = stretch.position
            if !stretch.hasMore { return events }
        }
    }

    /// What somebody saw, after a check that what is left of it is the same from every position on.
    @discardableResult
    private func seen(by identity: String, in service: SID? = nil) async throws -> [Event] {
        let service = service ?? self.service
        let all = try await addressed(identity, in: service)
        let end = try await broker.feedEnd()
        let viewer = Viewer(identity, in: service)
        let left = try await broker.feed(of: viewer, after: 0, limit: 500).events
        requireOnlyEndsAreLeft(of: all, left)
        for start in 0...end {
            for limit in [2, 500] {
                var (events, position): ([Int64], Int64) = ([], start)
                while true {
                    let stretch = try await broker.feed(of: viewer, after: position, limit: limit)
                    #expect(stretch.position > position || !stretch.hasMore)
                    events += stretch.events.map(\.position)
                    position = stretch.position
                    if !stretch.hasMore { break }
                }
                #expect(position == end)
                #expect(events == left.map(\.position).filter { $0 > start }, "\(identity) after \(start)")
            }
        }
        return all
    }

    /// What is not left is what lay before an end, and the end is left.
    private func requireOnlyEndsAreLeft(of all: [Event], _ left: [Event]) {
        let kept = Set(left.map(\.position))
        #expect(kept.isSubset(of: all.map(\.position)))
        let ends: Set<Event.Kind> = [.participantRemoved, .conversationRemoved, .participantUpdated]
        for event in all where !kept.contains(event.position) {
            let end = left.first { $0.conversation == event.conversation && $0.position > event.position }
            #expect(end.map { ends.contains($0.kind) } == true, "\(event.kind) at \(event.position)")
        }
    }

    /// Whoever was taken out of a conversation finds that they were, and nothing of what was said: not even what they once saw.
    @Test func whatEndedIsNotReadAgain() async throws {
        let conversation = try await installed.conversation()
        let name = ConversationName(conversation.sid)
        for person in ["ada", "bob"] { _ = try await installed.add(identity: person, to: conversation) }
        _ = try await installed.say("between us", as: "ada", in: conversation)
        try await broker.perform(RemoveParticipant(ParticipantName("bob"), from: name))
        let viewer = Viewer("bob", in: service)
        #expect(try await broker.feed(of: viewer, after: 0, limit: 9).events.map(\.kind) == [.participantRemoved])
        _ = try await installed.add(identity: "bob", to: conversation)
        _ = try await installed.say("back", as: "ada", in: conversation)
        #expect(
            try await broker.feed(of: viewer, after: 0, limit: 9).events.map(\.kind)
                == [.participantRemoved, .participantAdded, .messageAdded])
    }

    private func memberships() throws -> [String] { try #require(store.contents()["membership"]) }

    @Test func peopleSeeWhatHappensWhileTheyAreThere() async throws {
        let made = try await broker.perform(CreateConversation(ConversationChanges()), by: .sdk("ada"))
        let name = ConversationName(made.sid)
        let outside = try await installed.add("+15557770001", by: "+15550100000", to: made)
        let first = try await installed.say("first", as: "ada", in: made)
        let bob = try await installed.add(identity: "bob", to: made)
        let second = try await installed.say("second", as: "ada", in: made)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .accepted(["c-1"]))
        try await broker.perform(LeaveConversation(UserConversationName(UserName("bob"), name)), by: .sdk("bob"))
        _ = try await installed.say("unheard", as: "ada", in: made)
        let again = try await installed.add(identity: "bob", to: made)
        try await broker.perform(RemoveParticipant(ParticipantName("bob"), from: name))
        try await broker.perform(DeleteMessage(second.sid, in: name))
        try await broker.perform(DeleteConversation(name), by: .sdk("ada"))
        try await broker.perform(PassTime())

        let toBob = try await seen(by: "bob")
        #expect(
            toBob.map(\.kind)
                == [.participantAdded, .messageAdded, .deliveryUpdated, .participantRemoved, .participantAdded, .participantRemoved])
        #expect(toBob.map(\.subject) == [bob.sid, second.sid, dispatch.delivery, bob.sid, again.sid, again.sid])
        let toAda = try await seen(by: "ada")
        #expect(Set(toBob).isSubset(of: toAda))
        // The conversation stood before its maker was in it.
        #expect(toAda.first?.kind == .participantAdded && toAda.last?.kind == .conversationRemoved)
        #expect(toAda.contains { $0.subject == outside.sid } && toAda.contains { $0.subject == first.sid })
        #expect(try await seen(by: "eve").isEmpty)
        #expect(try await seen(by: "bob", in: SID(.service, high: 9, low: 9)).isEmpty)
    }

    @Test func aChangeOfIdentityIsSeenByBoth() async throws {
        let conversation = try await installed.conversation()
        _ = try await installed.add(identity: "ada", to: conversation)
        var change = UpdateParticipant(ParticipantName("ada"), in: ConversationName(conversation.sid))
        change.identity = "bob"
        try await broker.perform(change)
        _ = try await installed.say("for bob", in: conversation)
        #expect(try await seen(by: "ada").map(\.kind) == [.participantAdded, .participantUpdated])
        #expect(try await seen(by: "bob").map(\.kind) == [.participantUpdated, .messageAdded])
    }

    @Test(arguments: [Conversation.State.active, .closed])
    func theImportedSeeItOnceItIsThere(_ state: Conversation.State) async throws {
        let head = StagedImportTests.conversation(state)
        let people = [StagedImportTests.person(1, identity: "ada")]
        let given = try await StagedImportTests.stage(installed, people, as: head)
        let staged = try await StagedImportTests.stage(installed, people, as: head)
        try await broker.perform(AbandonImport(given.conversation))
        #expect(try memberships().isEmpty)
        try await broker.perform(PublishImport(staged.conversation, head, in: nil, binds: false))
        while try await broker.perform(DiscardImports()) > 0 {}
        if state != .closed { _ = try await installed.say("now", in: try await conversation(staged.conversation)) }
        try await broker.perform(DeleteConversation(ConversationName(staged.conversation)))
        let kinds: [Event.Kind] = [.conversationAdded, .messageAdded, .conversationRemoved].filter {
            $0 != .messageAdded || state != .closed
        }
        #expect(try await seen(by: "ada").map(\.kind) == kinds)
    }

    private func conversation(_ sid: SID) async throws -> Conversation {
        try #require(try await broker.read { try $0.conversation(sid) })
    }

    @Test func whatIsRefusedHalfwayLeavesNobodyBehind() async throws {
        let people = [
            CreateConversationWithParticipants.NewParticipant(identity: "ada"),
            CreateConversationWithParticipants.NewParticipant(address: "+15557770001", proxyAddress: "+15559999999"),
        ]
        await #expect(throws: Refusal.self) {
            try await broker.perform(CreateConversationWithParticipants(ConversationChanges(), participants: people))
        }
        #expect(try memberships().isEmpty)
        try await broker.perform(CreateConversationWithParticipants(ConversationChanges(), participants: [people[0]]))
        #expect(try await seen(by: "ada").map(\.kind) == [.participantAdded, .conversationStateUpdated])
    }

    @Test func aDeletedUserSeesTheirLeavingLast() async throws {
        let conversations = [try await installed.conversation(), try await installed.conversation()]
        for conversation in conversations {
            for identity in ["ada", "bob"] { _ = try await installed.add(identity: identity, to: conversation) }
        }
        try await broker.perform(DeleteUser(UserName("ada")))
        for conversation in conversations { _ = try await installed.say("without ada", as: "bob", in: conversation) }
        let toAda = try await seen(by: "ada")
        #expect(toAda.map(\.kind).suffix(2) == [.participantRemoved, .participantRemoved])
        #expect(try await seen(by: "bob").map(\.kind).suffix(2) == [.messageAdded, .messageAdded])
    }

    @Test func anErasureEndsAndForgetsWhatThePersonSaw() async throws {
        let conversation = try await broker.perform(CreateConversation(ConversationChanges()), by: .sdk("Barnaby"))
        let deleted = try await installed.conversation()
        _ = try await installed.add(identity: "Barnaby", to: deleted)
        for person in ["bob", "carol"] { _ = try await installed.add(identity: person, to: conversation) }
        var change = UpdateParticipant(ParticipantName("carol"), in: ConversationName(conversation.sid))
        try await broker.perform(RemoveParticipant(ParticipantName("Barnaby"), from: ConversationName(conversation.sid)))
        // Who was somebody else, and is again.
        change.identity = "Barnaby"
        try await broker.perform(change)
        try await broker.perform(DeleteConversation(ConversationName(deleted.sid)))
        let job = try await broker.perform(RequestErasure(.identity("Barnaby")))
        let eraser = Eraser(broker: broker)
        repeat {
            #expect(try await eraser.step())
        } while try await broker.read { try $0.participations(of: .identity("Barnaby"), limit: 1) }.isEmpty == false
        _ = try await installed.say("without them", as: "bob", in: conversation)
        #expect(try await seen(by: "Barnaby").last?.kind == .participantRemoved)
        for _ in 0..<200 {
            if try await !eraser.step() { installed.clock.advance(.seconds(5)) }
        }
        #expect(try await broker.read { try $0.erasure(job.id) }?.phase == .done)
        #expect(try memberships().contains { $0.contains("Barnaby") || $0.contains("erased-") } == false)
        #expect(try await seen(by: "Barnaby").isEmpty)
        #expect(try await seen(by: "bob").last?.kind == .messageAdded)
        #expect(try await seen(by: "carol").map(\.kind).last == .participantUpdated)
    }

    @Test func aDeletedServiceTellsOfItsConversationsRemovalAndIsForgotten() async throws {
        let other = try await broker.perform(CreateService(friendlyName: "other")).sid
        for service in [other, service] {
            let made = try await broker.perform(CreateConversation(ConversationChanges(), in: service), by: .sdk("ada"))
            let name = ConversationName(made.sid, in: service)
            if service == other {
                try await broker.perform(AddParticipant(to: name, address: "+15557770001", proxyAddress: "+15550100000"))
            }
            try await broker.perform(CreateMessage(in: name, body: "x"))
        }
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        // What is told of a receipt stays in its service, though people of both are called alike.
        try await installed.end(dispatch, .accepted(["c-1"]))
        #expect(try await seen(by: "ada", in: other).last?.kind == .deliveryUpdated)
        #expect(try await seen(by: "ada", in: service).last?.kind == .messageAdded)
        try await broker.perform(DeleteService(other))
        try await broker.perform(PassTime())
        try await installed.receive(ReceiptFact(carrierID: "c-1", carrierStatus: "delivered", status: .delivered))
        #expect(try await seen(by: "ada", in: other).last?.kind == .conversationRemoved)
        for _ in 0..<4 { try await broker.perform(PassTime()) }
        #expect(try memberships().contains(other.text) == false)
        #expect(try await seen(by: "ada", in: other).isEmpty)
        #expect(try await seen(by: "ada", in: service).last?.kind == .messageAdded)
    }

    @Test func usersAreHeardOfByThoseWhoWatchThem() async throws {
        let (ada, bob) = (try await broker.perform(CreateUser("ada")), try await broker.perform(CreateUser("bob")))
        for name in ["ada", "bob", "ada"] { try await broker.perform(UpdateUser(UserName(name), UserChanges(friendlyName: "x"))) }
        let events = try await broker.feed(after: 0, limit: 99).events
        #expect(events.map(\.event.subject) == [ada.sid, bob.sid, ada.sid])
        #expect(events.allSatisfy { $0.event.kind == .userUpdated && $0.event.service == service && $0.audience.isEmpty })
        let watched = try await broker.feed(of: Viewer("eve", in: service, users: [ada.sid]), after: 0, limit: 99)
        #expect(watched.events.map(\.subject) == [ada.sid, ada.sid])
        #expect(EventPayload.user(of: watched.events[0])?.friendlyName == "x")
        #expect(EventPayload.participant(of: watched.events[0]) == nil)
    }

    @Test func whoTypesIsSeenByTheOthers() async throws {
        let conversation = try await installed.conversation()
        for identity in ["ada", "bob", "carol"] { _ = try await installed.add(identity: identity, to: conversation) }
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        try await broker.perform(RemoveParticipant(ParticipantName("carol"), from: ConversationName(conversation.sid)))
        #expect(try await broker.typing(in: ConversationName(conversation.sid), by: "ada").audience == ["bob"])
    }

    @Test func eventsTellHowFarAMessageHasGot() async throws {
        let conversation = try await installed.conversation()
        let name = ConversationName(conversation.sid)
        _ = try await installed.add(identity: "ada", to: conversation)
        for number in 1...2 { _ = try await installed.add("+1555777000\(number)", by: "+15550100000", to: conversation) }
        let message = try await installed.say("to two", as: "ada", in: conversation)
        let dispatches = try await installed.turn(Installed.sms)
        try await installed.end(dispatches[0], .accepted(["c-1"]))
        try await installed.end(dispatches[1], .temporary(after: nil, Diagnosis(text: "later")))
        try await broker.perform(
            UpdateUserConversation(UserConversationName(UserName("ada"), name), notificationLevel: .muted, lastReadIndex: 0))
        try await broker.perform(DeleteMessage(message.sid, in: name))
        let events = try await seen(by: "ada")
        let told = events.compactMap { EventPayload.message(of: $0)?.delivery }
        #expect(told == [DeliveryCounts(total: 2), DeliveryCounts(total: 2, sent: 1, failed: 1)])
        let receipts = events.compactMap(EventPayload.delivery(of:))
        #expect(receipts.map(\.aggregate) == [DeliveryCounts(total: 2, sent: 1), DeliveryCounts(total: 2, sent: 1, failed: 1)])
        #expect(receipts.map(\.status) == ["sent", "failed"])
        let reader = try #require(events.first { $0.kind == .participantUpdated }.flatMap(EventPayload.participant(of:)))
        #expect(reader.notificationLevel == "muted" && reader.lastReadMessageIndex == 0)
        #expect(reader.lastReadAt == installed.clock.stamp().now)
    }
}
