import ParleyBroker
import ParleyCore
import Testing

/// A conversation with Ada, who acts with a role that a test chooses, and Bob; each has said something.
struct PermissionStage: Sendable {
    let installed: Installed
    let conversation: Conversation
    let ada: Participant
    let bob: Participant
    let adasWords: Message
    let bobsWords: Message

    /// - Parameters:
    ///   - granted: what Ada's role in the conversation allows.
    ///   - inService: what her role in the service allows.
    ///   - isMember: false when Ada is in the service only.
    init(granted: [Permission] = [], inService: [Permission] = [], isMember: Bool = true) async throws {
        let installed = try await Installed()
        let service = installed.broker.rules.installation.service
        let roles = try await installed.broker.store.write(installed.clock.stamp()) { transaction, stamp in
            try [(Role.Kind.conversation, granted), (.service, inService)].map { kind, permissions in
                let role = Role(
                    sid: stamp.identifiers.sid(.role), service: service, friendlyName: "r", kind: kind, permissions: permissions,
                    created: stamp.now, updated: stamp.now)
                try transaction.insert(role)
                return role.sid
            }
        }
        conversation = try await installed.conversation("room")
        let name = ConversationName(conversation.sid)
        try await installed.broker.perform(CreateUser("ada", UserChanges(role: roles[1])))
        ada = try await installed.broker.perform(AddParticipant(to: name, identity: "ada", role: roles[0]))
        bob = try await installed.add(identity: "bob", to: conversation)
        adasWords = try await installed.say("mine", as: "ada", in: conversation)
        bobsWords = try await installed.say("his", as: "bob", in: conversation)
        if !isMember { try await installed.broker.perform(RemoveParticipant(ParticipantName("ada"), from: name)) }
        self.installed = installed
    }

    var name: ConversationName { ConversationName(conversation.sid) }

    /// Ada does something.
    func act<F: Fact>(_ fact: F) async throws -> F.Answer { try await installed.broker.perform(fact, by: .sdk("ada")) }

    /// Ada does something and is refused, and nothing of it stays.
    func refuse<F: Fact>(_ code: Int, _ fragment: String = "", _ fact: F, _ location: SourceLocation = #_sourceLocation) async throws {
        let before = try await events()
        let refusal = try await #require(throws: Refusal.self, sourceLocation: location) { _ = try await act(fact) }
        #expect(refusal.code == code, "\(refusal)", sourceLocation: location)
        #expect(refusal.status == 403, sourceLocation: location)
        #expect(refusal.message.contains(fragment), "\(refusal)", sourceLocation: location)
        #expect(try await events() == before, sourceLocation: location)
    }

    func events() async throws -> Int { try await installed.broker.read { try $0.events(after: 0, limit: 1000) }.count }
}

/// What Ada may try, and the permission that it takes.
enum Deed: String, CaseIterable, Sendable {
    case sendMessage, sendMedia, editOwn, editAnothers, editOwnAttributes, editAnothersAttributes, deleteOwn, deleteAnothers
    case addSomebody, addSomebodyOutside, removeSomebody, leave, leaveAsUser, rename, changeUniqueName, changeAttributes, close, delete
    case editOwnParticipant, editAnothersParticipant, mute, editOwnUser, editAnothersUser

    var needs: Permission {
        switch self {
        case .sendMessage: .sendMessage
        case .sendMedia: .sendMediaMessage
        case .editOwn: .editOwnMessage
        case .editAnothers: .editAnyMessage
        case .editOwnAttributes: .editOwnMessageAttributes
        case .editAnothersAttributes: .editAnyMessageAttributes
        case .deleteOwn: .deleteOwnMessage
        case .deleteAnothers: .deleteAnyMessage
        case .addSomebody: .addParticipant
        case .addSomebodyOutside: .addNonChatParticipant
        case .removeSomebody: .removeParticipant
        case .leave, .leaveAsUser: .leaveConversation
        case .rename, .changeUniqueName: .editConversationName
        case .changeAttributes: .editConversationAttributes
        case .close, .delete: .deleteConversation
        case .editOwnParticipant: .editOwnParticipantAttributes
        case .editAnothersParticipant: .editAnyParticipantAttributes
        case .mute: .editNotificationLevel
        case .editOwnUser: .editOwnUserInfo
        case .editAnothersUser: .editAnyUserInfo
        }
    }

    /// Acts on users are outside of conversations.
    var isInConversation: Bool { self != .editOwnUser && self != .editAnothersUser }

    func fact(_ stage: PermissionStage, media: [SID] = []) -> any Fact {
        let name = stage.name
        var changes = ConversationChanges()
        switch self {
        case .sendMessage: return CreateMessage(in: name, body: "x")
        case .sendMedia: return CreateMessage(in: name, media: media)
        case .editOwn, .editAnothers:
            var fact = UpdateMessage((self == .editOwn ? stage.adasWords : stage.bobsWords).sid, in: name)
            fact.body = "changed"
            return fact
        case .editOwnAttributes, .editAnothersAttributes:
            var fact = UpdateMessage((self == .editOwnAttributes ? stage.adasWords : stage.bobsWords).sid, in: name)
            fact.attributes = "[]"
            return fact
        case .deleteOwn: return DeleteMessage(stage.adasWords.sid, in: name)
        case .deleteAnothers: return DeleteMessage(stage.bobsWords.sid, in: name)
        case .addSomebody: return AddParticipant(to: name, identity: "eve")
        case .addSomebodyOutside: return AddParticipant(to: name, address: "+15557654321", proxyAddress: "+15550100000")
        case .removeSomebody: return RemoveParticipant(ParticipantName("bob"), from: name)
        case .leave: return RemoveParticipant(ParticipantName("ada"), from: name)
        case .leaveAsUser: return LeaveConversation(UserConversationName(UserName("ada"), name))
        case .rename: changes.friendlyName = "n"
        case .changeUniqueName: changes.uniqueName = "n"
        case .changeAttributes: changes.attributes = "[]"
        case .close: changes.state = .closed
        case .delete: return DeleteConversation(name)
        case .editOwnParticipant, .editAnothersParticipant:
            var fact = UpdateParticipant(ParticipantName(self == .editOwnParticipant ? "ada" : "bob"), in: name)
            fact.attributes = "[]"
            return fact
        case .mute: return UpdateUserConversation(UserConversationName(UserName("ada"), name), notificationLevel: .muted)
        case .editOwnUser: return UpdateUser(UserName("ada"), UserChanges(friendlyName: "A"))
        case .editAnothersUser: return UpdateUser(UserName("bob"), UserChanges(friendlyName: "B"))
        }
        return UpdateConversation(name, changes)
    }
}
