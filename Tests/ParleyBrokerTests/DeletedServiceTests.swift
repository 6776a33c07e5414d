import ParleyBroker
import ParleyCore
import Testing

/// What a deleted service holds is hidden at once, before it is cleared away, and then nothing of it waits for anybody.
@Suite struct DeletedServiceTests {
    @Test func itsListsAreEmptyAtOnce() async throws {
        let installed = try await Installed()
        let broker = installed.broker
        let service = try await broker.perform(CreateService(friendlyName: "other")).sid
        let conversation = try await broker.perform(CreateConversation(ConversationChanges(), in: service))
        let name = ConversationName(conversation.sid, in: service)
        try await broker.perform(AddParticipant(to: name, identity: "ada"))
        try await broker.perform(AddParticipant(to: name, address: "+15557770001", proxyAddress: "+15550100000"))
        try await broker.perform(CreateMessage(in: name, body: "word"))
        func counts() async throws -> [Int] {
            try await broker.read { transaction in
                let page = PageRequest(size: 9)
                let address = MembershipFilter.Person.address(key: try Address("+15557770001").key)
                return [
                    try transaction.conversations(ConversationFilter(service: service), page: page).rows.count,
                    try transaction.memberships(MembershipFilter(.identity("ada"), service: service), page: page).rows.count,
                    try transaction.memberships(MembershipFilter(address, service: service), page: page).rows.count,
                    try transaction.messages(matching: MessageSearch(service: service, text: SearchText("word")), page: page).rows.count,
                    try transaction.messages(in: conversation.sid, newestFirst: false, page: page).rows.count,
                    try transaction.participants(in: conversation.sid, page: page).rows.count,
                    try transaction.users(service: service, page: page).rows.count,
                ]
            }
        }
        #expect(try await counts() == [1, 1, 1, 1, 1, 2, 1])
        try await broker.perform(DeleteService(service))
        #expect(try await counts() == [0, 0, 0, 0, 0, 0, 0])
    }

    @Test func nothingIsAddedToIt() async throws {
        let installed = try await Installed()
        let broker = installed.broker
        let service = try await broker.perform(CreateService(friendlyName: "other")).sid
        try await broker.perform(DeleteService(service))
        let gone = Refusal.notFound("/Services/\(service)")
        await #expect(throws: gone) { try await broker.perform(CreateUser("ada", in: service)) }
        await #expect(throws: gone) { try await broker.perform(ConfigureWebhooks(of: service, postURL: "https://x.example")) }
        let key = try #require(MediaKey(rawValue: String(repeating: "0", count: 64)))
        await #expect(throws: gone) {
            try await broker.perform(RegisterMedia(in: service, key: key, contentType: "image/png", size: 1))
        }
    }

    /// Nobody will decide on what is held for a conversation that is gone.
    @Test(arguments: [true, false]) func whatIsHeldIsCancelled(withItsService: Bool) async throws {
        let installed = try await Installed(whenUnknown: .hold)
        let broker = installed.broker
        let service = try await broker.perform(CreateService(friendlyName: "other")).sid
        let conversation = try await broker.perform(CreateConversation(ConversationChanges(), in: service))
        let name = ConversationName(conversation.sid, in: service)
        try await broker.perform(AddParticipant(to: name, address: "+15557770001", proxyAddress: "+15550100000"))
        let message = try await broker.perform(CreateMessage(in: name, body: "x"))
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .unknown(Diagnosis(code: 0, text: "the line broke")))
        installed.clock.advance(.seconds(31))
        try await broker.perform(PassTime())
        #expect(try await installed.delivery(dispatch.delivery)?.phase == .held)
        if withItsService {
            try await broker.perform(DeleteService(service))
            for _ in 0..<4 { try await broker.perform(PassTime()) }
        } else {
            try await broker.perform(DeleteConversation(name))
        }
        let settled = try await installed.delivery(dispatch.delivery)
        #expect(settled?.phase == .settled && settled?.flags.contains(.cancelled) == true)
        // It may have arrived.
        #expect(settled?.status == .undelivered)
        #expect(settled?.message == message.sid)
        #expect(try await broker.read { try $0.queue(QueueFilter(), page: PageRequest(size: 9)).rows.isEmpty })
    }
}
