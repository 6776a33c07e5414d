import ParleyBroker
import ParleyCore
import Testing

/// What pre-hooks may do to an action (contract: semantics §8).
@Suite struct PrehookTests {
    static let api = Origin.api(firesWebhooks: true)

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var reply: Receiver.Reply
        /// The body that the message has in the end, or nil when the action is refused.
        var body: String? = "hello"
        var code: Int?
        var refusing: WebhookRules.WhenUnanswered = .publish

        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "nothing", reply: Receiver.answer(200)),
        Case(name: "an empty object", reply: Receiver.answer(200, " {} \n")),
        Case(name: "204", reply: Receiver.answer(204)),
        Case(name: "a change", reply: Receiver.answer(200, #"{"body": "changed"}"#), body: "changed"),
        Case(name: "a null", reply: Receiver.answer(200, #"{"body": null}"#)),
        Case(name: "what is not to be changed", reply: Receiver.answer(200, #"{"friendly_name": "x", "sid": 1}"#)),
        Case(name: "400", reply: Receiver.answer(400, #"{"body": "changed"}"#), body: nil, code: 50056),
        Case(name: "403", reply: Receiver.answer(403), body: nil, code: 50056),
        Case(name: "500", reply: Receiver.answer(500), body: nil, code: 50056),
        Case(
            name: "a body that is too long", reply: Receiver.answer(200, #"{"body": "\#(String(repeating: "x", count: 32 * 1024 + 1))"}"#),
            body: nil, code: 50504),
        Case(name: "attributes that are no JSON", reply: Receiver.answer(200, #"{"attributes": "{"}"#), body: nil, code: 50304),
        Case(
            name: "an author that is too long", reply: Receiver.answer(200, #"{"author": "\#(String(repeating: "x", count: 257))"}"#),
            body: nil, code: 50310),
        Case(name: "a number for a text", reply: Receiver.answer(200, #"{"body": 5}"#), body: nil, code: 20001),
        Case(name: "an empty body", reply: Receiver.answer(200, #"{"body": ""}"#), body: nil, code: 50503),
        Case(name: "no JSON", reply: Receiver.answer(200, "<html>")),
        Case(name: "an array", reply: Receiver.answer(200, "[1]")),
        Case(name: "a redirect", reply: Receiver.answer(302)),
        Case(name: "a time-out", reply: Receiver.failure(.timedOut)),
        Case(name: "no connection", reply: Receiver.failure(.unreachable)),
        Case(name: "no JSON, refusing", reply: Receiver.answer(200, "<html>"), body: nil, code: 50057, refusing: .refuse),
        Case(name: "a time-out, refusing", reply: Receiver.failure(.timedOut), body: nil, code: 50076, refusing: .refuse),
        Case(name: "no connection, refusing", reply: Receiver.failure(.unreachable), body: nil, code: 50057, refusing: .refuse),
        Case(name: "nothing, refusing", reply: Receiver.answer(200), refusing: .refuse),
    ]

    @Test(arguments: cases) func outcome(_ test: Case) async throws {
        let receiver = Receiver(test.reply)
        let installed = try await Installed.hooked(receiver) { $0.whenUnanswered = test.refusing }
        let conversation = try await installed.conversation()
        try await installed.configure(pre: "https://pre.example/", [.onMessageAdd])
        let fact = CreateMessage(in: ConversationName(conversation.sid), author: "ada", body: "hello")
        do {
            let message = try await installed.broker.perform(fact, by: Self.api)
            #expect(message.body == test.body)
            #expect(test.code == nil)
        } catch let refusal as Refusal {
            #expect(refusal.code == test.code)
            if (50056...50076).contains(refusal.code) { #expect(refusal.status == 403) }
        }
        #expect(try await installed.messages(in: conversation).count == (test.body == nil ? 0 : 1))
        #expect(receiver.calls.count == 1)
    }

    @Test func everyChangeableFieldIsTaken() async throws {
        let receiver = Receiver(Receiver.answer(200, #"{"friendly_name": "New", "body": "b", "author": "bot", "attributes": {"x": [1]}}"#))
        let installed = try await Installed.hooked(receiver)
        try await installed.configure(pre: "https://pre.example/")
        let broker = installed.broker
        let conversation = try await broker.perform(CreateConversation(ConversationChanges()), by: Self.api)
        #expect(conversation.friendlyName == "New")
        #expect(conversation.attributes == "{}")
        let crowd = CreateConversationWithParticipants(ConversationChanges(), participants: [.init(identity: "bob")])
        #expect(try await broker.perform(crowd, by: Self.api).friendlyName == "New")
        let name = ConversationName(conversation.sid)
        let message = try await broker.perform(CreateMessage(in: name, author: "ada", body: "hello"), by: Self.api)
        #expect((message.body, message.author, message.attributes) == ("b", "bot", #"{"x":[1]}"#))
        var edit = UpdateMessage(message.sid, in: name)
        edit.subject = "s"
        receiver.reply(Receiver.answer(200, #"{"attributes": "{\"y\": 1}"}"#))
        let edited = try await broker.perform(edit, by: Self.api)
        #expect((edited.body, edited.attributes, edited.subject) == ("b", #"{"y": 1}"#, "s"))
        receiver.reply(Receiver.answer(200, #"{"friendly_name": "Newer"}"#))
        let updated = try await broker.perform(UpdateConversation(name, ConversationChanges()), by: Self.api)
        #expect(updated.friendlyName == "Newer")
    }

    /// Each action with a pre-hook, in an order that lets each succeed.
    @Test func aHookMayRenameWhatAUserMayNot() async throws {
        let receiver = Receiver(Receiver.answer(200, #"{"author": "Support"}"#))
        let installed = try await Installed.hooked(receiver)
        let conversation = try await installed.conversation()
        _ = try await installed.add(identity: "ada", to: conversation)
        try await installed.configure(pre: "https://pre.example/", [.onMessageAdd])
        let fact = CreateMessage(in: ConversationName(conversation.sid), body: "hello")
        #expect(try await installed.broker.perform(fact, by: .sdk("ada")).author == "Support")
        #expect(receiver.calls.map { $0["Author"] } == ["ada"], "the hook is told who speaks")
    }

    @Test func nobodyIsAskedAboutWhatIsNotGoingToHappen() async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        let conversation = try await installed.conversation()
        try await installed.configure(pre: "https://pre.example/")
        let name = ConversationName(conversation.sid)
        await #expect(throws: Refusal.self) {
            try await installed.broker.perform(CreateMessage(in: name, body: "hello"), by: .sdk("mallory"))
        }
        await #expect(throws: Refusal.self) {
            try await installed.broker.perform(RemoveParticipant(ParticipantName("ada"), from: name), by: .sdk("mallory"))
        }
        #expect(receiver.calls.isEmpty)
    }

    @Test func leavingIsAskedAboutUnderEitherPath() async throws {
        let receiver = Receiver(Receiver.answer(403))
        let installed = try await Installed.hooked(receiver)
        let conversation = try await installed.conversation()
        _ = try await installed.add(identity: "ada", to: conversation)
        try await installed.configure(pre: "https://pre.example/", [.onParticipantRemove])
        let leave = LeaveConversation(UserConversationName(UserName("ada"), ConversationName(conversation.sid)))
        await #expect(throws: Refusal.self) { try await installed.broker.perform(leave, by: .api(firesWebhooks: true)) }
        #expect(receiver.calls.map { $0["EventType"] } == ["onParticipantRemove"])
    }

    @Test func whatIsRefusedLeavesNothingBehind() async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        let broker = installed.broker
        let conversation = try await installed.conversation("room")
        let ada = try await installed.add(identity: "ada", to: conversation)
        let message = try await installed.say("hello", as: "ada", in: conversation)
        try await installed.configure(pre: "https://pre.example/")
        receiver.reply(Receiver.answer(403))
        let name = ConversationName(conversation.sid)
        let before = try await broker.read { try $0.events(after: 0, limit: 100).count }
        let person = ParticipantName(ada.sid.text)
        let actions: [(Hook, () async throws -> Void)] = [
            (.onConversationAdd, { _ = try await broker.perform(CreateConversation(ConversationChanges()), by: Self.api) }),
            (.onConversationUpdate, { _ = try await broker.perform(UpdateConversation(name, ConversationChanges()), by: Self.api) }),
            (.onConversationRemove, { try await broker.perform(DeleteConversation(name), by: Self.api) }),
            (.onParticipantAdd, { _ = try await broker.perform(AddParticipant(to: name, identity: "bob"), by: Self.api) }),
            (.onParticipantUpdate, { _ = try await broker.perform(UpdateParticipant(person, in: name), by: Self.api) }),
            (.onParticipantRemove, { try await broker.perform(RemoveParticipant(person, from: name), by: Self.api) }),
            (.onMessageAdd, { _ = try await broker.perform(CreateMessage(in: name, body: "x"), by: Self.api) }),
            (.onMessageUpdate, { _ = try await broker.perform(UpdateMessage(message.sid, in: name), by: Self.api) }),
            (.onMessageRemove, { try await broker.perform(DeleteMessage(message.sid, in: name), by: Self.api) }),
            (.onUserUpdate, { _ = try await broker.perform(UpdateUser(UserName("ada"), UserChanges(friendlyName: "A")), by: Self.api) }),
            (
                .onConversationAdd,
                {
                    let fact = CreateConversationWithParticipants(ConversationChanges(), participants: [.init(identity: "bob")])
                    _ = try await broker.perform(fact, by: Self.api)
                }
            ),
        ]
        for (hook, action) in actions {
            receiver.forget()
            await #expect(throws: Refusal(code: 50056, status: 403, message: "The pre-webhook rejected the action")) { try await action() }
            #expect(receiver.events == [hook.rawValue])
        }
        #expect(try await broker.read { try $0.events(after: 0, limit: 100).count } == before)
    }

    @Test func theAccountIsAskedFirstAndTheServiceIsToldOfItsChange() async throws {
        let receiver = Receiver { call in
            .success(OutboundAnswer(status: 200, body: Array(call.url.contains("account") ? #"{"body": "from account"}"#.utf8 : "".utf8)))
        }
        let installed = try await Installed.hooked(receiver)
        let conversation = try await installed.conversation()
        try await installed.configure(pre: "https://account.example/", [.onMessageAdd])
        try await installed.configure(conversation.service, pre: "https://service.example/", [.onMessageAdd])
        let fact = CreateMessage(in: ConversationName(conversation.sid), body: "hello")
        let message = try await installed.broker.perform(fact, by: Self.api)
        #expect(message.body == "from account")
        #expect(receiver.calls.map(\.url) == ["https://account.example/", "https://service.example/"])
        #expect(receiver.calls.map { $0["Body"] } == ["hello", "from account"])
        receiver.forget()
        receiver.reply(Receiver.answer(403))
        await #expect(throws: Refusal.self) { try await installed.broker.perform(fact, by: Self.api) }
        #expect(receiver.calls.map(\.url) == ["https://account.example/"])
    }

    @Test func nobodyIsAskedWithoutTheSwitchOrForWhatIsNotThere() async throws {
        let receiver = Receiver(Receiver.answer(403))
        let installed = try await Installed.hooked(receiver)
        try await installed.configure(pre: "https://pre.example/")
        let conversation = try await installed.broker.perform(CreateConversation(ConversationChanges()), by: .api())
        _ = try await installed.broker.perform(CreateMessage(in: ConversationName(conversation.sid), body: "x"), by: .api())
        #expect(receiver.calls.isEmpty)
        await #expect(throws: Refusal.self) {
            try await installed.broker.perform(CreateMessage(in: ConversationName("nowhere"), body: "x"), by: Self.api)
        }
        #expect(receiver.calls.isEmpty)
    }

    @Test(arguments: [HookMethod.get, .post]) func theConfigurationSaysTheMethod(method: HookMethod) async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        try await installed.configure(pre: "https://pre.example/", method: method)
        _ = try await installed.broker.perform(CreateConversation(ConversationChanges()), by: Self.api)
        #expect(receiver.calls.first?.request.method == method.rawValue.uppercased())
        #expect(receiver.calls.first?["EventType"] == "onConversationAdd")
        #expect(receiver.calls.first?.header("X-Twilio-Signature") != nil)
    }
}
