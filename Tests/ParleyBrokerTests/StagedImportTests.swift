import ParleyBroker
import ParleyCore
import Testing

/// A conversation that is being imported is nobody's yet: every fact that names it is refused as if it were not there.
@Suite struct StagedImportTests {
    static let time = Instant(seconds: 1_700_000_000)

    static func conversation(_ state: Conversation.State = .active, name: String? = nil) -> Numbered<ImportedConversation> {
        Numbered(
            ImportedConversation(
                state: state, uniqueName: name, friendlyName: nil, attributes: "{}", messagingService: nil, created: time, updated: time,
                inactiveTimer: nil, closedTimer: nil, emailName: nil, emailAddress: nil, createdBy: "system"), line: 1)
    }

    static func person(_ number: UInt64, identity: String? = nil, pair: Pair? = nil, role: SID? = nil, read: Int? = nil)
        -> Numbered<ImportedParticipant>
    {
        Numbered(
            ImportedParticipant(
                sid: SID(.participant, high: 9, low: number), identity: identity, pair: pair, role: role, attributes: "{}", created: time,
                updated: time, lastReadIndex: read, lastReadAt: nil, notificationLevel: .default), line: 2)
    }

    static let message = Numbered(
        ImportedMessage(
            index: 3, author: "ada", participant: nil, body: "said before", subject: nil, attributes: "{}", created: time, updated: time,
            media: []), line: 3)

    /// Stages a conversation with these people and one message.
    static func stage(
        _ installed: Installed, _ people: [Numbered<ImportedParticipant>], as head: Numbered<ImportedConversation> = conversation(),
        in service: SID? = nil, binds: Bool = false
    ) async throws -> (conversation: SID, people: [SID: SID]) {
        let staged = try await installed.broker.perform(BeginImport(head, in: service))
        let people = try await installed.broker.perform(
            StageImport(staged, in: service, participants: people, messages: [message], people: [:], binds: binds))
        return (staged, people)
    }

    enum Deed: String, CaseIterable, Sendable {
        case update, close, delete, add, addOutside, updateParticipant, removeParticipant, say, updateMessage, deleteMessage, hook, mute
        case leave, assign
    }

    @Test(arguments: Deed.allCases) func isNotThereForAnyFact(_ deed: Deed) async throws {
        let installed = try await Installed()
        let broker = installed.broker
        try await broker.perform(CreateUser("ada"))
        let staged = try await Self.stage(installed, [Self.person(1, identity: "ada")])
        let name = ConversationName(staged.conversation)
        let (participant, message) = (ParticipantName("ada"), try await Self.messageSID(installed))
        var changes = ConversationChanges()
        if deed == .close { changes.state = .closed }
        let ada = UserConversationName(UserName("ada"), name)
        let held = try await broker.accept(
            [InboundFact(proxy: "+15550100000", sender: "+15557770001", identity: "1", text: "x")], adapter: Installed.sms)
        #expect(held == [.held(reason: "unknown_pair")])
        let facts: [Deed: any Fact] = [
            .update: UpdateConversation(name, changes), .close: UpdateConversation(name, changes), .delete: DeleteConversation(name),
            .add: AddParticipant(to: name, identity: "bob"),
            .addOutside: AddParticipant(to: name, address: "+15557770001", proxyAddress: "+15550100000"),
            .updateParticipant: UpdateParticipant(participant, in: name), .removeParticipant: RemoveParticipant(participant, from: name),
            .say: CreateMessage(in: name, body: "x"), .updateMessage: UpdateMessage(message, in: name),
            .deleteMessage: DeleteMessage(message, in: name),
            .hook: CreateScopedWebhook(
                in: name, target: .webhook, ScopedWebhookChanges(url: "https://x.example", filters: ["onMessageAdded"])),
            .mute: UpdateUserConversation(ada, notificationLevel: .muted), .leave: LeaveConversation(ada),
            .assign: SettleInbox(1, as: .assign(name, addParticipant: true)),
        ]
        let fact = try #require(facts[deed])
        let before = try await broker.read { try $0.events(after: 0, limit: 100) }.count
        let refusal = try await #require(throws: Refusal.self) { _ = try await broker.perform(fact) }
        // Where a parameter names the conversation and not the path, that parameter is at fault.
        let expected = deed == .assign ? (400, 20001) : (404, 20404)
        #expect((refusal.status, refusal.code) == expected, "\(refusal)")
        #expect(try await broker.read { try $0.events(after: 0, limit: 100) }.count == before)
    }

    @Test func isNotThereForAnyRead() async throws {
        let installed = try await Installed()
        let pair = Pair(proxy: try Address("+15550100000"), address: try Address("+15557770001"))
        let staged = try await Self.stage(
            installed, [Self.person(1, identity: "ada"), Self.person(2, pair: pair)], as: Self.conversation(name: "name"), binds: true)
        let service = installed.broker.rules.installation.service
        let message = try await Self.messageSID(installed)
        let seen = try await installed.broker.read { transaction in
            let (sid, page) = (staged.conversation, PageRequest(size: 10))
            var seen: [String] = []
            if try transaction.conversation(sid) != nil { seen.append("conversation") }
            if try transaction.conversation(uniqueName: "name", service: service) != nil { seen.append("name") }
            if try !transaction.conversations(ConversationFilter(service: service), page: page).rows.isEmpty { seen.append("list") }
            if try transaction.message(message) != nil { seen.append("message") }
            if try !transaction.messages(in: sid, newestFirst: false, page: page).rows.isEmpty { seen.append("messages") }
            if try !transaction.participants(in: sid, page: page).rows.isEmpty { seen.append("participants") }
            if try transaction.participant(identity: "ada", in: sid) != nil { seen.append("identity") }
            if try transaction.boundParticipant(pair.key) != nil { seen.append("pair") }
            for person in [MembershipFilter.Person.identity("ada"), .address(key: pair.address.key)] {
                let filter = MembershipFilter(person, service: service)
                if try !transaction.memberships(filter, page: page).rows.isEmpty { seen.append("memberships") }
            }
            if try transaction.openMemberships(identity: "ada", service: service, limit: 9) > 0 { seen.append("open memberships") }
            if try transaction.user(identity: "ada", service: service) != nil { seen.append("user") }
            return seen
        }
        #expect(seen == [])
    }

    @Test func itsPeopleComeInLikeAnyOthers() async throws {
        let installed = try await Installed()
        let broker = installed.broker
        let service = try #require(try await broker.read { try $0.service(broker.rules.installation.service) })
        let other = try await broker.perform(CreateService(friendlyName: "other"))
        let own = service.defaultCreatorRole
        let roles: [(given: SID?, got: SID)] = [
            (nil, service.defaultConversationRole), (own, own), (SID(.role, high: 9, low: 9), service.defaultConversationRole),
            (other.defaultCreatorRole, service.defaultConversationRole), (service.defaultServiceRole, service.defaultConversationRole),
        ]
        let people = roles.enumerated().map { Self.person(UInt64($0), identity: "user \($0)", role: $1.given, read: 3 + $0) }
        let pair = Pair(proxy: try Address("+15550100000"), address: try Address("+15557770001"))
        let staged = try await Self.stage(
            installed, people + [Self.person(50, pair: pair, role: other.defaultCreatorRole)])
        let before = try await broker.read { try $0.events(after: 0, limit: 100) }.count
        let made = try await broker.perform(PublishImport(staged.conversation, Self.conversation(), in: nil, binds: false))
        let found = try await broker.read { try $0.participants(in: made.sid, page: PageRequest(size: 10)).rows }
        #expect(found.map(\.role) == roles.map(\.got) + [nil])
        // The last message has the index 3, whatever was there before the export.
        #expect(found.map(\.lastReadIndex) == [3, 3, 3, 3, 3, nil])
        for number in roles.indices {
            let user = try await broker.read { try $0.user(identity: "user \(number)", service: service.sid) }
            #expect(user?.role == service.defaultServiceRole)
        }
        let events = try await broker.read { Array(try $0.events(after: 0, limit: 100).dropFirst(before)) }
        #expect(events.map(\.kind) == Array(repeating: .userAdded, count: 5) + [.conversationAdded])
        #expect(events.allSatisfy { !$0.origin.firesWebhooks })
        #expect(try await broker.read { try $0.openMemberships(identity: "user 0", service: service.sid, limit: 9) } == 1)
    }

    @Test func aClosedOneIsNoOpenConversationOfItsPeople() async throws {
        let installed = try await Installed()
        let staged = try await Self.stage(installed, [Self.person(1, identity: "ada")], as: Self.conversation(.closed))
        let made = try await installed.broker.perform(PublishImport(staged.conversation, Self.conversation(.closed), in: nil, binds: true))
        #expect(made.state == .closed)
        let service = installed.broker.rules.installation.service
        let (open, all) = try await installed.broker.read { transaction in
            let filter = MembershipFilter(.identity("ada"), service: service)
            return (
                try transaction.openMemberships(identity: "ada", service: service, limit: 9),
                try transaction.memberships(filter, page: PageRequest(size: 9)).rows.count
            )
        }
        #expect(open == 0 && all == 1)
    }

    /// The account's timers are for new conversations; this one has its own.
    @Test func itKeepsItsOwnTimers() async throws {
        let installed = try await Installed()
        var account = UpdateAccountConfiguration()
        account.inactiveTimer = "PT1H"
        account.closedTimer = "P1D"
        try await installed.broker.perform(account)
        var head = Self.conversation()
        head.content.closedTimer = "PT30M"
        let staged = try await Self.stage(installed, [], as: head)
        let made = try await installed.broker.perform(PublishImport(staged.conversation, head, in: nil, binds: false))
        #expect(made.inactiveTimer == nil && made.closedTimer == "PT30M")
        #expect(made.closedAt == installed.clock.stamp().now + .seconds(1800))
    }

    /// The service may be deleted at any time while the lines come.
    @Test func itsServiceHasToBeThere() async throws {
        let installed = try await Installed()
        let broker = installed.broker
        let service = try await broker.perform(CreateService(friendlyName: "other")).sid
        let staged = try await Self.stage(installed, [], in: service)
        try await broker.perform(DeleteService(service))
        let gone = Refusal.notFound("/Services/\(service)")
        await #expect(throws: gone) { try await broker.perform(BeginImport(Self.conversation(), in: service)) }
        await #expect(throws: gone) {
            try await broker.perform(
                StageImport(staged.conversation, in: service, participants: [], messages: [], people: [:], binds: false))
        }
        await #expect(throws: gone) {
            try await broker.perform(PublishImport(staged.conversation, Self.conversation(), in: service, binds: false))
        }
    }

    @Test func aPairOfADeletedServiceIsFree() async throws {
        let installed = try await Installed()
        let broker = installed.broker
        let service = try await broker.perform(CreateService(friendlyName: "other")).sid
        let other = try await broker.perform(CreateConversation(ConversationChanges(), in: service))
        let pair = Pair(proxy: try Address("+15550100000"), address: try Address("+15557770001"))
        try await broker.perform(
            AddParticipant(to: ConversationName(other.sid, in: service), address: pair.address.text, proxyAddress: pair.proxy.text))
        let staged = try await Self.stage(installed, [Self.person(1, pair: pair)], binds: true)
        let publication = PublishImport(staged.conversation, Self.conversation(), in: nil, binds: true)
        await #expect(throws: Refusal.pairBound(in: other.sid)) { try await broker.perform(publication) }
        try await broker.perform(DeleteService(service))
        try await broker.perform(publication)
        #expect(try await broker.read { try $0.boundParticipant(pair.key)?.conversation } == staged.conversation)
    }

    @Test func aMailboxIsAMailbox() async throws {
        let installed = try await Installed()
        var head = Self.conversation()
        head.content.emailAddress = "no mailbox"
        let refusal = await #expect(throws: Refusal.self) { try await installed.broker.perform(BeginImport(head)) }
        #expect(refusal?.message.contains("Line 1: Invalid parameter bindings.email.projected_address") == true)
    }

    /// The message's identifier, by the row that nobody else may see.
    private static func messageSID(_ installed: Installed) async throws -> SID {
        try await installed.broker.store.write(installed.clock.stamp()) { transaction, _ in
            try #require(try transaction.messages(by: .identity("ada"), after: 0, limit: 1).first?.sid)
        }
    }
}
