import Foundation
import ParleyBroker
import ParleyCore
import Testing

/// What each hook is told, name by name (contract: semantics §8).
@Suite struct HookParameterTests {
    static let common = ["AccountSid", "EventType", "Source"]

    /// Everything that happens to a conversation, each step with the hooks before and after it.
    @Test func theNamesOfEachHook() async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        try await installed.configure(pre: "https://pre.example/", post: "https://post.example/")
        let broker = installed.broker
        let api = Origin.api(firesWebhooks: true)
        var changes = ConversationChanges()
        (changes.friendlyName, changes.uniqueName, changes.attributes) = ("Room", "room", #"{"a": 1}"#)
        let conversation = try await broker.perform(CreateConversation(changes), by: api)
        let name = ConversationName(conversation.sid)
        let own = broker.rules.installation.service
        let admin = try #require(try await broker.read { try $0.service(own)?.defaultCreatorRole })
        let ada = try await broker.perform(AddParticipant(to: name, identity: "ada", role: admin), by: api)
        let phone = try await broker.perform(
            AddParticipant(to: name, address: "+15557654321", proxyAddress: "+15550100000"), by: .sdk("ada"))
        var update = UpdateParticipant(ParticipantName(ada.sid.text), in: name)
        let medium = try await broker.perform(
            RegisterMedia(
                key: try #require(MediaKey(rawValue: String(repeating: "0", count: 64))), contentType: "image/png", size: 7,
                filename: "a.png"))
        let message = try await broker.perform(CreateMessage(in: name, author: "ada", body: "hello", media: [medium.sid]), by: api)
        update.lastReadIndex = 0
        _ = try await broker.perform(update, by: api)
        var edit = UpdateMessage(message.sid, in: name)
        edit.body = "edited"
        _ = try await broker.perform(edit, by: api)
        try await broker.perform(DeleteMessage(message.sid, in: name), by: api)
        try await broker.perform(RemoveParticipant(ParticipantName(phone.sid.text), from: name), by: api)
        var close = ConversationChanges()
        close.state = .inactive
        _ = try await broker.perform(UpdateConversation(name, close), by: api)
        try await broker.perform(DeleteConversation(name), by: api)
        try await installed.post(to: receiver)

        let service = broker.rules.installation.service.text
        let conversationNames = ["ChatServiceSid", "FriendlyName", "UniqueName", "Attributes", "MessagingServiceSid", "State"]
        let known = conversationNames + ["ConversationSid", "DateCreated", "DateUpdated"]
        let inside = ["ChatServiceSid", "ConversationSid"]
        let chat = inside + ["Identity", "RoleSid", "Attributes", "MessagingBinding.Type"]
        let said = inside + ["Author", "ParticipantSid", "Attributes", "Media", "Body"]
        let old = ["MessageSid", "Index", "DateCreated", "DateUpdated"]
        let expected: [(Hook, [String])] = [
            (.onConversationAdd, conversationNames), (.onConversationAdded, known), (.onConversationUpdate, known),
            (.onConversationUpdated, known), (.onConversationRemove, known), (.onConversationRemoved, known + ["DateRemoved"]),
            (.onConversationStateUpdated, inside + ["MessagingServiceSid", "StateUpdated", "StateFrom", "StateTo", "Reason"]),
            (.onParticipantAdd, chat), (.onParticipantAdded, chat + ["ParticipantSid", "DateCreated"]),
            (.onParticipantUpdate, chat + ["ParticipantSid", "DateCreated", "DateUpdated"]),
            (.onParticipantUpdated, chat + ["ParticipantSid", "DateCreated", "DateUpdated", "LastReadMessageIndex"]),
            (.onMessageAdd, said), (.onMessageAdded, said + ["MessageSid", "MessagingServiceSid", "Index", "DateCreated"]),
            (.onMessageUpdate, said + old), (.onMessageUpdated, said + old), (.onMessageRemove, said + old),
            (.onMessageRemoved, said + old + ["DateRemoved"]),
            (
                .onDeliveryUpdated,
                inside + [
                    "MessageSid", "DeliveryReceiptSid", "ChannelMessageSid", "ParticipantSid", "Status", "ErrorCode", "DateCreated",
                    "DateUpdated",
                ]
            ),
        ]
        for (hook, names) in expected {
            let call = try #require(receiver.calls.first { $0["EventType"] == hook.rawValue }, "\(hook)")
            #expect(call.url == (hook.isPre ? "https://pre.example/" : "https://post.example/"))
            let all = Self.common + names + (hook.isPre ? [] : ["RetryCount"])
            #expect(Set(call.form.map(\.name)) == Set(all), "\(hook)")
            #expect(call.form.count == Set(call.form.map(\.name)).count, "\(hook)")
            #expect(call["AccountSid"] == Installed.account.text)
            #expect(call["ChatServiceSid"] == service)
        }
        func value(_ hook: Hook, _ name: String) -> String? { receiver.calls.first { $0["EventType"] == hook.rawValue }?[name] }
        #expect(value(.onMessageAdded, "Body") == "hello")
        #expect(value(.onMessageUpdate, "Body") == "edited")
        #expect(value(.onMessageAdded, "Media") == #"[{"ContentType":"image/png","Filename":"a.png","Sid":"\#(medium.sid)","Size":7}]"#)
        #expect(value(.onMessageAdded, "DateCreated") == "2027-01-15T08:00:00.000Z")
        #expect(value(.onConversationAdded, "Attributes") == #"{"a": 1}"#)
        #expect(value(.onConversationStateUpdated, "Reason") == "API")
        #expect(value(.onDeliveryUpdated, "ErrorCode") == "30410")
        #expect(value(.onDeliveryUpdated, "Status") == "failed")
        #expect(value(.onDeliveryUpdated, "Source") == "API" || value(.onDeliveryUpdated, "Source") == "GATEWAY")
        let outside = try #require(receiver.calls.first { $0["EventType"] == "onParticipantAdded" && $0["Identity"] == nil })
        #expect(outside["MessagingBinding.Address"] == "+15557654321" && outside["MessagingBinding.ProxyAddress"] == "+15550100000")
        #expect(outside["MessagingBinding.Type"] == "SMS")
        #expect(outside["Source"] == "SDK" && outside["ClientIdentity"] == "ada")
    }

    @Test func aMessageWithMediaAloneHasNoBody() async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        try await installed.configure(post: "https://post.example/", [.onMessageAdded])
        let conversation = try await installed.conversation()
        let medium = try await installed.broker.perform(
            RegisterMedia(key: try #require(MediaKey(rawValue: String(repeating: "0", count: 64))), contentType: "image/png", size: 7))
        _ = try await installed.broker.perform(
            CreateMessage(in: ConversationName(conversation.sid), media: [medium.sid]), by: .channel(.sms))
        try await installed.post(to: receiver)
        let call = try #require(receiver.calls.first)
        #expect(call["Body"] == nil && call["Media"] != nil && call["Source"] == "SMS")
    }

    /// A receipt fires once for each change that it shows, and not for the phases in between.
    @Test func receiptsFireOnceForEachStatus() async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        try await installed.configure(post: "https://post.example/", [.onDeliveryUpdated])
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557654321", by: "+15550100000", to: conversation)
        _ = try await installed.say("hello", in: conversation)
        var dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .temporary(after: nil, Diagnosis(text: "later")))
        installed.clock.advance(.seconds(60))
        dispatch = try #require(try await installed.turn(Installed.sms).first)
        try await installed.end(dispatch, .accepted(["c-1"]))
        for status in [Delivery.Status.delivered, .delivered, .sent] {
            try await installed.receive(ReceiptFact(carrierID: "c-1", carrierStatus: status.rawValue, status: status))
        }
        try await installed.post(to: receiver)
        #expect(receiver.calls.map { $0["Status"] } == ["sent", "delivered"])
        #expect(receiver.calls.allSatisfy { $0["ChannelMessageSid"]?.hasPrefix("SM") == true })
        #expect(Set(receiver.calls.map { $0["ChannelMessageSid"] }).count == 1)
    }

    @Test(arguments: [
        (Instant(milliseconds: 1_628_618_458_111), "2021-08-10T18:00:58.111Z"), (Instant(milliseconds: 0), "1970-01-01T00:00:00.000Z"),
        (Instant(milliseconds: 1_700_000_000_007), "2023-11-14T22:13:20.007Z"),
    ])
    func datesHaveMilliseconds(instant: Instant, text: String) async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        try await installed.configure(post: "https://post.example/", [.onConversationAdded])
        var changes = ConversationChanges()
        changes.created = instant
        _ = try await installed.broker.perform(CreateConversation(changes))
        try await installed.post(to: receiver)
        #expect(receiver.calls.first?["DateCreated"] == text)
    }
}
