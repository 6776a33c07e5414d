import Foundation
import ParleyClient
import Testing

/// Who takes part: added, found, counted, removed.
extension ClientDialogueTests {
    // MARK: add

    @Test func addTellsEverybody() async throws {
        try await TwoUsers.talk { users in
            let carol = try await users.stranger()
            let (added, joined) = (Heard(carol.client.conversationAdded), Heard(carol.client.conversationJoined))
            let (alices, bobs) = (Heard(users.conversation.participantJoined), Heard(users.bobs.participantJoined))
            let participant = try await users.conversation.add(identity: carol.identity, attributes: ["seat": 4])
            #expect(participant.identity == carol.identity && participant.type == .chat && participant.attributes == ["seat": 4])
            #expect(participant.sid.hasPrefix("MB") && participant.conversation === users.conversation)
            // What a method has returned is known to all others at once.
            #expect(try await users.conversation.getParticipantByIdentity(carol.identity).sid == participant.sid)
            #expect(try await users.conversation.getParticipantsCount() == 3)

            let rest = try await users.rest(participant: carol.identity)
            #expect(rest.json["sid"]?.string == participant.sid && rest.json["attributes"]?.string == #"{"seat":4}"#, "\(rest.text)")
            #expect(rest.json["messaging_binding"] == .null)
            for heard in [alices, bobs] {
                let told = try await heard.next()
                #expect(told.sid == participant.sid && told.identity == carol.identity && told.attributes == ["seat": 4])
            }
            #expect(try await added.next().sid == users.conversation.sid)
            let carols = try await joined.next()
            #expect(carols.sid == users.conversation.sid && carols.status == .joined && carols.friendlyName == "Test")
            await carol.client.shutdown()
            #expect(alices.all.count == 1 && bobs.all.count == 1)
        }
    }

    @Test func addTakesAnyAttributes() async throws {
        try await TwoUsers.talk { users in
            for text in Self.anyJSON {
                let value = try JSONValue(parsing: text)
                let participant = try await users.conversation.add(identity: "dave", attributes: value)
                #expect(participant.attributes == value)
                #expect(try await users.bobs.getParticipantBySid(participant.sid).attributes == value)
                try await users.conversation.removeParticipant(participant)
            }
        }
    }

    @Test func addRejections() async throws {
        try await TwoUsers.talk { users in
            let conversation = users.conversation
            await expectRejection(0, 20001, "identity") { try await conversation.add(identity: "") }
            await expectRejection(409, 50433, "Participant already exists") { try await conversation.add(identity: users.bob.identity) }
            await expectRejection(403, 50107, "addParticipant") { try await users.bobs.add(identity: "dave") }
            await expectRejection(400, 20001, "Identity") { try await conversation.add(identity: String(repeating: "a", count: 257)) }
            await expectRejection(400, 20001, "Identity") { try await conversation.add(identity: "a\nb") }
            let long = JSONValue.string(String(repeating: "a", count: 4096))
            await expectRejection(400, 50303, "Attributes") { try await conversation.add(identity: "dave", attributes: long) }
            #expect(try await conversation.getParticipantsCount() == 2)
            for name in ["c", "d", "e", "f"] { try await conversation.add(identity: name) }
            await expectRejection(403, 50417, "6") { try await conversation.add(identity: "g") }
        }
    }

    // MARK: addNonChatParticipant

    @Test(arguments: [
        ("+15550100000", Telephone.number(), "sms"), ("support@in.example", "\(ChatUser.identity("c"))@customer.example", "email"),
    ])
    func addNonChatParticipantTellsEverybody(proxy: String, address: String, type: String) async throws {
        try await TwoUsers.talk { users in
            let (alices, bobs) = (Heard(users.conversation.participantJoined), Heard(users.bobs.participantJoined))
            let participant = try await users.conversation.addNonChatParticipant(
                proxyAddress: proxy, address: address, attributes: ["name": "Dora"])
            #expect(participant.type == (type == "sms" ? .sms : .email) && participant.identity == nil)
            #expect(participant.attributes == ["name": "Dora"] && participant.sid.hasPrefix("MB"))
            let rest = try await users.rest(participant: participant.sid)
            let binding = try #require(rest.json["messaging_binding"], "\(rest.text)")
            #expect(binding["type"]?.string == type && binding["proxy_address"]?.string == proxy && binding["address"]?.string == address)
            for heard in [alices, bobs] {
                let told = try await heard.next()
                #expect(told.sid == participant.sid && told.type == participant.type && told.attributes == ["name": "Dora"])
            }
            #expect(try await users.conversation.getParticipantBySid(participant.sid).type == participant.type)
            await expectRejection(0, 20001) { try await participant.getUser() }
        }
    }

    @Test(arguments: [
        ("", "+15552999999", 0, 20001, "proxyAddress"), ("+15550100000", "", 0, 20001, "address"),
        ("+15550100000", "nobody at all here", 400, 50407, "MessagingBinding.Address"),
        ("+15550100000", "+1", 400, 50407, "MessagingBinding.Address"),
        ("nobody at all here", "+15552999999", 400, 50408, "MessagingBinding.ProxyAddress"),
        ("support@", "a@customer.example", 400, 50408, "MessagingBinding.ProxyAddress"),
        ("+15550100000", "+15550100000", 400, 50409, "MessagingBinding.Address"),
        ("+15550100000", "a@customer.example", 400, 50414, "one kind"),
        // The proxy comes first: the other way round it is nobody's of ours.
        ("+15552999999", "+15550100000", 403, 50413, "MessagingBinding.ProxyAddress"),
        ("+15550100000", "+15551230001", 400, 50407, "served by this gateway"),
    ])
    func addNonChatParticipantRejections(proxy: String, address: String, status: Int, code: Int, says: String) async throws {
        try await TwoUsers.talk { users in
            await expectRejection(status, code, says) {
                try await users.conversation.addNonChatParticipant(proxyAddress: proxy, address: address)
            }
            let count = try await users.conversation.getParticipantsCount()
            #expect(count == 2)
        }
    }

    @Test func addNonChatParticipantIsBoundOnce() async throws {
        try await TwoUsers.talk { users in
            let (proxy, phone) = ("+15550100000", Telephone.number())
            await expectRejection(403, 50107, "addNonChatParticipant") {
                try await users.bobs.addNonChatParticipant(proxyAddress: proxy, address: phone)
            }
            try await users.conversation.addNonChatParticipant(proxyAddress: proxy, address: phone)
            let sentence = "A binding for this participant and proxy address already exists in Conversation \(users.conversation.sid)"
            await expectRejection(409, 50416, sentence) {
                try await users.conversation.addNonChatParticipant(proxyAddress: proxy, address: phone)
            }
            let other = try await users.bob.client.createConversation()
            await expectRejection(409, 50416, sentence) { try await other.addNonChatParticipant(proxyAddress: proxy, address: phone) }
            try await users.conversation.addNonChatParticipant(proxyAddress: proxy, address: Telephone.number())
            await expectRejection(403, 50418, "2") {
                try await users.conversation.addNonChatParticipant(proxyAddress: proxy, address: Telephone.number())
            }
            // The pair is free once its holder has been deleted.
            try await users.conversation.delete()
            try await other.addNonChatParticipant(proxyAddress: proxy, address: phone)
        }
    }

    // MARK: getParticipants, getParticipantsCount, getParticipantByIdentity, getParticipantBySid

    @Test func participantsAreFound() async throws {
        try await TwoUsers.talk { users in
            let phone = try await users.conversation.addNonChatParticipant(proxyAddress: "+15550100000", address: Telephone.number())
            for conversation in [users.conversation, users.bobs] {
                let all = try await conversation.getParticipants()
                #expect(Set(all.map(\.identity)) == [users.alice.identity, users.bob.identity, nil] && all.count == 3)
                #expect(Set(all.map(\.type)) == [.chat, .sms])
                #expect(try await conversation.getParticipantsCount() == 3)
                let bob = try await conversation.getParticipantByIdentity(users.bob.identity)
                #expect(bob.identity == users.bob.identity && all.contains { $0.sid == bob.sid })
                #expect(try await conversation.getParticipantBySid(phone.sid).type == .sms)
                #expect(bob.conversation === conversation)
                #expect(try await bob.getUser().identity == users.bob.identity)
            }
            try await users.conversation.removeParticipant(phone)
            #expect(try await users.conversation.getParticipants().count == 2)
            #expect(try await users.conversation.getParticipantsCount() == 2)
        }
    }

    @Test func participantsAreNotFound() async throws {
        try await TwoUsers.talk { users in
            let phone = Telephone.number()
            try await users.conversation.addNonChatParticipant(proxyAddress: "+15550100000", address: phone)
            let elsewhere = try await users.alice.client.createConversation()
            let foreign = try await elsewhere.getParticipantByIdentity(users.alice.identity).sid
            for conversation in [users.conversation, users.bobs] {
                for name in ["nobody", users.bob.identity.uppercased(), "a b/c?&ü", phone] {
                    do {
                        _ = try await conversation.getParticipantByIdentity(name)
                        Issue.record("\(name) was found")
                    } catch let error as ConversationsError {
                        #expect(error.message == "Participant with identity \(name) was not found", "\(error)")
                    }
                }
                for sid in ["MB00000000000000000000000000000000", "nobody", foreign, users.bob.identity] {
                    do {
                        _ = try await conversation.getParticipantBySid(sid)
                        Issue.record("\(sid) was found")
                    } catch let error as ConversationsError {
                        #expect(error.message == "Participant with SID \(sid) was not found", "\(error)")
                    }
                }
            }
        }
    }

    // MARK: removeParticipant

    @Test(arguments: [true, false]) func removeParticipantTellsEverybody(byObject: Bool) async throws {
        try await TwoUsers.talk { users in
            let carol = try await users.stranger("carol /ü?&#%")
            let joined = Heard(carol.client.conversationJoined)
            let participant = try await users.conversation.add(identity: carol.identity)
            let carols = try await joined.next()
            let lost = (Heard(carol.client.conversationLeft), Heard(carol.client.conversationRemoved), Heard(carols.removed))
            let (alices, bobs) = (Heard(users.conversation.participantLeft), Heard(users.bobs.participantLeft))
            if byObject {
                try await users.conversation.removeParticipant(participant)
            } else {
                try await users.conversation.removeParticipant(carol.identity)
            }
            #expect(try await users.rest(participant: participant.sid).status == 404)
            #expect(try await users.conversation.getParticipants().allSatisfy { $0.sid != participant.sid })
            for heard in [alices, bobs] {
                let left = try await heard.next()
                #expect(left.sid == participant.sid && left.identity == carol.identity)
            }
            for heard in [lost.0, lost.1, lost.2] { #expect(try await heard.next() === carols) }
            #expect(carols.status == .notParticipating)
            await expectRejection(403, 50430) { try await carols.sendMessage("still here?") }
            await carol.client.shutdown()
        }
    }

    @Test func removeParticipantTakesSIDsAndPeopleOutside() async throws {
        try await TwoUsers.talk { users in
            let left = Heard(users.bobs.participantLeft)
            let phone = Telephone.number()
            let first = try await users.conversation.addNonChatParticipant(proxyAddress: "+15550100000", address: phone)
            try await users.conversation.removeParticipant(first)
            let second = try await users.conversation.addNonChatParticipant(proxyAddress: "+15550100000", address: phone)
            try await users.conversation.removeParticipant(second.sid)
            let third = try await users.conversation.addNonChatParticipant(proxyAddress: "+15550100000", address: phone)
            try await third.remove()
            for participant in [first, second, third] {
                let gone = try await left.next()
                #expect(gone.sid == participant.sid && gone.type == .sms && gone.identity == nil)
            }
        }
    }

    @Test func removeParticipantRejections() async throws {
        try await TwoUsers.talk { users in
            await expectRejection(0, 20001, "participant") { try await users.conversation.removeParticipant("") }
            await expectRejection(404, 20404, "/Participants/nobody") { try await users.conversation.removeParticipant("nobody") }
            await expectRejection(403, 50107, "removeParticipant") { try await users.bobs.removeParticipant(users.alice.identity) }
            let participant = try await users.conversation.getParticipantByIdentity(users.bob.identity)
            try await users.conversation.removeParticipant(participant)
            await expectRejection(404, 20404) { try await users.conversation.removeParticipant(participant) }
        }
    }

    // MARK: A participant's own methods

    @Test func participantsAttributesAreUpdated() async throws {
        try await TwoUsers.talk { users in
            let (alices, bobs) = (Heard(users.conversation.participantUpdated), Heard(users.bobs.participantUpdated))
            let bob = try await users.bobs.getParticipantByIdentity(users.bob.identity)
            let updated = try await bob.updateAttributes(["mood": "good"])
            #expect(updated.sid == bob.sid && updated.attributes == ["mood": "good"] && bob.attributes == [:])
            #expect(try await users.bobs.getParticipantBySid(bob.sid).attributes == ["mood": "good"])
            for heard in [alices, bobs] {
                let told = try await heard.next { $0.updateReasons.contains(.attributes) }
                #expect(told.participant.sid == bob.sid && told.participant.attributes == ["mood": "good"])
            }
            let alice = try await users.bobs.getParticipantByIdentity(users.alice.identity)
            await expectRejection(403, 50107, "editAnyParticipantAttributes") { try await alice.updateAttributes([:]) }
        }
    }
}
