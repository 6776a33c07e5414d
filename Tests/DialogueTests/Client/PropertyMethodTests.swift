import Foundation
import ParleyClient
import Testing

/// What a conversation is called, and what its application keeps with it.
extension ClientDialogueTests {
    // MARK: getAttributes, updateAttributes

    @Test func attributesAreReplaced() async throws {
        try await TwoUsers.talk { users in
            #expect(try await users.conversation.getAttributes() == [:])
            let updates = Heard(users.bobs.updated)
            for text in Self.anyJSON.dropFirst() {
                let value = try JSONValue(parsing: text)
                #expect(try await users.conversation.updateAttributes(value) === users.conversation)
                #expect(users.conversation.attributes == value)
                #expect(try await users.conversation.getAttributes() == value)
                #expect(try await users.bobs.getAttributes() == value)
                _ = try await updates.next { $0.updateReasons.contains(.attributes) && $0.conversation === users.bobs }
                let rest = try await users.daemon.get(users.path).json["attributes"]?.string ?? ""
                #expect(try JSONValue(parsing: rest) == value, "\(rest)")
            }
            try await users.conversation.updateAttributes(["a": 1, "b": 2])
            try await users.conversation.updateAttributes(["b": 3])
            #expect(try await users.bobs.getAttributes() == ["b": 3])
            await expectRejection(403, 50107, "editConversationAttributes") { try await users.bobs.updateAttributes([:]) }
            let long = JSONValue.string(String(repeating: "a", count: 16 * 1024))
            await expectRejection(400, 50303, "Attributes") { try await users.conversation.updateAttributes(long) }
            #expect(users.conversation.attributes == ["b": 3] && users.bobs.attributes == ["b": 3])
        }
    }

    @Test func attributesOfOthersAreSeen() async throws {
        try await TwoUsers.talk { users in
            let updates = Heard(users.bobs.updated)
            let answer = try await users.daemon.post(users.path, [("Attributes", #"{"from":"rest"}"#), ("FriendlyName", "By REST")])
            #expect(answer.status == 200)
            let update = try await updates.next { $0.updateReasons.contains(.attributes) }
            #expect(update.updateReasons.contains(.friendlyName) && update.conversation === users.bobs)
            #expect(users.bobs.attributes == ["from": "rest"] && users.bobs.friendlyName == "By REST")
            // What does not change is not told.
            #expect(!update.updateReasons.contains(.uniqueName))
        }
    }

    // MARK: updateFriendlyName

    @Test func friendlyNameIsChangedOnce() async throws {
        let (daemon, tap) = (try SharedDaemon.daemon, WireTap())
        try await tap.relaying(to: daemon.ports.api) { url in
            try await TwoUsers.talk(through: url) { users in
                let updates = Heard(users.bobs.updated)
                #expect(try await users.conversation.updateFriendlyName("Leak, ü") === users.conversation)
                #expect(users.conversation.friendlyName == "Leak, ü")
                let update = try await updates.next { $0.updateReasons.contains(.friendlyName) }
                #expect(update.conversation === users.bobs && users.bobs.friendlyName == "Leak, ü")
                #expect(try await users.daemon.get(users.path).json["friendly_name"]?.string == "Leak, ü")
                let requests = tap.requests
                #expect(try await users.conversation.updateFriendlyName("Leak, ü") === users.conversation)
                #expect(tap.requests == requests)
                for removal in [nil, ""] {
                    let before = tap.requests
                    #expect(try await users.conversation.updateFriendlyName(removal).friendlyName == nil)
                    #expect(tap.requests.count == before.count + 1)
                    _ = try await updates.next { $0.updateReasons.contains(.friendlyName) && $0.conversation.friendlyName == nil }
                    for same in [nil, ""] { try await users.conversation.updateFriendlyName(same) }
                    #expect(tap.requests.count == before.count + 1)
                    try await users.conversation.updateFriendlyName("Leak again")
                }
                await expectRejection(400, 20001, "FriendlyName") {
                    try await users.conversation.updateFriendlyName(String(repeating: "a", count: 257))
                }
                await expectRejection(403, 50107, "editConversationName") { try await users.bobs.updateFriendlyName("Mine") }
            }
        }
    }

    // MARK: updateUniqueName

    @Test func uniqueNameIsChangedOnce() async throws {
        let (daemon, tap) = (try SharedDaemon.daemon, WireTap())
        try await tap.relaying(to: daemon.ports.api) { url in
            try await TwoUsers.talk(through: url) { users in
                let updates = Heard(users.bobs.updated)
                let name = ChatUser.identity("leak ü/?")
                #expect(try await users.conversation.updateUniqueName(name) === users.conversation)
                #expect(users.conversation.uniqueName == name)
                _ = try await updates.next { $0.updateReasons.contains(.uniqueName) }
                #expect(users.bobs.uniqueName == name)
                #expect(try await users.bob.client.getConversationByUniqueName(name) === users.bobs)
                let requests = tap.requests
                try await users.conversation.updateUniqueName(name)
                #expect(tap.requests == requests)

                let other = try await users.alice.client.createConversation()
                await expectRejection(409, 50353, "UniqueName") { try await other.updateUniqueName(name) }
                await expectRejection(409, 50353, "UniqueName") { try await users.bob.client.createConversation(uniqueName: name) }
                await expectRejection(400, 50390, "UniqueName") { try await other.updateUniqueName(users.conversation.sid) }
                #expect(other.uniqueName == nil)
                await expectRejection(403, 50107, "editConversationName") { try await users.bobs.updateUniqueName("mine") }

                // Nil and an empty name take it away.
                for removal in [nil, ""] {
                    try await users.conversation.updateUniqueName(removal)
                    #expect(users.conversation.uniqueName == nil)
                    #expect(try await users.daemon.get(users.path).json["unique_name"] == .null)
                    let after = tap.requests
                    try await users.conversation.updateUniqueName(removal)
                    #expect(tap.requests == after)
                    try await other.updateUniqueName(name)
                    try await other.updateUniqueName(nil)
                    try await users.conversation.updateUniqueName(name)
                }
            }
        }
    }

    // MARK: Properties

    @Test func propertiesOfANewConversation() async throws {
        try await TwoUsers.talk { users in
            let name = ChatUser.identity("new")
            let added = (Heard(users.alice.client.conversationAdded), Heard(users.alice.client.conversationJoined))
            let conversation = try await users.alice.client.createConversation(
                friendlyName: "New", uniqueName: name, attributes: ["a": [1, nil]])
            #expect(conversation.sid.hasPrefix("CH") && conversation.uniqueName == name && conversation.friendlyName == "New")
            #expect(conversation.attributes == ["a": [1, nil]] && conversation.createdBy == users.alice.identity)
            #expect(conversation.status == .joined && conversation.state == .active && conversation.notificationLevel == .default)
            #expect(conversation.lastReadMessageIndex == nil && conversation.lastMessage == nil)
            #expect(conversation.dateCreated == conversation.dateUpdated)
            #expect(try await added.0.next() === conversation)
            #expect(try await added.1.next() === conversation)
            let closing = Heard(conversation.updated)
            #expect(try await users.daemon.post("/v1/Conversations/\(conversation.sid)", [("State", "closed")]).status == 200)
            _ = try await closing.next { $0.updateReasons.contains(.state) }
            #expect(conversation.state == .closed)
            await expectRejection(400, 50377) { try await conversation.sendMessage("too late") }
        }
    }
}
