import Foundation
import ParleyClient
import Testing

/// What is said: sent, read, counted.
extension ClientDialogueTests {
    // MARK: sendMessage

    @Test func sendMessageTellsEverybody() async throws {
        try await TwoUsers.talk { users in
            let (alices, bobs) = (Heard(users.conversation.messageAdded), Heard(users.bobs.messageAdded))
            let updates = Heard(users.bobs.updated)
            #expect(try await users.conversation.sendMessage("Hello, \u{1F600} ü", attributes: ["mood": ["good"]]) == 0)
            #expect(users.conversation.lastMessage?.index == 0)
            #expect(try await users.conversation.getMessagesCount() == 1)
            #expect(try await users.bobs.sendMessage("Hello yourself") == 1)
            for (heard, conversation) in [(alices, users.conversation), (bobs, users.bobs)] {
                let first = try await heard.next()
                #expect(first.index == 0 && first.author == users.alice.identity && first.body == "Hello, \u{1F600} ü")
                #expect(first.type == .text && first.attributes == ["mood": ["good"]] && first.attachedMedia.isEmpty)
                #expect(first.conversation === conversation && first.sid.hasPrefix("IM"))
                let participant = try await first.getParticipant()
                #expect(participant.sid == first.participantSid && participant.identity == users.alice.identity)
                let second = try await heard.next()
                #expect(second.index == 1 && second.author == users.bob.identity && second.body == "Hello yourself")
            }
            _ = try await updates.next { $0.updateReasons.contains(.lastMessage) && $0.conversation.lastMessage?.index == 1 }
            let rest = try await users.daemon.messages(of: users.conversation.sid)
            #expect(rest.map { $0["body"]?.string } == ["Hello, \u{1F600} ü", "Hello yourself"])
            #expect(rest.map { $0["author"]?.string } == [users.alice.identity, users.bob.identity])
        }
    }

    @Test func sendMessageTakesAnyAttributes() async throws {
        try await TwoUsers.talk { users in
            let heard = Heard(users.bobs.messageAdded)
            for (index, text) in Self.anyJSON.enumerated() {
                let value = try JSONValue(parsing: text)
                #expect(try await users.conversation.sendMessage(text, attributes: value) == index)
                #expect(try await heard.next().attributes == value)
            }
            let read = try await users.bobs.getMessages()
            for message in read.items {
                #expect(try message.attributes == JSONValue(parsing: message.body ?? ""))
            }
        }
    }

    @Test func sendMessageTakesAPicture() async throws {
        try await TwoUsers.talk { users in
            let heard = Heard(users.bobs.messageAdded)
            let picture = SendMediaOptions(contentType: "image/png", filename: "leak ü.png", media: Picture.png)
            #expect(try await users.conversation.sendMessage(picture, attributes: ["room": 3]) == 0)
            let read = try #require(try await users.conversation.getMessages().items.first)
            for message in [try await heard.next(), read] {
                #expect(message.type == .media && message.body == nil && message.attributes == ["room": 3])
                let medium = try #require(message.attachedMedia.first)
                #expect(message.attachedMedia.count == 1)
                #expect(medium.contentType == "image/png" && medium.filename == "leak ü.png" && medium.size == Picture.png.count)
                #expect(try await medium.getContent() == Picture.png)
                #expect(try await medium.getContentTemporaryUrl().absoluteString.hasPrefix("http"))
            }
        }
    }

    @Test func sendMessageTakesAForm() async throws {
        try await TwoUsers.talk { users in
            let heard = Heard(users.bobs.messageAdded)
            var form = MultipartForm()
            for number in 0..<3 {
                form.append(name: "file", contentType: "text/plain", filename: "\(number).txt", media: Array("content \(number)".utf8))
            }
            #expect(try await users.conversation.sendMessage(form) == 0)
            let message = try await heard.next()
            #expect(message.type == .media && message.attachedMedia.map(\.filename) == ["0.txt", "1.txt", "2.txt"])
            for (number, medium) in message.attachedMedia.enumerated() {
                #expect(try await medium.getContent() == Array("content \(number)".utf8))
            }
        }
    }

    @Test func sendMessageWithoutAText() async throws {
        try await TwoUsers.talk { users in
            // nil is an empty text: what is said is in the attributes, for applications alone.
            let phone = try await users.conversation.addNonChatParticipant(
                proxyAddress: "+15551230001", address: Telephone.number())
            let heard = Heard(users.bobs.messageAdded)
            #expect(try await users.conversation.sendMessage(nil, attributes: ["kind": "call"]) == 0)
            #expect(try await users.conversation.sendMessage("") == 1)
            for attributes: JSONValue in [["kind": "call"], [:]] {
                let message = try await heard.next()
                #expect(message.type == .text && (message.body ?? "") == "" && message.attributes == attributes)
                #expect(message.aggregatedDeliveryReceipt == nil, "there is nothing that \(phone.sid) could be sent")
            }
            #expect(try await users.conversation.getMessagesCount() == 2)
        }
    }

    @Test func sendMessageRejections() async throws {
        try await TwoUsers.talk { users in
            let conversation = users.conversation
            await expectRejection(0, 20001, "contentType") {
                try await conversation.sendMessage(SendMediaOptions(contentType: "", media: [1]))
            }
            await expectRejection(0, 20001, "media") {
                try await conversation.sendMessage(SendMediaOptions(contentType: "image/png", media: []))
            }
            await expectRejection(0, 20001) { try await conversation.sendMessage(MultipartForm()) }
            var form = MultipartForm([SendMediaOptions(contentType: "image/png", media: [1])])
            form.append(name: "file", contentType: "image/png", filename: nil, media: [])
            await expectRejection(0, 20001, "media") { try await conversation.sendMessage(form) }
            let many = MultipartForm(Array(repeating: SendMediaOptions(contentType: "text/plain", media: "a"), count: 11))
            await expectRejection(0, 20001, "media") { try await conversation.sendMessage(many) }
            let long = String(repeating: "ü", count: 16 * 1024)
            await expectRejection(400, 50504, "Body") { try await conversation.sendMessage(long + "a") }
            let attributes = JSONValue.string(String(repeating: "a", count: 4095))
            await expectRejection(400, 50303, "Attributes") { try await conversation.sendMessage("text", attributes: attributes) }
            // None of these has used an index up.
            let index = try await conversation.sendMessage(long)
            #expect(index == 0)
            #expect(try await users.bobs.getMessages().items.map(\.body) == [long])
        }
    }

    @Test func sendMessageAtOnceAndManyTimes() async throws {
        try await TwoUsers.talk { users in
            let heard = Heard(users.bobs.messageAdded)
            let indices = try await withThrowingTaskGroup(of: Int.self) { sending in
                for number in 0..<20 { sending.addTask { try await users.conversation.sendMessage("text \(number)") } }
                return try await sending.reduce(into: []) { $0.append($1) }
            }
            #expect(indices.sorted() == Array(0..<20))
            for index in 0..<20 { #expect(try await heard.next().index == index) }
        }
    }

    // MARK: A message's own methods

    @Test func messagesAreEditedAndRemoved() async throws {
        try await TwoUsers.talk { users in
            try await users.say(2)
            let heard = (Heard(users.bobs.messageUpdated), Heard(users.bobs.messageRemoved))
            let message = try #require(try await users.conversation.getMessages().items.first)
            let edited = try await message.updateBody("edited")
            #expect(edited.body == "edited" && edited.index == 0 && message.body == "text 0")
            let update = try await heard.0.next()
            #expect(update.message.body == "edited" && update.updateReasons.contains(.body))
            #expect(try await edited.updateAttributes([1, 2]).attributes == [1, 2])
            #expect(try await heard.0.next { $0.updateReasons.contains(.attributes) }.message.attributes == [1, 2])
            let bobs = try #require(try await users.bobs.getMessages().items.first)
            #expect(bobs.body == "edited")
            await expectRejection(403, 50107, "editAnyMessage") { try await bobs.updateBody("mine") }
            await expectRejection(403, 50107, "deleteAnyMessage") { try await bobs.remove() }
            try await message.remove()
            #expect(try await heard.1.next().sid == message.sid)
            #expect(try await users.bobs.getMessages().items.map(\.index) == [1])
            await expectRejection(404, 20404) { try await message.updateBody("again") }
        }
    }

    // MARK: getMessages, getMessagesCount

    struct Page: Sendable, CustomTestStringConvertible {
        var size = 2
        var anchor: Int?
        var direction = Conversation.Direction.backwards
        var indices: [Int]
        var hasPrev: Bool
        var hasNext: Bool

        var testDescription: String { "\(size) \(direction) \(anchor.map { "\($0)" } ?? "-")" }
    }

    /// Of the messages 0, 1, 2, 4, 5, 6; what had index 3 was deleted.
    static let pages = [
        Page(indices: [5, 6], hasPrev: true, hasNext: false),
        Page(anchor: 4, indices: [2, 4], hasPrev: true, hasNext: true),
        Page(anchor: 3, indices: [1, 2], hasPrev: true, hasNext: true),
        Page(anchor: 0, indices: [0], hasPrev: false, hasNext: true),
        Page(anchor: 6, indices: [5, 6], hasPrev: true, hasNext: false),
        Page(anchor: 99, indices: [5, 6], hasPrev: true, hasNext: false),
        Page(direction: .forward, indices: [0, 1], hasPrev: false, hasNext: true),
        Page(anchor: 0, direction: .forward, indices: [0, 1], hasPrev: false, hasNext: true),
        Page(anchor: 4, direction: .forward, indices: [4, 5], hasPrev: true, hasNext: true),
        Page(anchor: 3, direction: .forward, indices: [4, 5], hasPrev: true, hasNext: true),
        Page(anchor: 6, direction: .forward, indices: [6], hasPrev: true, hasNext: false),
        Page(anchor: 99, direction: .forward, indices: [], hasPrev: true, hasNext: false),
        Page(size: 0, indices: [0, 1, 2, 4, 5, 6], hasPrev: false, hasNext: false),
        Page(size: 6, indices: [0, 1, 2, 4, 5, 6], hasPrev: false, hasNext: false),
        Page(size: 5, indices: [1, 2, 4, 5, 6], hasPrev: true, hasNext: false),
        Page(size: 100, direction: .forward, indices: [0, 1, 2, 4, 5, 6], hasPrev: false, hasNext: false),
    ]

    @Test func getMessagesByAnchorAndDirection() async throws {
        try await TwoUsers.talk { users in
            try await users.say(7)
            try await users.conversation.getMessages().items[3].remove()
            #expect(try await users.conversation.getMessagesCount() == 6)
            #expect(try await users.bobs.getMessagesCount() == 6)
            for page in Self.pages {
                let found = try await users.bobs.getMessages(pageSize: page.size, anchor: page.anchor, direction: page.direction)
                #expect(found.items.map(\.index) == page.indices, "\(page.testDescription)")
                #expect(found.hasPrevPage == page.hasPrev && found.hasNextPage == page.hasNext, "\(page.testDescription)")
            }
        }
    }

    @Test func getMessagesPageByPage() async throws {
        try await TwoUsers.talk { users in
            try await users.say(7)
            try await users.conversation.getMessages().items[3].remove()
            for direction in [Conversation.Direction.backwards, .forward] {
                var page = try await users.bobs.getMessages(pageSize: 4, anchor: direction == .forward ? nil : 99, direction: direction)
                let first = page
                let (start, rest) = direction == .forward ? ([0, 1, 2, 4], [5, 6]) : ([2, 4, 5, 6], [0, 1])
                #expect(page.items.map(\.index) == start)
                if direction == .forward {
                    await expectRejection(0, 0, "No previous page") { try await first.prevPage() }
                    page = try await page.nextPage()
                } else {
                    await expectRejection(0, 0, "No next page") { try await first.nextPage() }
                    page = try await page.prevPage()
                }
                #expect(page.items.map(\.index) == rest)
                #expect(page.hasNextPage == (direction == .backwards) && page.hasPrevPage == (direction == .forward))
                page = direction == .forward ? try await page.prevPage() : try await page.nextPage()
                #expect(page.items.map(\.index) == start)
                // Pages do not change.
                #expect(first.items.map(\.index) == start)
            }
            // What is said later is on the page after the last.
            let last = try await users.bobs.getMessages(pageSize: 2)
            #expect(!last.hasNextPage)
            try await users.conversation.sendMessage("later")
            #expect(try await users.bobs.getMessages(pageSize: 2).prevPage().items.map(\.index) == [4, 5])
        }
    }

    @Test func getMessagesDefaults() async throws {
        try await TwoUsers.talk { users in
            let empty = try await users.bobs.getMessages()
            #expect(empty.items.isEmpty && !empty.hasPrevPage && !empty.hasNextPage)
            #expect(try await users.bobs.getMessagesCount() == 0)
            try await users.say(32)
            let page = try await users.bobs.getMessages()
            #expect(page.items.map(\.index) == Array(2..<32) && page.hasPrevPage && !page.hasNextPage)
            #expect(try await page.prevPage().items.map(\.index) == [0, 1])
            #expect(try await users.bobs.getMessages(pageSize: 0, direction: .forward).items.map(\.index) == Array(0..<30))
            await expectRejection(0, 20001, "pageSize") { try await users.bobs.getMessages(pageSize: -1) }
            await expectRejection(0, 20001, "anchor") { try await users.bobs.getMessages(anchor: -1) }
        }
    }
}

/// The smallest picture.
enum Picture {
    static let png = Array(
        Data(
            base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==") ?? Data())
}
