import Foundation
import ParleyClient
import Testing

/// One conversation from its first word to its end: two chat users, a telephone and a mailbox.
@Suite(.timeLimit(.minutes(15))) struct ClientStoryTests {
    @Test func fourPeople() async throws {
        guard let smtpSink = Peers.smtpSink else { return }
        let daemon = RunningDaemon.forClients()
        let kannel = KannelDouble(port: daemon.ports.kannel)
        try await daemon.start()
        defer { daemon.kill() }
        let sink = try await MailSink(program: smtpSink, daemon)
        defer { sink.stop() }
        try await kannel.serving {
            let alice = try await ChatUser.connected("alice", to: daemon)
            let carol = try await ChatUser.connected("carol", to: daemon)
            let joined = Heard(carol.client.conversationJoined)
            let conversation = try await alice.client.createConversation(friendlyName: "The leak")
            try await conversation.add(identity: carol.identity)
            let carols = try await joined.next()
            let people = (Heard(conversation.participantJoined), Heard(carols.participantJoined))
            let words = (Heard(conversation.messageAdded), Heard(carols.messageAdded))
            let receipts = (Heard(conversation.messageUpdated), Heard(carols.messageUpdated))
            try await carols.setAllMessagesUnread()

            let phone = try await conversation.addNonChatParticipant(proxyAddress: "+15551230001", address: "+15557770001")
            let mailbox = try await conversation.addNonChatParticipant(
                proxyAddress: "support@in.example", address: "bob@customer.example", attributes: ["name": "Bob"])
            for heard in [people.0, people.1] {
                #expect(try await heard.next { $0.type != .chat }.sid == phone.sid)
                let second = try await heard.next()
                #expect(second.sid == mailbox.sid && second.type == .email && second.attributes == ["name": "Bob"])
            }

            // 0: a text. Neither has a horizon yet.
            #expect(try await conversation.sendMessage("Hello both, the plumber comes at nine.") == 0)
            for heard in [words.0, words.1] { #expect(try await heard.next().body == "Hello both, the plumber comes at nine.") }
            #expect(try await conversation.getUnreadMessagesCount() == nil)
            #expect(try await carols.getUnreadMessagesCount() == nil)
            #expect(try await conversation.setAllMessagesRead() == 0)
            #expect(try await carols.setAllMessagesRead() == 0)

            // 1: a picture.
            let picture = SendMediaOptions(contentType: "image/png", filename: "leak.png", media: Picture.png)
            #expect(try await conversation.sendMessage(picture) == 1)
            for heard in [words.0, words.1] {
                let message = try await heard.next()
                #expect(message.index == 1 && message.type == .media)
                #expect(try await message.attachedMedia.first?.getContent() == Picture.png)
            }
            #expect(try await conversation.getUnreadMessagesCount() == 1)
            #expect(try await carols.getUnreadMessagesCount() == 1)
            #expect(try await carols.advanceLastReadMessageIndex(1) == 0)

            // The telephone has the text delivered; of mail it is known that the relay has taken it.
            try await delivered([0, 1], to: receipts.0, phone: phone, mailbox: mailbox)
            try await delivered([0, 1], to: receipts.1, phone: phone, mailbox: mailbox)
            try await eventually("the people outside have both") { kannel.texts.count >= 2 && sink.mails.count == 2 }
            #expect(kannel.texts.first?.text == "Hello both, the plumber comes at nine." && kannel.texts.first?.to == "+15557770001")

            // 2: the telephone answers. 3: the mailbox does.
            try await daemon.text("Thanks!", from: "+15557770001", to: "+15551230001")
            for heard in [words.0, words.1] {
                let message = try await heard.next()
                #expect(message.index == 2 && message.body == "Thanks!" && message.author == "+15557770001")
                #expect(message.participantSid == phone.sid)
                #expect(try await message.getParticipant().type == .sms)
            }
            try await daemon.mail("I will open the door.", from: "bob@customer.example", to: "support@in.example")
            for heard in [words.0, words.1] {
                let message = try await heard.next()
                #expect(message.index == 3 && message.author == "bob@customer.example" && message.participantSid == mailbox.sid)
                #expect(message.body?.trimmingCharacters(in: .whitespacesAndNewlines) == "I will open the door.")
            }
            #expect(try await conversation.getUnreadMessagesCount() == 3)
            #expect(try await carols.getUnreadMessagesCount() == 2)
            #expect(try await conversation.advanceLastReadMessageIndex(2) == 1)
            #expect(try await carols.setAllMessagesRead() == 0)
            #expect(try await conversation.setAllMessagesRead() == 0)
            // What one of them said the other one gets.
            try await eventually("each has the other's answer") {
                kannel.texts.contains { $0.text.contains("I will open the door.") } && sink.mails.count == 3
            }

            // Everybody has the same, in the same order.
            for conversation in [conversation, carols] {
                #expect(try await conversation.getMessages().items.map(\.index) == [0, 1, 2, 3])
                #expect(try await conversation.getMessagesCount() == 4)
                #expect(try await conversation.getParticipants().count == 4)
            }
            #expect(words.0.all.map(\.sid) == words.1.all.map(\.sid) && words.0.all.count == 4)
            for heard in [receipts.0, receipts.1] { #expect(isForward(heard.all.map(\.message))) }
            let end = (Heard(carols.removed), Heard(conversation.removed))
            try await conversation.delete()
            #expect(try await end.0.next() === carols)
            #expect(try await end.1.next() === conversation)
            await alice.client.shutdown()
            await carol.client.shutdown()
        }
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }

    /// Waits until both people outside have their receipts for the messages: the telephone `delivered`, the mailbox `sent`.
    private func delivered(_ indices: Set<Int>, to heard: Heard<MessageUpdate>, phone: Participant, mailbox: Participant) async throws {
        var latest: [Int: Message] = [:]
        while !indices.allSatisfy({ latest[$0]?.aggregatedDeliveryReceipt?.isComplete == true }) {
            let update = try await heard.next("receipts of \(indices)") { $0.updateReasons.contains(.deliveryReceipt) }
            latest[update.message.index] = update.message
        }
        for message in latest.values {
            let receipt = try #require(message.aggregatedDeliveryReceipt)
            #expect(receipt.total == 2 && receipt.sent == .all && receipt.delivered == .some, "\(receipt)")
            #expect(receipt.failed == .none && receipt.undelivered == .none && receipt.read == .none, "\(receipt)")
            let details = try await message.getDetailedDeliveryReceipts()
            let statuses = Dictionary(grouping: details, by: \.participantSid).mapValues { $0.map(\.status) }
            #expect(statuses == [phone.sid: [.delivered], mailbox.sid: [.sent]], "\(details)")
        }
    }

    /// True when no message's receipts go back: who was delivered to stays so.
    private func isForward(_ messages: [Message]) -> Bool {
        Dictionary(grouping: messages, by: \.sid).values.allSatisfy { messages in
            let ranks = messages.compactMap { $0.aggregatedDeliveryReceipt?.rank }
            return ranks == ranks.sorted()
        }
    }
}

extension AggregatedDeliveryReceipt {
    /// Both people outside have been sent it, and the telephone has it.
    fileprivate var isComplete: Bool { total == 2 && sent == .all && delivered == .some }

    fileprivate var rank: Int { (sent == .none ? 0 : sent == .some ? 1 : 2) + (delivered == .none ? 0 : 1) }
}
