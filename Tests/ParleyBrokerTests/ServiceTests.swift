import ParleyBroker
import ParleyCore
import ParleyStore
import Testing

/// Services: what separates them, and how a deleted one goes.
@Suite struct ServiceTests {
    private static let proxy = "+15550100000"

    /// A service with so many conversations, each with a person who waits for a message.
    private static func crowd(_ installed: Installed, _ count: Int) async throws -> (service: ChatService, conversations: [Conversation]) {
        let service = try await installed.broker.perform(CreateService(friendlyName: "other"))
        var conversations: [Conversation] = []
        for number in 0..<count {
            let conversation = try await installed.broker.perform(CreateConversation(ConversationChanges(), in: service.sid))
            let name = ConversationName(conversation.sid, in: service.sid)
            let address = "+1555700\(1000 + number)"
            try await installed.broker.perform(AddParticipant(to: name, address: address, proxyAddress: proxy))
            try await installed.broker.perform(CreateMessage(in: name, author: "a", body: "x", media: []))
            conversations.append(conversation)
        }
        return (service, conversations)
    }

    @Test func aDeletedServiceIsClearedAwayInChunks() async throws {
        let installed = try await Installed()
        let (service, conversations) = try await Self.crowd(installed, 60)
        let own = try await installed.conversation()
        try await installed.broker.perform(DeleteService(service.sid))
        // The pair is free before anything was cleared away, and nothing that waited is leased.
        _ = try await installed.add("+15557001000", by: Self.proxy, to: own)
        #expect(try await installed.turn(Installed.sms).isEmpty)

        let now = installed.clock.stamp().now
        #expect(try await installed.broker.perform(PassTime()) == now)
        let left = try await installed.broker.read { try $0.conversationsToClear(of: service.sid, limit: 1000).count }
        #expect(left == 10)
        for _ in 0..<5 where try await installed.broker.read({ try $0.serviceToClear() }) != nil {
            try await installed.broker.perform(PassTime())
        }
        #expect(try await installed.broker.read { try $0.serviceToClear() } == nil)
        #expect(try await installed.broker.read { try $0.role(service.defaultServiceRole) } == nil)
        let removed = try await installed.broker.read { try $0.events(after: 0, limit: 10_000).filter { $0.kind == .conversationRemoved } }
        #expect(Set(removed.compactMap(\.conversation)) == Set(conversations.map(\.sid)))
        #expect(removed.allSatisfy { !$0.origin.firesWebhooks && $0.service == service.sid })
        #expect(try await installed.broker.read { try $0.queue(QueueFilter(), page: PageRequest(size: 9)).rows.isEmpty })
        #expect(try await installed.broker.read { try $0.conversation(own.sid) } != nil)
    }

    @Test func nothingBeginsInADeletedService() async throws {
        let installed = try await Installed()
        let (service, conversations) = try await Self.crowd(installed, 1)
        try await installed.broker.perform(DeleteService(service.sid))
        let gone = Refusal.notFound("/Services/\(service.sid)")
        await #expect(throws: gone) { try await installed.broker.perform(CreateConversation(ConversationChanges(), in: service.sid)) }
        await #expect(throws: gone) {
            try await installed.broker.perform(
                CreateRole(in: service.sid, friendlyName: "r", kind: .conversation, permissions: ["sendMessage"]))
        }
        await #expect(throws: gone) { try await installed.broker.perform(UpdateServiceConfiguration(service.sid)) }
        let name = ConversationName(conversations[0].sid, in: service.sid)
        await #expect(throws: Refusal.notFound("/Conversations/\(name.text)")) {
            try await installed.broker.perform(CreateMessage(in: name, body: "x"))
        }
    }

    @Test func clearingGoesOnAfterARestart() async throws {
        let store = try SQLiteStore.inMemory()
        let first = try await Installed(store: store)
        let (service, _) = try await Self.crowd(first, 3)
        try await first.broker.perform(DeleteService(service.sid))
        let second = try await Installed(store: store)
        for _ in 0..<4 { try await second.broker.perform(PassTime()) }
        #expect(try await second.broker.read { try $0.serviceToClear() } == nil)
        #expect(try await second.broker.read { try $0.conversationsToClear(of: service.sid, limit: 9) }.isEmpty)
    }

    @Test func inboundForADeletedServiceIsAStrangers() async throws {
        let installed = try await Installed()
        let (service, _) = try await Self.crowd(installed, 1)
        try await installed.broker.perform(DeleteService(service.sid))
        let fact = InboundFact(proxy: Self.proxy, sender: "+15557001000", identity: "1", text: "hello", raw: [])
        let verdicts = try await installed.broker.accept([fact], adapter: Installed.sms)
        #expect(verdicts == [.held(reason: "unknown_pair")])
    }

    @Test func theDefaultServiceIsTheSameAfterARestart() async throws {
        let store = try SQLiteStore.inMemory()
        let first = try await Installed(store: store)
        let before = first.broker.rules.installation.service
        let service = try await first.broker.perform(CreateService(friendlyName: "other"))
        var fact = UpdateAccountConfiguration()
        fact.defaultService = service.sid
        try await first.broker.perform(fact)
        #expect(first.broker.rules.installation.service == service.sid)
        #expect(try await first.conversation().service == service.sid)
        let second = try await Installed(store: store)
        #expect(second.broker.rules.installation.service == service.sid)
        // The one that was the default before is a service like any other now.
        try await second.broker.perform(DeleteService(before))
        await #expect(throws: Refusal.self) { try await second.broker.perform(DeleteService(service.sid)) }
        #expect(try await Installed(store: store).broker.rules.installation.service == service.sid)
    }

    @Test func aNewServiceHasThreeRoles() async throws {
        let installed = try await Installed()
        let page = PageRequest(size: 50)
        for sid in [
            installed.broker.rules.installation.service, try await installed.broker.perform(CreateService(friendlyName: "s")).sid,
        ] {
            let (service, roles) = try await installed.broker.read { (try $0.service(sid), try $0.roles(of: sid, page: page).rows) }
            #expect(roles.map(\.kind) == [.service, .conversation, .conversation])
            #expect(roles.map(\.sid) == [service?.defaultServiceRole, service?.defaultConversationRole, service?.defaultCreatorRole])
            for role in roles {
                #expect(!role.permissions.isEmpty && Set(role.permissions).isSubset(of: Permission.fitting(role.kind)))
            }
        }
    }
}
