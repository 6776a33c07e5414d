import Testing

@testable import ParleyClient

@Suite(.timeLimit(.minutes(10))) struct MessageEventTests {
    private static func page(_ messages: [JSONValue], next: Bool = false, previous: Bool = false) -> JSONValue {
        ["messages": .array(messages), "meta": ["has_next": .bool(next), "has_previous": .bool(previous)]]
    }

    @Test func anEventOlderThanWhatWasReadIsToldWithTheNewer() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        bench.wire.on("GET MyConversations/CH1/Messages", at: 20, MessageEventTests.page([Bench.message(1, ["body": "new"])]))
        #expect(try await conversation.getMessages().items.map(\.body) == ["new"])
        let told = bench.record()
        await bench.event("messageUpdated", at: 15, Bench.message(1, ["body": "old"]))
        await bench.event("messageUpdated", at: 20, Bench.message(1, ["body": "new"]))
        #expect(told() == ["message new attributes,author,body,dateUpdated,subject", "message new body"])
        await bench.client.shutdown()
    }

    @Test func whatWasSentAndChangedIsToldAsItIsNow() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        let told = bench.record()
        bench.wire.on("POST Conversations/CH1/Messages", at: 11, Bench.message(4), status: 201)
        #expect(try await conversation.sendMessage("hello") == 4)
        #expect(conversation.lastMessage?.index == 4)
        bench.wire.on("GET MyConversations/CH1/Messages", at: 11, MessageEventTests.page([Bench.message(4)]))
        let sent = try await conversation.getMessages().items[0]
        bench.wire.on("POST Conversations/CH1/Messages/IM4", at: 12, Bench.message(4, ["body": "bye"]))
        #expect(try await sent.updateBody("bye").body == "bye")
        await bench.event("messageAdded", at: 11, Bench.message(4))
        await bench.event("messageUpdated", at: 12, Bench.message(4, ["body": "bye"]))
        #expect(told() == ["messageAdded bye", "conversation lastMessage", "message bye body"])
        await bench.client.shutdown()
    }

    @Test func aReceiptIsAChangeOfItsMessage() async throws {
        let bench = await Bench.connected()
        _ = try await bench.conversation()
        let told = bench.record()
        func delivery(_ sent: JSONValue) -> JSONValue {
            ["total": 2, "sent": sent, "delivered": "none", "read": "none", "failed": "none", "undelivered": "none"]
        }
        func receipt(_ sent: JSONValue) -> JSONValue { ["sid": "DY1", "message_sid": "IM1", "delivery": delivery(sent)] }
        bench.wire.on("GET Conversations/CH1/Messages/IM1", at: 11, Bench.message(1, ["delivery": delivery("some")]))
        await bench.event("deliveryUpdated", at: 11, receipt("some"))
        await bench.event("deliveryUpdated", at: 12, receipt("some"))
        await bench.event("deliveryUpdated", at: 13, receipt("all"))
        #expect(told() == ["message hello deliveryReceipt", "message hello deliveryReceipt"])
        #expect(bench.wire.lines.filter { $0.contains("IM1") }.count == 1)
        await bench.client.shutdown()
    }

    /// What an event does not say and cannot be read now is missed, and applications hear that something is; what is gone is just gone.
    @Test func whatCannotBeReadIsMissedAloud() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation("CH1", ["last_message": ["index": 4, "date_created": Bench.date]])
        let told = bench.record()
        bench.wire.on("GET Conversations/CH1/Messages/IM1") { _ throws(WireFailure) in throw .timedOut }
        await bench.event("deliveryUpdated", at: 11, ["sid": "DY1", "message_sid": "IM1", "delivery": nil])
        #expect(told() == ["resynced"])
        await bench.event("deliveryUpdated", at: 12, ["sid": "DY2", "message_sid": "IM2", "delivery": nil])
        #expect(told() == ["resynced"])
        bench.wire.on("GET MyConversations/CH1") { _ throws(WireFailure) in throw .timedOut }
        await bench.event("messageRemoved", at: 13, Bench.message(4))
        #expect(told() == ["resynced", "resynced", "messageRemoved 4"] && conversation.lastMessage?.index == 4)
        await bench.client.shutdown()
    }

    @Test func theNewestMessageFollowsRemovals() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation("CH1", ["last_message": ["index": 4, "date_created": Bench.date]])
        let told = bench.record()
        bench.wire.on("GET MyConversations/CH1", at: 11, Bench.view("CH1", ["last_message": ["index": 2, "date_created": Bench.date]]))
        await bench.event("messageRemoved", at: 11, Bench.message(4))
        #expect(conversation.lastMessage?.index == 2)
        #expect(told() == ["messageRemoved 4", "conversation lastMessage"])
        await bench.client.shutdown()
    }

    @Test func participantsAreToldWithTheirReasons() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        let told = bench.record()
        await bench.event("participantAdded", at: 11, Bench.participant("carol"))
        await bench.event("participantUpdated", at: 12, Bench.participant("carol", ["attributes": "{\"a\":1}"]))
        await bench.event("participantUpdated", at: 13, Bench.participant("carol", ["attributes": "{\"a\":1}"]))
        await bench.event("participantRemoved", at: 14, Bench.participant("carol"))
        #expect(told() == ["participantJoined carol", "participant attributes", "participantLeft carol"])
        #expect(conversation.status == .joined)
        await bench.client.shutdown()
    }

    @Test func aConversationTellsItsOwnEventsOnly() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        bench.wire.on("GET MyConversations/CH2", at: 10, Bench.view("CH2"))
        var added = conversation.messageAdded.makeAsyncIterator()
        await bench.event("messageAdded", at: 11, in: "CH2", Bench.message(1, ["body": "elsewhere"]))
        await bench.event("messageAdded", at: 12, Bench.message(2, ["body": "here"]))
        #expect(await added.next()?.body == "here")
        await bench.client.shutdown()
    }

    @Test func pagesGoOnBesideTheOneThatIsThere() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        let all = (0..<10).map { Bench.message($0) }
        let base = "GET MyConversations/CH1/Messages?PageSize=3&Direction="
        bench.wire.on(base + "backwards", at: 10, MessageEventTests.page(Array(all[7...]), previous: true))
        bench.wire.on(base + "backwards&Anchor=6", at: 10, MessageEventTests.page(Array(all[4..<7]), next: true, previous: true))
        bench.wire.on(base + "forward&Anchor=7", at: 10, MessageEventTests.page(Array(all[7...]), previous: true))
        bench.wire.on(base + "forward&Anchor=0", at: 10, MessageEventTests.page(Array(all[..<3]), next: true))
        bench.wire.on(base + "forward&Anchor=99", at: 10, MessageEventTests.page([], previous: true))
        bench.wire.on(base + "backwards&Anchor=98", at: 10, MessageEventTests.page(Array(all[7...]), previous: true))
        let newest = try await conversation.getMessages(pageSize: 3)
        #expect(newest.items.map(\.index) == [7, 8, 9] && !newest.hasNextPage && newest.hasPrevPage)
        let older = try await newest.prevPage()
        #expect(older.items.map(\.index) == [4, 5, 6] && older.hasNextPage)
        #expect(try await older.nextPage().items.map(\.index) == [7, 8, 9])
        #expect(try await conversation.getMessages(pageSize: 3, direction: .forward).items.map(\.index) == [0, 1, 2])
        let beyond = try await conversation.getMessages(pageSize: 3, anchor: 99, direction: .forward)
        #expect(try await beyond.prevPage().items.map(\.index) == [7, 8, 9])
        await #expect(throws: ConversationsError(status: 0, code: 0, message: "No next page")) { try await newest.nextPage() }
        await bench.client.shutdown()
    }
}
