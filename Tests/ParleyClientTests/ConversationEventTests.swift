import Testing

@testable import ParleyClient

@Suite(.timeLimit(.minutes(10))) struct ConversationEventTests {
    @Test func anOwnChangeIsToldOnceWithItsReasonAndNewestState() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        let told = bench.record()
        for (name, position) in [("Milk", 11), ("Sugar", 12)] {
            bench.wire.on("POST Conversations/CH1", at: Int64(position), Bench.view("CH1", ["friendly_name": .string(name)]))
            try await conversation.updateFriendlyName(name)
        }
        #expect(conversation.friendlyName == "Sugar")
        #expect(told() == [])
        await bench.event("conversationUpdated", at: 11, Bench.view("CH1", ["friendly_name": "Milk"]))
        #expect(conversation.friendlyName == "Sugar")
        await bench.event("conversationUpdated", at: 12, Bench.view("CH1", ["friendly_name": "Sugar"]))
        #expect(told() == ["conversation friendlyName", "conversation friendlyName"])
        await bench.client.shutdown()
    }

    @Test func aLossIsToldAgainAfterOneCameBackUntold() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        let told = bench.record()
        await bench.event("participantRemoved", at: 11, Bench.participant("alice"))
        // Added again while nothing was told.
        bench.wire.on("GET MyConversations/CH1", at: 20, Bench.view())
        _ = try await bench.client.getConversationBySid("CH1")
        bench.wire.on("GET MyConversations", at: 20, ["conversations": [Bench.view()], "meta": [:]])
        await bench.connect(at: 20, isResync: true)
        #expect(conversation.status == .joined)
        await bench.event("participantRemoved", at: 21, Bench.participant("alice"))
        #expect(conversation.status == .notParticipating)
        #expect(told().filter { $0 == "left CH1" }.count == 2)
        await bench.client.shutdown()
    }

    /// One's own participant became another user's, and another's one's own.
    @Test func aParticipantIsHandedOver() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        let told = bench.record()
        await bench.event("participantAdded", at: 11, Bench.participant("alice"))
        await bench.event(
            "participantUpdated", at: 12, of: "MB-alice", Bench.participant("bob", ["sid": "MB-alice", "identity_changed": true]))
        #expect(conversation.status == .notParticipating)
        #expect(told().suffix(3) == ["left CH1", "gone CH1", "removed CH1"])
        bench.wire.on("GET MyConversations/CH1", at: 13, Bench.view())
        await bench.event(
            "participantUpdated", at: 13, of: "MB-eve", Bench.participant("alice", ["sid": "MB-eve", "identity_changed": true]))
        #expect(conversation.status == .joined)
        #expect(told().contains("joined CH1"))
        await bench.client.shutdown()
    }

    /// Of whoever was erased the event says a pseudonym; the SID is one's own.
    @Test func anErasedPersonIsToldOfTheirOwnEnd() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        await bench.event("participantAdded", at: 11, Bench.participant("alice"))
        let told = bench.record()
        await bench.event("participantRemoved", at: 12, of: "MB-alice", Bench.participant("erased-12", ["sid": "MB-alice"]))
        #expect(conversation.status == .notParticipating && told() == ["left CH1", "gone CH1", "removed CH1"])
        await bench.client.shutdown()
    }

    @Test func nothingIsToldWhenNothingChanged() async throws {
        let bench = await Bench.connected()
        _ = try await bench.conversation()
        let told = bench.record()
        await bench.event("conversationUpdated", at: 11, Bench.view())
        #expect(told() == [])
        await bench.client.shutdown()
    }

    @Test func anOlderEventDoesNotUndoANewerAnswer() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation(at: 20, ["friendly_name": "New"])
        let told = bench.record()
        await bench.event("conversationUpdated", at: 15, Bench.view("CH1", ["friendly_name": "Old"]))
        #expect(conversation.friendlyName == "New")
        #expect(told() == ["conversation attributes,dateUpdated,friendlyName,uniqueName"])
        await bench.client.shutdown()
    }

    @Test func leavingSilencesWhatIsOlderAndIsToldOnceInOrder() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        let told = bench.record()
        bench.wire.on("DELETE Conversations/CH1/Participants/alice", at: 15, nil, status: 204)
        #expect(try await conversation.leave() === conversation)
        #expect(conversation.status == .notParticipating)
        await bench.event("messageAdded", at: 12, Bench.message(4))
        await bench.event("participantAdded", at: 13, Bench.participant("carol"))
        await bench.event("conversationUpdated", at: 14, Bench.view("CH1", ["friendly_name": "Other"]))
        #expect(told() == [])
        await bench.event("participantRemoved", at: 15, Bench.participant("alice"))
        #expect(told() == ["left CH1", "gone CH1", "removed CH1"])
        await bench.event("conversationRemoved", at: 16, Bench.view())
        #expect(told().count == 3)
        // Not in it any more: nothing is asked for.
        let requests = bench.wire.requests.count
        try await conversation.leave()
        #expect(bench.wire.requests.count == requests)
        await bench.client.shutdown()
    }

    @Test(arguments: ["alice", "MB-alice"]) func takingOneselfOutIsLeaving(name: String) async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation("CH1", ["participant": Bench.participant("alice")])
        bench.wire.on("DELETE Conversations/CH1/Participants/\(name)", at: 15, nil, status: 204)
        try await conversation.removeParticipant(name)
        #expect(conversation.status == .notParticipating)
        await bench.client.shutdown()
    }

    @Test func aRejoiningBeforeTheFeedToldOfTheLeavingStays() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        let told = bench.record()
        bench.wire.on("DELETE Conversations/CH1/Participants/alice", at: 15, nil, status: 204)
        try await conversation.leave()
        bench.wire.on("POST Conversations/CH1/Participants", at: 17, Bench.participant("alice"), status: 201)
        bench.wire.on("GET MyConversations/CH1", at: 17, Bench.view())
        try await conversation.join()
        await bench.event("participantRemoved", at: 15, Bench.participant("alice"))
        #expect(conversation.status == .joined)
        await bench.event("participantAdded", at: 17, Bench.participant("alice"))
        #expect(told() == ["left CH1", "gone CH1", "removed CH1", "added CH1", "joined CH1", "conversation status"])
        await bench.client.shutdown()
    }

    @Test func gettingIntoAConversationIsToldWithOneObject() async throws {
        let bench = await Bench.connected()
        let told = bench.record()
        var added = bench.client.conversationAdded.makeAsyncIterator()
        bench.wire.on("GET MyConversations/CH1", at: 12, Bench.view())
        await bench.event("participantAdded", at: 12, Bench.participant("alice"))
        #expect(told() == ["added CH1", "joined CH1"])
        let conversation = await added.next()
        #expect(try await bench.client.getConversationBySid("CH1") === conversation)
        await bench.client.shutdown()
    }

    @Test func aLossOfAConversationThatWasNeverReadIsTold() async {
        let bench = await Bench.connected()
        let told = bench.record()
        await bench.event("participantRemoved", at: 12, Bench.participant("alice"))
        #expect(told() == ["left CH1", "gone CH1", "removed CH1"])
        await bench.client.shutdown()
    }

    @Test func aLeavingWhoseContentWasErasedIsTold() async throws {
        let bench = await Bench.connected()
        _ = try await bench.conversation("CH1", ["participant": Bench.participant("alice")])
        let told = bench.record()
        await bench.event("participantRemoved", at: 12, of: "MB-alice", ["erased": true, "sid": nil, "identity": nil])
        #expect(told() == ["left CH1", "gone CH1", "removed CH1"])
        await bench.client.shutdown()
    }

    @Test func whatHappensInAConversationThatWasLeftMeanwhileIsNotTold() async {
        let bench = await Bench.connected()
        let told = bench.record()
        bench.wire.on("GET MyConversations/CH1", at: 20, ["code": 50430, "message": "no", "status": 403], status: 403)
        await bench.event("messageAdded", at: 12, Bench.message(4))
        #expect(told() == [])
        await bench.client.shutdown()
    }

    @Test func oneIsInWhatOneMadeAndTheFirstJoinSaysSo() async throws {
        let bench = await Bench.connected()
        bench.wire.on("POST Conversations", at: 12, Bench.view("CH1"), status: 201)
        bench.wire.on("GET MyConversations/CH1", at: 12, Bench.view())
        let conversation = try await bench.client.createConversation(friendlyName: "Tea", attributes: ["a": [1]])
        #expect(bench.wire.requests[0].text == "Attributes=%7B%22a%22%3A%5B1%5D%7D&FriendlyName=Tea")
        #expect(conversation.status == .joined)
        let requests = bench.wire.requests.count
        try await conversation.join()
        #expect(bench.wire.requests.count == requests)
        bench.wire.on("POST Conversations/CH1/Participants", at: 12, ["code": 50433, "message": "there", "status": 409], status: 409)
        await #expect(throws: ConversationsError(status: 409, code: 50433, message: "there")) { try await conversation.join() }
        await bench.client.shutdown()
    }

    @Test func oneselfReadingIsAChangeOfTheConversation() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        let told = bench.record()
        let part: [String: JSONValue] = ["last_read_message_index": 2, "notification_level": "muted"]
        await bench.event("participantUpdated", at: 11, Bench.participant("alice", part))
        #expect(conversation.lastReadMessageIndex == 2 && conversation.notificationLevel == .muted)
        #expect(told().last == "conversation lastReadMessageIndex,notificationLevel")
        await bench.client.shutdown()
    }

    @Test func missedEventsAreReadAgainAndTold() async throws {
        let bench = await Bench.connected()
        let (kept, lost) = (try await bench.conversation("CH1"), try await bench.conversation("CH2"))
        let told = bench.record()
        bench.wire.on(
            "GET MyConversations", at: 50,
            ["conversations": [Bench.view("CH1", ["friendly_name": "Cake"])], "meta": ["next_page_url": nil]])
        await bench.connect(at: 50, isResync: true)
        #expect(kept.friendlyName == "Cake" && lost.status == .notParticipating)
        #expect(told() == ["conversation friendlyName", "left CH2", "gone CH2", "removed CH2", "resynced"])
        await bench.client.shutdown()
    }

    @Test func theStateIsReadWithTheRest() async throws {
        let bench = await Bench.connected()
        let conversation = try await bench.conversation()
        let told = bench.record()
        bench.wire.on("GET MyConversations/CH1", at: 11, Bench.view("CH1", ["state": "closed", "date_updated": "2026-02-01T00:00:00Z"]))
        await bench.event("conversationStateUpdated", at: 11, of: "CH1", ["state_from": "active", "state_to": "closed", "reason": "API"])
        #expect(conversation.state == .closed)
        #expect(told() == ["conversation state"])
        await bench.client.shutdown()
    }
}
