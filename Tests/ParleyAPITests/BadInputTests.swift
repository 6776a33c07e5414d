import Foundation
import HTTPTypes
import ParleyAPI
import ParleyBroker
import ParleyCore
import Testing

/// Every parameter of every operation meets every strange value: the answer is never a 5xx, and a refused request writes nothing.
@Suite struct BadInputTests {
    static let operations: [(path: String, base: String, parameters: [String])] = [
        (
            "/v1/Conversations", "",
            [
                "FriendlyName", "UniqueName", "DateCreated", "DateUpdated", "MessagingServiceSid", "Attributes", "State", "Timers.Inactive",
                "Timers.Closed", "Bindings.Email.Address", "Bindings.Email.Name",
            ]
        ),
        (
            "/v1/Conversations/target", "",
            [
                "FriendlyName", "DateCreated", "DateUpdated", "MessagingServiceSid", "Attributes", "State", "Timers.Inactive",
                "Timers.Closed", "Bindings.Email.Address", "Bindings.Email.Name",
            ]
        ),
        (
            "/v1/Conversations/room/Participants", "",
            [
                "Identity", "MessagingBinding.Address", "MessagingBinding.ProxyAddress", "DateCreated", "DateUpdated", "Attributes",
                "MessagingBinding.ProjectedAddress", "RoleSid",
            ]
        ),
        ("/v1/Conversations/room/Participants", "MessagingBinding.ProxyAddress=%2B15550100000", ["MessagingBinding.Address"]),
        ("/v1/Conversations/room/Participants", "MessagingBinding.Address=%2B15557111111", ["MessagingBinding.ProxyAddress"]),
        (
            "/v1/Conversations/room/Participants/alice", "",
            [
                "DateCreated", "DateUpdated", "Attributes", "RoleSid", "MessagingBinding.ProxyAddress", "MessagingBinding.ProjectedAddress",
                "LastReadMessageIndex", "LastReadTimestamp",
            ]
        ),
        (
            "/v1/Conversations/room/Messages", "Body=x",
            ["Author", "DateCreated", "DateUpdated", "Attributes", "MediaSid", "ContentSid", "ContentVariables", "Subject"]
        ),
        ("/v1/Conversations/room/Messages", "", ["Body"]),
        ("/v1/Conversations/room/Messages/{message}", "", ["Author", "Body", "DateCreated", "DateUpdated", "Attributes", "Subject"]),
        ("/v1/Configuration", "", ["DefaultChatServiceSid", "DefaultMessagingServiceSid", "DefaultInactiveTimer", "DefaultClosedTimer"]),
        (
            "/v1/Services/{service}/Configuration", "",
            ["DefaultConversationCreatorRoleSid", "DefaultConversationRoleSid", "DefaultChatServiceRoleSid", "ReachabilityEnabled"]
        ),
        (
            "/v1/Services/{service}/Configuration/Notifications", "",
            [
                "LogEnabled", "NewMessage.Enabled", "NewMessage.Template", "NewMessage.Sound", "NewMessage.WithMedia.Template",
                "AddedToConversation.Sound",
            ]
        ),
        ("/v1/Services", "", ["FriendlyName"]), ("/v1/Roles", "Permission=joinConversation&Type=service", ["FriendlyName"]),
        ("/v1/Roles", "Permission=joinConversation&FriendlyName=x", ["Type"]),
        ("/v1/Credentials", "Type=apn", ["FriendlyName", "Certificate", "PrivateKey", "Sandbox", "ApiKey", "Secret"]),
        ("/v1/Services/{service}/Bindings", "BindingType=twilsock&Endpoint=e", ["Identity"]),
        ("/v1/Services/{service}/Bindings", "BindingType=twilsock&Identity=a", ["Endpoint"]),
        ("/v1/Services/{service}/Bindings", "BindingType=twilsock&Identity=a&Endpoint=e", ["CredentialSid"]),
    ]

    /// Percent-encoded already. Those in `never` can be a value of no parameter.
    static let never = ["%", "%G0", "%FF", "%C3%28", "a%00b", "%ED%A0%80"]
    static let strange = [
        "", "null", "%00", "+", "%0A", "%7B%7D", "%5B", "-1", "99999999999999999999", "0x10", "1e3", "%F0%9F%99%82", "%E2%80%AE", "'%3B--",
        "2026-13-45T99:99:99Z", "0000-00-00T00:00:00Z", "PT", "P1Y", "PT999999999999M", "PT999999999S", "P999999W", "CH", "@", "a@", "@b",
        "%2B", "%2B1",
        "CHaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "MGAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", String(repeating: "x", count: 70_000),
        String(repeating: "%5B", count: 3_000), "a|b", "%2B15557000001%0D%0ARSET",
    ]

    @Test func noValueOfAnyParameterIsA500() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            _ = try await caller.conversation(["UniqueName": "room"])
            _ = try await caller.post("/v1/Conversations/room/Participants", ["Identity": "alice"])
            let message = try await caller.post("/v1/Conversations/room/Messages", ["Body": "x"]).string("sid") ?? ""
            for operation in BadInputTests.operations {
                for parameter in operation.parameters {
                    for value in BadInputTests.never + BadInputTests.strange {
                        if operation.path.hasSuffix("target"), try await caller.get(operation.path).string("state") != "active" {
                            _ = try await caller.delete(operation.path)
                            _ = try await caller.conversation(["UniqueName": "target"])
                        }
                        let events = try await installation.eventCount()
                        let path = operation.path.replacingOccurrences(of: "{message}", with: message)
                            .replacingOccurrences(of: "{service}", with: installation.service.text)
                        let body = (operation.base.isEmpty ? "" : operation.base + "&") + "\(parameter)=\(value)"
                        let reply = try await caller.post(path, text: body)
                        #expect(reply.status < 500, "\(path) \(parameter)=\(value.prefix(40)): \(reply.status)")
                        if BadInputTests.never.contains(value) { #expect(reply.status == 400, "\(path) \(parameter)=\(value)") }
                        if reply.status >= 400 {
                            #expect(try await installation.eventCount() == events, "\(path) \(parameter)=\(value.prefix(40))")
                            #expect(reply.integer("code") != nil)
                        }
                    }
                    let reply = try await caller.post(
                        operation.path.replacingOccurrences(of: "{message}", with: message)
                            .replacingOccurrences(of: "{service}", with: installation.service.text),
                        text: "\(parameter)=a&\(parameter)=b&\(operation.base)")
                    if parameter != "ContentVariables" { reply.expectError(400, 20001, parameter) }
                }
            }
        }
    }

    @Test func queriesAndPaths() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            _ = try await caller.conversation(["UniqueName": "room"])
            for name in ["StartDate", "EndDate", "State", "PageSize", "Page", "PageToken", "Order", "limit", "cursor", "phase", "verdict"] {
                for value in BadInputTests.never + BadInputTests.strange where value.utf8.count < 10_000 {
                    for path in ["/v1/Conversations", "/v1/Conversations/room/Messages", "/admin/v1/queue", "/admin/v1/inbox"] {
                        let reply = try await caller.get("\(path)?\(name)=\(value)")
                        #expect(reply.status < 500, "\(path) \(name)=\(value)")
                        if BadInputTests.never.contains(value) { reply.expectError(400, 20001) }
                    }
                }
            }
            for value in BadInputTests.never + BadInputTests.strange where value.utf8.count < 10_000 && !value.isEmpty {
                for path in [
                    "/v1/Conversations/\(value)", "/v1/Conversations/room/Participants/\(value)",
                    "/v1/Conversations/room/Messages/\(value)",
                    "/v1/Conversations/room/Messages/\(value)/Receipts", "/admin/v1/queue/\(value)",
                    "/v1/Services/\(installation.service)/Media/\(value)",
                ] {
                    #expect(try await caller.get(path).status == 404, "\(path)")
                }
            }
        }
    }

    @Test func otherKindsOfBodyAreRefused() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            for type in ["application/json", "multipart/form-data; boundary=x", "text/plain"] {
                try await caller.post("/v1/Conversations", text: "{}", [.contentType: type]).expectError(400, 20001, "Content-Type")
            }
            let reply = try await caller.post(
                "/v1/Conversations", text: "FriendlyName=a+b%2Bc", [.contentType: "Application/X-WWW-Form-Urlencoded; charset=utf-8"])
            #expect(reply.string("friendly_name") == "a b+c")
        }
    }
}
