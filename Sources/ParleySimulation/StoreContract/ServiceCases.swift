import ParleyCore

/// Services, their roles, and what the account configures.
extension StoreContract {
    static let serviceCases: [Case] = [
        (
            "an update of a service keeps every field",
            { store in
                let scene = StoreScene(store)
                var row = StoreScene.chatService(1)
                try await scene.write { try $0.insert(StoreScene.chatService(1)) }
                row.friendlyName = "Förder"
                row.updated = StoreScene.at(5)
                row.reachabilityEnabled = true
                (row.defaultServiceRole, row.defaultConversationRole) = (StoreScene.sid(.role, 7), StoreScene.sid(.role, 8))
                row.defaultCreatorRole = StoreScene.sid(.role, 9)
                let changed = row
                try await scene.write { try $0.update(changed) }
                try require("what was written is read", try await scene.read { try $0.service(changed.sid) }, is: row)
                var settings = NotificationSettings()
                try require("at first nothing is set", try await scene.read { try $0.notifications(of: changed.sid) }, is: settings)
                settings.newMessage.template = "a \"b\" ${C}"
                settings.newMessageWithMedia.isEnabled = true
                let chosen = settings
                try await scene.write { try $0.put(chosen, of: changed.sid) }
                try require("settings are read", try await scene.read { try $0.notifications(of: changed.sid) }, is: settings)
            }
        ),
        (
            "a deleted service hides its conversations at once and frees their pairs",
            { store in
                let scene = StoreScene(store)
                try await scene.write { try $0.insert(StoreScene.chatService(1)) }
                let pair = try await scene.conversationWithPerson(1, proxy: "+15550000001", address: "+15550000010", adapter: "sms-a")
                try await scene.append(1, to: 1)
                try await scene.write { try $0.delete(service: StoreScene.service, at: StoreScene.at(1)) }
                let conversation = StoreScene.sid(.conversation, 1)
                let found = try await scene.read { transaction in
                    let page = PageRequest(size: 9)
                    return try [
                        transaction.service(StoreScene.service) != nil,
                        !transaction.services(page: page).rows.isEmpty,
                        transaction.conversation(conversation) != nil,
                        transaction.participant(StoreScene.sid(.participant, 1), in: conversation) != nil,
                        !transaction.participants(in: conversation, page: page).rows.isEmpty,
                        transaction.message(StoreScene.sid(.message, 1)) != nil,
                        !transaction.messages(in: conversation, newestFirst: false, page: page).rows.isEmpty,
                        transaction.boundParticipant(pair) != nil,
                    ]
                }
                try require("nothing of it is found", found, is: Array(repeating: false, count: 8))
                try await require("nothing is appended to it", refusal: Refusal.notFound("/Conversations/\(conversation)")) {
                    try await scene.write { try $0.allotIndex(in: conversation, at: StoreScene.start) }
                }
                try await require("it is deleted once", refusal: Refusal.notFound("/Services/\(StoreScene.service)")) {
                    try await scene.write { try $0.delete(service: StoreScene.service, at: StoreScene.at(1)) }
                }
                let other = Conversation(
                    sid: StoreScene.sid(.conversation, 2), service: StoreScene.sid(.service, 2), created: StoreScene.start,
                    updated: StoreScene.start)
                let person = try StoreScene.person(2, in: 2, proxy: "+15550000001", address: "+15550000010")
                try await scene.write { transaction in
                    try transaction.insert(other)
                    try transaction.insert(person)
                }
                let holder = try await scene.read { try $0.boundParticipant(pair)?.sid }
                try require("the pair is held by another service's participant", holder, is: person.sid)
            }
        ),
        (
            "what a deleted service left is cleared away, and then it is done",
            { store in
                let scene = StoreScene(store)
                try await scene.write { transaction in
                    try transaction.insert(StoreScene.chatService(1))
                    for number in 1...3 { try transaction.insert(StoreScene.conversation(number)) }
                    for number in 1...3 { try transaction.insert(StoreScene.role(number)) }
                }
                try require("a live service is left alone", try await scene.read { try $0.serviceToClear() }, is: nil)
                try await scene.write { try $0.delete(service: StoreScene.service, at: StoreScene.at(1)) }
                try require("it is found", try await scene.read { try $0.serviceToClear() }, is: StoreScene.service)
                let left = try await scene.read { try $0.conversationsToClear(of: StoreScene.service, limit: 2).count }
                try require("its conversations are given in chunks", left, is: 2)
                try await scene.write { transaction in
                    for number in 1...3 { try transaction.delete(StoreScene.sid(.conversation, number), at: StoreScene.at(2)) }
                }
                let rest = try await scene.read { try $0.conversationsToClear(of: StoreScene.service, limit: 2) }
                try require("none is given twice", rest, is: [])
                try require("rows go in chunks", try await scene.write { try $0.clearRows(of: StoreScene.service, limit: 2) }, is: 2)
                try require("to the last", try await scene.write { try $0.clearRows(of: StoreScene.service, limit: 2) }, is: 1)
                try require("its roles are gone", try await scene.read { try $0.role(StoreScene.sid(.role, 1)) }, is: nil)
                try await scene.write { try $0.markCleared(StoreScene.service, at: StoreScene.at(3)) }
                try require("it is done", try await scene.read { try $0.serviceToClear() }, is: nil)
            }
        ),
        (
            "roles keep the order of their permissions and are told apart by service",
            { store in
                let scene = StoreScene(store)
                var role = StoreScene.role(1)
                try await scene.write { transaction in
                    for number in 1...3 { try transaction.insert(StoreScene.role(number)) }
                }
                role.friendlyName = "b"
                role.permissions = [.sendMessage, .addParticipant, .editAnyMessage]
                role.updated = StoreScene.at(9)
                let changed = role
                try await scene.write { try $0.update(changed) }
                try require("what was written is read", try await scene.read { try $0.role(changed.sid) }, is: role)
                let page = PageRequest(size: 9)
                let names = try await scene.read { try $0.roles(of: StoreScene.service, page: page).rows.map(\.sid) }
                try require("they are listed as they were made", names, is: (1...3).map { StoreScene.sid(.role, $0) })
                let others = try await scene.read { try $0.roles(of: StoreScene.sid(.service, 2), page: page).rows }
                try require("another service has none of them", others, is: [])
                try require("nobody holds it", try await scene.read { try $0.isHeld(role: changed.sid) }, is: false)
                try await scene.write { transaction in
                    try transaction.insert(StoreScene.conversation(1))
                    var member = StoreScene.member(1, in: 1, identity: "a")
                    member.role = changed.sid
                    try transaction.insert(member)
                }
                try require("a participant holds it", try await scene.read { try $0.isHeld(role: changed.sid) }, is: true)
                try await scene.write { try $0.delete(StoreScene.sid(.conversation, 1), at: StoreScene.at(9)) }
                try require("until the conversation goes", try await scene.read { try $0.isHeld(role: changed.sid) }, is: false)
                try await scene.write { try $0.delete(role: changed.sid) }
                try await require("it is deleted once", refusal: Refusal.notFound("/Roles/\(changed.sid)")) {
                    try await scene.write { try $0.delete(role: changed.sid) }
                }
            }
        ),
        (
            "the account's configuration is one row",
            { store in
                let scene = StoreScene(store)
                try require("at first there is none", try await scene.read { try $0.accountConfiguration() }, is: nil)
                try await scene.write { try $0.put(AccountConfiguration(defaultService: StoreScene.service)) }
                let whole = AccountConfiguration(
                    defaultService: StoreScene.sid(.service, 2), messagingService: StoreScene.sid(.messagingService, 1),
                    inactiveTimer: "PT1M", closedTimer: "PT10M", revision: 4)
                try await scene.write { try $0.put(whole) }
                try require("what was written last is read", try await scene.read { try $0.accountConfiguration() }, is: whole)
            }
        ),
    ]
}

extension StoreScene {
    /// The first is the one that the other rows are of.
    static func chatService(_ number: Int) -> ChatService {
        ChatService(
            sid: number == 1 ? service : sid(.service, number), friendlyName: "s\(number)", created: start, updated: start,
            defaultServiceRole: sid(.role, 1), defaultConversationRole: sid(.role, 2), defaultCreatorRole: sid(.role, 3))
    }

    static func role(_ number: Int, of service: SID = service) -> Role {
        Role(
            sid: sid(.role, number), service: service, friendlyName: "r\(number)", kind: .conversation, permissions: [.sendMessage],
            created: start, updated: start)
    }
}
