import Foundation
import HTTPTypes
import ParleyAPI
import ParleyBroker
import ParleyCore
import Synchronization
import Testing

/// Webhooks over the API: shapes, checks, and what the header switches on.
@Suite struct WebhookTests {
    private static let url = "https://hook.example/x"
    private static let enabled = HTTPField.Name("X-Twilio-Webhook-Enabled")!
    private static let idempotency = HTTPField.Name("Idempotency-Key")!

    @Test func theAccountsConfiguration() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let path = "/v1/Configuration/Webhooks"
            let fresh = try await caller.get(path)
            #expect(fresh.status == 200)
            #expect(Set(fresh.json.keys) == ["account_sid", "pre_webhook_url", "post_webhook_url", "method", "filters", "target", "url"])
            #expect(fresh.string("method") == "POST" && fresh.string("target") == "webhook" && fresh.isNull("pre_webhook_url"))
            #expect(fresh.string("url") == Installation.apiURL + path)
            let set = try await caller.post(
                path,
                text: "Method=get&Filters=onMessageAdded&Filters=ONCONVERSATIONADD&PreWebhookUrl=\(Caller.encode(Self.url))&Target=Flex")
            #expect(set.status == 200)
            #expect(set.json["filters"] as? [String] == ["onMessageAdded", "onConversationAdd"])
            #expect(set.string("method") == "GET" && set.string("pre_webhook_url") == Self.url && set.string("target") == "flex")
            let changed = try await caller.post(path, ["PreWebhookUrl": "", "PostWebhookUrl": Self.url])
            #expect(changed.isNull("pre_webhook_url") && changed.string("post_webhook_url") == Self.url)
            #expect(changed.json["filters"] as? [String] == ["onMessageAdded", "onConversationAdd"])
            #expect(try await caller.get(path).body == changed.body)
            #expect(try await caller.post(path, ["Filters": ""]).json["filters"] as? [String] == [])
        }
    }

    @Test func aServicesConfigurationHasItsOwnShape() async throws {
        let installation = try await Installation()
        let path = "/v1/Services/\(installation.service)/Configuration/Webhooks"
        try await installation.api { caller in
            let fresh = try await caller.get(path)
            #expect(
                Set(fresh.json.keys) == [
                    "account_sid", "chat_service_sid", "pre_webhook_url", "post_webhook_url", "filters", "method", "url",
                ])
            #expect(fresh.isNull("filters") && fresh.isNull("method") && fresh.string("chat_service_sid") == installation.service.text)
            let set = try await caller.post(path, ["PostWebhookUrl": Self.url, "Filters": "onUserAdded", "Method": "POST"])
            #expect(set.string("post_webhook_url") == Self.url && set.string("method") == "POST")
            #expect(set.string("url") == Installation.apiURL + path)
            #expect(try await caller.get("/v1/Configuration/Webhooks").isNull("post_webhook_url"))
        }
    }

    @Test(arguments: [
        ("Filters=onMessageSent", "Filters: expected onConversationAdd, "), ("Method=PUT", "Method: expected GET, POST"),
        ("Target=studio", "Target: expected webhook, flex"),
        ("PreWebhookUrl=ftp://x/", "PreWebhookUrl: expected an absolute http or https URL"),
        ("PostWebhookUrl=https://u:p@x.example/", "PostWebhookUrl"), ("PostWebhookUrl=https://x.example/%0D%0AX:y", "PostWebhookUrl"),
        ("PostWebhookUrl=https://x.example/" + String(repeating: "a", count: 2048), "PostWebhookUrl: longer than 2048 characters"),
    ])
    func badConfigurations(form: String, fragment: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            try await caller.post("/v1/Configuration/Webhooks", text: form).expectError(400, 20001, fragment)
            #expect(try await caller.get("/v1/Configuration/Webhooks").json["filters"] as? [String] == [])
        }
    }

    @Test(arguments: [false, true]) func aConversationsWebhooks(throughService: Bool) async throws {
        let installation = try await Installation()
        let prefix = throughService ? "/v1/Services/\(installation.service)" : "/v1"
        try await installation.api { caller in
            let conversation = try await caller.conversation(["UniqueName": "room"])
            let path = "\(prefix)/Conversations/\(conversation)/Webhooks"
            let webhook = try await caller.post(
                path,
                text:
                    "Target=Webhook&Configuration.Url=\(Caller.encode(Self.url))&Configuration.Method=GET&Configuration.Filters=onMessageAdded"
                    + "&Configuration.Filters=onDeliveryUpdated")
            #expect(webhook.status == 201, "\(webhook.text)")
            var keys: Set = ["sid", "account_sid", "conversation_sid", "target", "url", "configuration", "date_created", "date_updated"]
            if throughService { keys.insert("chat_service_sid") }
            #expect(Set(webhook.json.keys) == keys)
            #expect(webhook.string("configuration", "method") == "get" && webhook.string("configuration", "url") == Self.url)
            #expect((webhook.json["configuration"] as? [String: Any])?["filters"] as? [String] == ["onMessageAdded", "onDeliveryUpdated"])
            let sid = try #require(webhook.string("sid"))
            #expect(webhook.string("url") == "\(Installation.apiURL)\(path)/\(sid)")
            let trigger = try await caller.post(
                "\(prefix)/Conversations/room/Webhooks",
                text: "Target=trigger&Configuration.Url=\(Caller.encode(Self.url))&Configuration.Triggers=stop&Configuration.Triggers=go")
            #expect((trigger.json["configuration"] as? [String: Any])?["filters"] as? [String] == ["stop", "go"])
            #expect(trigger.string("configuration", "method") == "post")
            let flow = "FW" + String(repeating: "a", count: 32)
            let studio = try await caller.post(path, ["Target": "studio", "Configuration.FlowSid": flow])
            #expect(studio.json["configuration"] as? [String: String] == ["flow_sid": flow])

            #expect(try await caller.get("\(path)/\(sid)").body == webhook.body)
            let list = try await caller.get(path)
            #expect(list.integer("meta", "page_size") == 5 && list.list("webhooks").count == 3)
            let pages = try await caller.get(path + "?PageSize=2")
            #expect(pages.list("webhooks").count == 2)
            #expect(try await caller.get(try #require(pages.string("meta", "next_page_url"))).list("webhooks").count == 1)
            try await caller.get(path + "?PageSize=6").expectError(400, 20007, "PageSize")

            let updated = try await caller.post("\(path)/\(sid)", ["Configuration.Method": "post"])
            #expect(updated.string("configuration", "method") == "post" && updated.string("configuration", "url") == Self.url)
            for _ in 0..<2 { #expect(try await caller.post(path, ["Target": "studio", "Configuration.FlowSid": flow]).status == 201) }
            try await caller.post(path, ["Target": "studio", "Configuration.FlowSid": flow]).expectError(403, 50361, "at most 5")
            #expect(try await caller.delete("\(path)/\(sid)").status == 204)
            try await caller.get("\(path)/\(sid)").expectError(404, 20404)
            try await caller.delete("\(path)/\(sid)").expectError(404, 20404)
            try await caller.post("\(path)/\(sid)").expectError(404, 20404)
        }
    }

    @Test(arguments: [
        ("", 50363, "Target"), ("Target=flex", 50364, "Target: expected webhook, trigger or studio"),
        ("Target=webhook&Configuration.Filters=onMessageAdded", 50369, "Configuration.Url"),
        ("Target=trigger&Configuration.Triggers=x", 50369, "Configuration.Url"),
        ("Target=webhook&Configuration.Filters=onMessageAdded&Configuration.Url=x", 50370, "Configuration.Url"),
        ("Target=webhook&Configuration.Url=https://x.example", 50365, "Configuration.Filters"),
        ("Target=webhook&Configuration.Url=https://x.example&Configuration.Filters=onMessageAdd", 50366, "onMessageAdded"),
        ("Target=webhook&Configuration.Url=https://x.example&Configuration.Filters=onConversationAdded", 50366, "Configuration.Filters"),
        ("Target=webhook&Configuration.Url=https://x.example&Configuration.Filters=onUserAdded", 50366, "Configuration.Filters"),
        ("Target=trigger&Configuration.Url=https://x.example", 50367, "Configuration.Triggers"),
        ("Target=trigger&Configuration.Url=https://x.example&Configuration.Triggers=", 50368, "Configuration.Triggers"),
        (
            "Target=trigger&Configuration.Url=https://x.example" + String(repeating: "&Configuration.Triggers=x", count: 6), 50362,
            "at most 5"
        ),
        ("Target=webhook&Configuration.Url=https://x.example&Configuration.Method=put", 50371, "Configuration.Method"),
        ("Target=studio", 50372, "Configuration.FlowSid"), ("Target=studio&Configuration.FlowSid=FW1", 50372, "Configuration.FlowSid"),
        ("Target=trigger&Configuration.ReplayAfter=x", 20001, "Configuration.ReplayAfter"),
    ])
    func badWebhooks(form: String, code: Int, fragment: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let path = "/v1/Conversations/\(try await caller.conversation())/Webhooks"
            try await caller.post(path, text: form).expectError(400, code, fragment)
            #expect(try await caller.get(path).list("webhooks").isEmpty)
        }
    }

    @Test func thePreHookIsAskedWhenTheHeaderSaysSoAndOnceForAKey() async throws {
        let installation = try await Installation()
        let receiver = Receiver()
        installation.broker.attach(receiver)
        try await installation.api { caller in
            _ = try await caller.post(
                "/v1/Configuration/Webhooks", text: "Filters=onMessageAdd&PreWebhookUrl=\(Caller.encode(Self.url))")
            let path = "/v1/Conversations/\(try await caller.conversation())/Messages"
            #expect(try await caller.post(path, ["Body": "silent"]).string("body") == "silent")
            #expect(receiver.count == 0)
            receiver.answer = OutboundAnswer(status: 200, body: Array(#"{"body": "changed"}"#.utf8))
            let headers: HTTPFields = [Self.enabled: "true", Self.idempotency: "k"]
            let first = try await caller.post(path, ["Body": "loud"], headers)
            #expect(first.string("body") == "changed" && receiver.count == 1)
            #expect(try await caller.post(path, ["Body": "loud"], headers).body == first.body)
            #expect(receiver.count == 1)
            receiver.answer = OutboundAnswer(status: 500)
            try await caller.post(path, ["Body": "loud"], [Self.enabled: "true"]).expectError(403, 50056)
            #expect(try await caller.get(path).list("messages").count == 2)
        }
    }

    @Test func theOperatorSeesDeliveriesWithoutSecretsAndReplaysThem() async throws {
        let installation = try await Installation()
        let receiver = Receiver()
        installation.broker.attach(receiver)
        try await installation.api { caller in
            _ = try await caller.post(
                "/v1/Configuration/Webhooks", text: "Filters=onConversationAdded&PostWebhookUrl=\(Caller.encode(Self.url + "?key=hush"))")
            let path = "/admin/v1/webhooks/deliveries"
            #expect(try await caller.get(path).list("deliveries").isEmpty)
            _ = try await caller.post("/v1/Conversations", ["FriendlyName": "confidential"], [Self.enabled: "true"])
            receiver.answer = OutboundAnswer(status: 410)
            let sender = WebhookSender(broker: installation.broker, exchange: receiver)
            while try await WebhookReader(broker: installation.broker).step() {}
            try await sender.drain()
            let row = try #require(try await caller.get(path + "?phase=given_up").list("deliveries").first)
            #expect(row["url"] as? String == Self.url && row["event_type"] as? String == "onConversationAdded")
            let id = try #require(row["id"] as? Int)
            let shown = try await caller.get("\(path)/\(id)")
            #expect(shown.list("attempts").map { $0["status"] as? Int } == [410])
            #expect(!shown.text.contains("hush") && !shown.text.contains("confidential"))
            receiver.answer = OutboundAnswer(status: 200)
            #expect(try await caller.post("\(path)/\(id)/replay").string("phase") == "waiting")
            try await sender.drain()
            #expect(try await caller.get("\(path)/\(id)").string("phase") == "delivered")
            try await caller.get("\(path)/\(id + 1)").expectError(404, 20404)
            try await caller.post("\(path)/x/replay").expectError(404, 20404)
            try await caller.get("\(path)/99999999999999999999").expectError(404, 20404)
            try await caller.get("\(path)?phase=x").expectError(400, 20001, "phase")
        }
        #expect(!installation.log.text.contains("hush") && !installation.log.text.contains("confidential"))
    }
}

private final class Receiver: HTTPExchange {
    private let state = Mutex<(count: Int, answer: OutboundAnswer)>((0, OutboundAnswer(status: 200)))

    var count: Int { state.withLock { $0.count } }

    var answer: OutboundAnswer {
        get { state.withLock { $0.answer } }
        set { state.withLock { $0.answer = newValue } }
    }

    func send(_ request: OutboundRequest, trust: Trust) async throws(TransferFailure) -> OutboundAnswer {
        state.withLock { state in
            state.count += 1
            return state.answer
        }
    }
}
