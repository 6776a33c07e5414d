import ParleyBroker
import ParleyCore
import Testing

/// Users of applications do what their roles allow, in the conversations that they are in, and the REST API does everything.
@Suite struct PermissionTests {
    /// Media that Ada uploaded, for the one deed that needs some.
    private func upload(_ stage: PermissionStage, for deed: Deed) async throws -> [SID] {
        guard deed == .sendMedia else { return [] }
        let key = try stage.installed.media.keep([1, 2, 3])
        return [try await stage.act(RegisterMedia(key: key, contentType: "image/png", size: 3)).sid]
    }

    /// What sending media takes besides.
    private func others(_ deed: Deed) -> [Permission] { deed == .sendMedia ? [.sendMessage] : [] }

    @Test(arguments: Deed.allCases)
    func aRoleInTheConversationAllowsIt(_ deed: Deed) async throws {
        guard deed.isInConversation else { return }
        let stage = try await PermissionStage(granted: [deed.needs] + others(deed))
        _ = try await stage.act(deed.fact(stage, media: upload(stage, for: deed)))
    }

    @Test(arguments: Deed.allCases)
    func aRoleInTheServiceAllowsIt(_ deed: Deed) async throws {
        let stage = try await PermissionStage(inService: [deed.needs] + others(deed))
        _ = try await stage.act(deed.fact(stage, media: upload(stage, for: deed)))
    }

    @Test(arguments: Deed.allCases)
    func allOtherPermissionsTogetherDoNot(_ deed: Deed) async throws {
        // Who may touch anybody's may touch their own, so that both are taken away.
        let wider = Permission(rawValue: deed.needs.rawValue.replacing("Own", with: "Any"))
        let left = Permission.allCases.filter { $0 != deed.needs && $0 != wider }
        let stage = try await PermissionStage(granted: left, inService: left)
        try await stage.refuse(50107, deed.needs.rawValue, deed.fact(stage, media: try await upload(stage, for: deed)))
    }

    @Test(arguments: [(Deed.editOwn, Permission.editAnyMessage), (.deleteOwn, .deleteAnyMessage), (.editOwnUser, .editAnyUserInfo)])
    func whoMayTouchAnybodysMayTouchTheirOwn(_ deed: Deed, _ wider: Permission) async throws {
        let stage = try await PermissionStage(inService: [wider])
        _ = try await stage.act(deed.fact(stage))
    }

    @Test(arguments: Deed.allCases)
    func whoIsNotInTheConversationDoesNothingInIt(_ deed: Deed) async throws {
        guard deed.isInConversation, deed != .leave, deed != .leaveAsUser, deed != .editOwnParticipant, deed != .mute else { return }
        let stage = try await PermissionStage(inService: Permission.allCases, isMember: false)
        try await stage.refuse(50430, "User not participant of conversation", deed.fact(stage))
    }

    @Test(arguments: Deed.allCases)
    func theAPIDoesEverything(_ deed: Deed) async throws {
        let stage = try await PermissionStage()
        let media = try await upload(stage, for: deed)
        _ = try await stage.installed.broker.perform(deed.fact(stage, media: media), by: .api())
    }

    @Test func aUserSpeaksAsThemselves() async throws {
        let stage = try await PermissionStage(granted: [.sendMessage, .editOwnMessage, .sendMediaMessage])
        for author in [nil, "", "ada", "system"] {
            let said = try await stage.act(CreateMessage(in: stage.name, author: author, body: "x"))
            #expect(said.author == "ada" && said.participant == stage.ada.sid)
        }
        let now = Instant(seconds: 1)
        try await stage.refuse(50107, "Author", CreateMessage(in: stage.name, author: "bob", body: "x"))
        try await stage.refuse(50107, "DateCreated", CreateMessage(in: stage.name, body: "x", created: now))
        try await stage.refuse(50107, "DateUpdated", CreateMessage(in: stage.name, body: "x", updated: now))
        var edit = UpdateMessage(stage.adasWords.sid, in: stage.name)
        edit.author = "bob"
        try await stage.refuse(50107, "Author", edit)
        edit.author = "ada"
        edit.created = now
        try await stage.refuse(50107, "DateCreated", edit)
    }

    @Test func whatCameFromOutsideIsNobodysOwn() async throws {
        let stage = try await PermissionStage()
        let phone = "+15557654321"
        _ = try await stage.installed.add(phone, by: "+15550100000", to: stage.conversation)
        _ = try await stage.installed.add(identity: phone, to: stage.conversation)
        let fact = InboundFact(proxy: "+15550100000", sender: phone, identity: "1", text: "x", raw: [])
        _ = try await stage.installed.broker.accept([fact], adapter: Installed.sms)
        let said = try #require(try await stage.installed.messages(in: stage.conversation).last)
        #expect(said.author == phone)
        let refusal = await #expect(throws: Refusal.self) {
            try await stage.installed.broker.perform(DeleteMessage(said.sid, in: stage.name), by: .sdk(phone))
        }
        #expect(refusal?.code == 50107)
    }

    @Test func whatAnotherUploadedIsNotSaid() async throws {
        let stage = try await PermissionStage(granted: Permission.allCases)
        let key = try stage.installed.media.keep([1])
        let his = try await stage.installed.broker.perform(RegisterMedia(key: key, contentType: "image/png", size: 1), by: .sdk("bob"))
        #expect(his.author == "bob")
        let refusal = await #expect(throws: Refusal.self) { try await stage.act(CreateMessage(in: stage.name, media: [his.sid])) }
        #expect(refusal?.code == 50507)
    }

    @Test func rolesDatesAndAddressesAreTheAPIs() async throws {
        let stage = try await PermissionStage(granted: Permission.allCases, inService: Permission.allCases)
        let now = Instant(seconds: 1)
        let role = stage.ada.role
        try await stage.refuse(50107, "RoleSid", AddParticipant(to: stage.name, identity: "eve", role: role))
        try await stage.refuse(50107, "DateCreated", AddParticipant(to: stage.name, identity: "eve", created: now))
        for (parameter, set) in [
            ("RoleSid", { $0.role = role }), ("Identity", { $0.identity = "eve" }), ("DateCreated", { $0.created = now }),
            ("DateUpdated", { $0.updated = now }), ("MessagingBinding.ProxyAddress", { $0.proxyAddress = "null" }),
            ("MessagingBinding.ProjectedAddress", { $0.projectedAddress = "null" }),
        ] as [(String, (inout UpdateParticipant) -> Void)] {
            var fact = UpdateParticipant(ParticipantName("ada"), in: stage.name)
            set(&fact)
            try await stage.refuse(50107, parameter, fact)
        }
        for (parameter, set) in [
            ("DateCreated", { $0.created = now }), ("DateUpdated", { $0.updated = now }), ("Bindings.Email.Name", { $0.emailName = "n" }),
            ("Bindings.Email.Address", { $0.emailAddress = "a@b.example" }), ("MessagingServiceSid", { $0.messagingService = role }),
        ] as [(String, (inout ConversationChanges) -> Void)] {
            var changes = ConversationChanges()
            set(&changes)
            try await stage.refuse(50107, parameter, UpdateConversation(stage.name, changes))
            try await stage.refuse(50107, parameter, CreateConversation(changes))
        }
        try await stage.refuse(50107, "RoleSid", UpdateUser(UserName("ada"), UserChanges(role: role)))
        try await stage.refuse(50107, "create users", CreateUser("eve"))
        try await stage.refuse(50107, "delete users", DeleteUser(UserName("ada")))
    }

    @Test func theHorizonIsOnesOwn() async throws {
        let stage = try await PermissionStage(granted: Permission.allCases, inService: Permission.allCases)
        var fact = UpdateParticipant(ParticipantName("bob"), in: stage.name)
        fact.lastReadIndex = 1
        try await stage.refuse(50107, "LastReadMessageIndex", fact)
        try await stage.refuse(
            50107, "another", UpdateUserConversation(UserConversationName(UserName("bob"), stage.name), lastReadIndex: 1))
        let bare = try await PermissionStage()
        var own = UpdateParticipant(ParticipantName("ada"), in: bare.name)
        own.lastReadIndex = 1
        #expect(try await bare.act(own).lastReadIndex == 1)
        let answer = try await bare.act(UpdateUserConversation(UserConversationName(UserName("ada"), bare.name), lastReadIndex: 0))
        #expect(answer.membership.participant.lastReadIndex == 0)
    }

    @Test func whoMakesAConversationIsInItAsItsCreator() async throws {
        let stage = try await PermissionStage(inService: [.createConversation])
        let made = try await stage.act(CreateConversation(ConversationChanges()))
        #expect(made.createdBy == "ada")
        let (service, participant, count) = try await stage.installed.broker.read { transaction in
            (
                try transaction.service(made.service), try transaction.participant(identity: "ada", in: made.sid),
                try transaction.conversation(made.sid)?.participantCount
            )
        }
        #expect(participant?.role == service?.defaultCreatorRole && participant?.role != nil)
        #expect(count == 1)
        // Whom they add are not.
        let eve = try await stage.act(AddParticipant(to: ConversationName(made.sid), identity: "eve"))
        #expect(eve.role == service?.defaultConversationRole)
        let without = try await PermissionStage(granted: Permission.allCases)
        try await without.refuse(50107, "createConversation", CreateConversation(ConversationChanges()))
    }

    @Test func aStrangerToTheServiceHasItsDefaultRole() async throws {
        let stage = try await PermissionStage()
        let made = try await stage.installed.broker.perform(CreateConversation(ConversationChanges()), by: .sdk("zoe"))
        let zoe = try await stage.installed.broker.read { try $0.user(identity: "zoe", service: made.service) }
        #expect(zoe?.role != nil)
    }

    @Test func toAddOneselfIsToJoin() async throws {
        let stage = try await PermissionStage(inService: [.joinConversation], isMember: false)
        #expect(try await stage.act(AddParticipant(to: stage.name, identity: "ada")).identity == "ada")
        let without = try await PermissionStage(inService: [.addParticipant, .createConversation], isMember: false)
        try await without.refuse(50107, "joinConversation", AddParticipant(to: without.name, identity: "ada"))
    }

    @Test func whoIsInAConversationIsToldSo() async throws {
        for permissions in [[Permission](), [.joinConversation]] {
            let stage = try await PermissionStage(inService: permissions)
            await #expect(throws: Refusal.identityTaken) { try await stage.act(AddParticipant(to: stage.name, identity: "ada")) }
        }
    }

    @Test func aUserReadsWhatTheyAreIn() async throws {
        for isMember in [true, false] {
            let stage = try await PermissionStage(isMember: isMember)
            let medium = try await stage.installed.broker.perform(
                RegisterMedia(key: stage.installed.media.keep([1]), contentType: "image/png", size: 1), by: .sdk("bob"))
            func codes(_ origin: Origin) async throws -> [Int?] {
                try await stage.installed.broker.read { transaction in
                    func code(_ run: () throws -> Void) -> Int? {
                        do { try run() } catch { return (error as? Refusal)?.code ?? 0 }
                        return nil
                    }
                    let conversation = stage.conversation
                    return [
                        code { try Permissions.mayRead(conversation, transaction, origin) },
                        code { try Permissions.mayRead(medium, transaction, origin) }, code { try Permissions.mayListUsers(origin) },
                        code { try Permissions.mayListConversations(of: "ada", origin) },
                        code { try Permissions.mayListConversations(of: nil, origin) },
                    ]
                }
            }
            #expect(try await codes(.sdk("ada")) == [isMember ? nil : 50430, 50430, 50107, nil, 50107])
            #expect(try await codes(.sdk("bob")) == [nil, nil, 50107, 50107, 50107])
            #expect(try await codes(.api()) == [nil, nil, nil, nil, nil])
            #expect(try await codes(.gateway) == [nil, nil, nil, nil, nil])
        }
    }

    @Test func aUserListsWhatTheyAreIn() async throws {
        let stage = try await PermissionStage()
        _ = try await stage.installed.conversation("another")
        var changes = ConversationChanges()
        changes.state = .inactive
        let own = try await stage.installed.broker.perform(CreateConversation(changes))
        _ = try await stage.installed.add(identity: "ada", to: own)
        func list(_ origin: Origin, _ state: Conversation.State? = nil) async throws -> [SID] {
            let filter = ConversationFilter(service: own.service, state: state)
            return try await stage.installed.broker.read {
                try Permissions.conversations(filter, PageRequest(size: 9), $0, origin).rows.map(\.sid)
            }
        }
        #expect(try await list(.sdk("ada")) == [stage.conversation.sid, own.sid])
        #expect(try await list(.sdk("ada"), .inactive) == [own.sid])
        #expect(try await list(.sdk("zoe")).isEmpty)
        #expect(try await list(.api()).count == 3)
    }

    @Test func aRoleOfAnotherKindIsRefused() async throws {
        let stage = try await PermissionStage()
        let service = try #require(try await stage.installed.broker.read { try $0.service(stage.conversation.service) })
        let other = SID(.role, high: 9, low: 9)
        func refused<F: Fact>(_ fact: F, _ location: SourceLocation = #_sourceLocation) async {
            let refusal = await #expect(throws: Refusal.self, sourceLocation: location) { try await stage.installed.broker.perform(fact) }
            #expect(refusal?.status == 400 && refusal?.message.contains("RoleSid") == true, sourceLocation: location)
        }
        for role in [service.defaultServiceRole, other] {
            await refused(AddParticipant(to: stage.name, identity: "eve", role: role))
            var update = UpdateParticipant(ParticipantName("ada"), in: stage.name)
            update.role = role
            await refused(update)
        }
        for role in [service.defaultConversationRole, other] {
            await refused(CreateUser("eve", UserChanges(role: role)))
            await refused(UpdateUser(UserName("ada"), UserChanges(role: role)))
        }
    }
}
