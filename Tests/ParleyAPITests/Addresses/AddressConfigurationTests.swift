import Foundation
import HTTPTypes
import ParleyCore
import Testing

@Suite struct AddressConfigurationTests {
    static let path = "/v1/Configuration/Addresses"

    @Test func createdFetchedUpdatedAndDeleted() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let service = installation.service.text
            let made = try await caller.post(
                Self.path,
                text: "Address=%2B37256123457&Type=SMS&FriendlyName=My+Test+Configuration&AutoCreation.Enabled=true"
                    + "&AutoCreation.Type=webhook&AutoCreation.ConversationServiceSid=\(service)"
                    + "&AutoCreation.WebhookUrl=https%3A%2F%2Fexample.com&AutoCreation.WebhookMethod=post"
                    + "&AutoCreation.WebhookFilters=onParticipantAdded&AutoCreation.WebhookFilters=onMessageAdded&AddressCountry=ca")
            #expect(made.status == 201, "\(made.text)")
            let sid = try #require(made.string("sid"))
            #expect(
                Set(made.json.keys) == [
                    "sid", "account_sid", "type", "address", "friendly_name", "address_country", "auto_creation", "unknown_sender",
                    "date_created", "date_updated", "url",
                ])
            #expect(SID(sid, .addressConfiguration) != nil && made.string("account_sid") == Installation.account.text)
            #expect(made.string("type") == "sms" && made.string("address") == "+37256123457")
            #expect(made.string("friendly_name") == "My Test Configuration" && made.string("address_country") == "CA")
            #expect(made.isNull("unknown_sender"))
            #expect(made.string("url") == "\(Installation.apiURL)\(Self.path)/\(sid)")
            let creation = try #require(made.json["auto_creation"] as? [String: Any])
            #expect(
                NSDictionary(dictionary: creation) == [
                    "enabled": true, "type": "webhook", "conversation_service_sid": service, "webhook_url": "https://example.com",
                    "webhook_method": "POST", "webhook_filters": ["onParticipantAdded", "onMessageAdded"],
                ])

            #expect(try await caller.get("\(Self.path)/\(sid)").body == made.body)
            #expect(try await caller.get("\(Self.path)/%2B37256123457").body == made.body)
            #expect(try await caller.get("\(Self.path)/+372%205612%203457").body == made.body, "however it is written")

            let changed = try await caller.post(
                "\(Self.path)/%2B37256123457",
                [
                    "FriendlyName": "Updated", "AutoCreation.Enabled": "false", "AutoCreation.Type": "studio",
                    "AutoCreation.StudioFlowSid": "FW" + String(repeating: "a", count: 32), "AutoCreation.StudioRetryCount": "3",
                    "UnknownSender": "Reject",
                ])
            #expect(changed.status == 200 && changed.string("friendly_name") == "Updated" && changed.string("unknown_sender") == "reject")
            #expect(
                NSDictionary(dictionary: changed.json["auto_creation"] as? [String: Any] ?? [:]) == [
                    "enabled": false, "type": "studio", "conversation_service_sid": service,
                    "studio_flow_sid": "FW" + String(repeating: "a", count: 32), "studio_retry_count": 3,
                ])
            let cleared = try await caller.post(
                "\(Self.path)/\(sid)",
                ["UnknownSender": "", "AutoCreation.Type": "default", "AutoCreation.ConversationServiceSid": "", "FriendlyName": ""])
            #expect(cleared.isNull("unknown_sender") && cleared.isNull("friendly_name"))
            #expect(
                NSDictionary(dictionary: cleared.json["auto_creation"] as? [String: Any] ?? [:]) == ["enabled": false, "type": "default"])

            #expect(try await caller.delete("\(Self.path)/%2B37256123457").status == 204)
            for path in [sid, "%2B37256123457", "IG" + String(repeating: "0", count: 32), "nobody%40nowhere", "%20"] {
                try await caller.get("\(Self.path)/\(path)").expectError(404, 20404)
                try await caller.post("\(Self.path)/\(path)").expectError(404, 20404)
                try await caller.delete("\(Self.path)/\(path)").expectError(404, 20404)
            }
        }
    }

    @Test(arguments: [
        ("whAtsAPP", "whatsapp"), ("messenger", "messenger"), ("gbm", "gbm"), ("rcs", "rcs"), ("apple", "apple"), ("chat", "chat"),
    ])
    func typesThatAreNotServedAreStoredAndShown(given: String, shown: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let address = "urn:mbid:AQAAYyUbut6E4B3T9FLv5EbG"
            let made = try await caller.post(Self.path, ["Type": given, "Address": address])
            #expect(made.status == 201 && made.string("type") == shown && made.string("address") == address, "\(made.text)")
            #expect(try await caller.get("\(Self.path)/\(Caller.encode(address))").string("sid") == made.string("sid"))
        }
    }

    @Test func aTypeAndAnAddressHaveOne() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            for (type, first, again) in [
                ("sms", "+15550100000", "+1 555 010-0000"), ("email", "Help@In.example", "help@in.example"), ("rcs", "rcs:a", "rcs:a"),
            ] {
                #expect(try await caller.post(Self.path, ["Type": type, "Address": first]).status == 201)
                try await caller.post(Self.path, ["Type": type, "Address": again]).expectError(409, 20409, "Address")
            }
            #expect(try await caller.post(Self.path, ["Type": "chat", "Address": "rcs:a"]).status == 201)
        }
    }

    @Test func listedInPagesAndByType() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            for (type, address) in [("sms", "+15550100000"), ("email", "a@in.example"), ("sms", "+15550100001")] {
                _ = try await caller.post(Self.path, ["Type": type, "Address": address])
            }
            let all = try await caller.get(Self.path)
            #expect(all.strings("address_configurations", "address") == ["+15550100000", "a@in.example", "+15550100001"])
            #expect(all.string("meta", "key") == "address_configurations" && all.integer("meta", "page_size") == 50)
            let page = try await caller.get("\(Self.path)?Type=Sms&PageSize=1")
            #expect(page.strings("address_configurations", "address") == ["+15550100000"])
            let next = try await caller.get(try #require(page.string("meta", "next_page_url")))
            #expect(next.strings("address_configurations", "address") == ["+15550100001"])
            try await caller.get("\(Self.path)?PageSize=51").expectError(400, 20007, "PageSize")
            try await caller.get("\(Self.path)?Type=fax").expectError(400, 20001, "Type")
            // Only the account has them.
            try await caller.get("/v1/Services/\(installation.service)/Configuration/Addresses").expectError(404, 20404)
        }
    }

    /// A form's parameters beside a good Type and Address, and the parameter that the answer names.
    @Test(arguments: [
        ("FriendlyName", String(repeating: "x", count: 257)), ("FriendlyName", "a\nb"), ("AutoCreation.Enabled", "yes"),
        ("AutoCreation.Type", "robot"), ("AutoCreation.ConversationServiceSid", "CH" + String(repeating: "0", count: 32)),
        ("AutoCreation.ConversationServiceSid", "IS" + String(repeating: "0", count: 32)), ("AutoCreation.WebhookUrl", "example.com"),
        ("AutoCreation.WebhookUrl", "ftp://example.com"), ("AutoCreation.WebhookUrl", "https://"), ("AutoCreation.WebhookUrl", "/x"),
        ("AutoCreation.WebhookUrl", "https://a:b@example.com"), ("AutoCreation.WebhookUrl", "https://a@example.com"),
        ("AutoCreation.WebhookUrl", "https://example.com/ x"), ("AutoCreation.WebhookUrl", "https://example.com:99999/"),
        ("AutoCreation.WebhookUrl", "https://example.com/#x"),
        ("AutoCreation.WebhookUrl", "https://e.com/" + String(repeating: "x", count: 2048)),
        ("AutoCreation.WebhookMethod", "put"), ("AutoCreation.WebhookFilters", "onConversationAdded"),
        ("AutoCreation.WebhookFilters", "onMessageAdd"), ("AutoCreation.StudioFlowSid", "FWx"), ("AutoCreation.StudioRetryCount", "-1"),
        ("AutoCreation.StudioRetryCount", "many"), ("UnknownSender", "shrug"), ("AddressCountry", "CAN"),
    ])
    func badInputIsNamed(parameter: String, value: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            try await caller.post(Self.path, ["Type": "sms", "Address": "+15550100000", parameter: value]).expectError(
                400, 20001, parameter)
            #expect(try await caller.get(Self.path).list("address_configurations").isEmpty)
        }
    }

    @Test(arguments: [
        ("Type=sms", 20001, "Address"), ("Address=%2B15550100000", 20001, "Type"), ("Type=&Address=%2B15550100000", 20001, "Type"),
        ("Type=fax&Address=%2B15550100000", 20001, "Type"), ("Type=sms&Address=", 20001, "Address"),
        ("Type=sms&Address=5550100000", 50407, "Address"), ("Type=email&Address=nobody", 50407, "Address"),
        ("Type=sms&Address=a%40in.example", 50407, "Address"), ("Type=email&Address=%2B15550100000", 50407, "Address"),
        ("Type=rcs&Address=a%0Ab", 20001, "Address"),
        ("Type=sms&Address=%2B15550100000&AutoCreation.Type=webhook", 20001, "AutoCreation.WebhookUrl"),
        ("Type=sms&Address=%2B15550100000&AutoCreation.Type=studio", 20001, "AutoCreation.StudioFlowSid"),
        ("Type=sms&Type=sms&Address=%2B15550100000", 20001, "Type"),
    ])
    func whatIsMissingOrUnreadableIsNamed(form: String, code: Int, parameter: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            try await caller.post(Self.path, text: form).expectError(400, code, parameter)
        }
    }

    @Test func anUpdateThatIsRefusedChangesNothing() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let made = try await caller.post(Self.path, ["Type": "sms", "Address": "+15550100000", "FriendlyName": "first"])
            let path = "\(Self.path)/\(made.string("sid") ?? "")"
            try await caller.post(path, ["FriendlyName": "second", "AutoCreation.Type": "webhook"]).expectError(
                400, 20001, "AutoCreation.WebhookUrl")
            #expect(try await caller.get(path).body == made.body)
        }
    }

    @Test func aStrangersTextMakesAConversation() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            _ = try await caller.post(Self.path, ["Type": "sms", "Address": "+15550100000", "AutoCreation.Enabled": "true"])
        }
        try await installation.strangers { _ = try await $0.post("/adapters/carrier/inbound/hush", text: "who am I") }
        try await installation.api { caller in
            let made = try await caller.get("/v1/Conversations").list("conversations")
            #expect(made.count == 1 && made[0]["friendly_name"] is NSNull)
            let messages = try await caller.get("/v1/Conversations/\(made[0]["sid"] as? String ?? "")/Messages").list("messages")
            #expect(messages.map { $0["author"] as? String } == ["+15557654321"])
        }
    }
}
