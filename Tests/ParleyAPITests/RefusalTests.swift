import Foundation
import HTTPTypes
import ParleyAPI
import ParleyBroker
import ParleyCore
import Testing

/// Every refusal of the contract that these operations can meet, with its status, code and the parameter that it names.
@Suite struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let path: String
        let form: [String: String]
        let status: Int
        let code: Int
        let fragment: String

        init(_ path: String, _ form: [String: String], _ status: Int, _ code: Int, _ fragment: String) {
            (self.path, self.form, self.status, self.code, self.fragment) = (path, form, status, code, fragment)
        }

        var testDescription: String { "\(path) \(form.keys.sorted()) \(code)" }
    }

    static let proxy = "+15550100000"
    static let address = "MessagingBinding.Address"
    static let proxyAddress = "MessagingBinding.ProxyAddress"

    static let cases: [Case] = [
        Case("", ["UniqueName": "room"], 409, 50353, "UniqueName"),
        Case("", ["UniqueName": "CH" + String(repeating: "a", count: 32)], 400, 50390, "UniqueName"),
        Case("", ["UniqueName": String(repeating: "x", count: 257)], 400, 20001, "UniqueName"),
        Case("", ["FriendlyName": String(repeating: "x", count: 257)], 400, 20001, "FriendlyName"),
        Case("", ["Attributes": "{"], 400, 50304, "Attributes"),
        Case("", ["Attributes": "\"" + String(repeating: "x", count: 16 * 1024) + "\""], 400, 50303, "Attributes"),
        Case("", ["State": "closed"], 400, 50384, "State"),
        Case("", ["State": "initializing"], 400, 50378, "State"),
        Case("", ["State": "open"], 400, 50378, "State"),
        Case("", ["State": ""], 400, 50374, "State"),
        Case("", ["Timers.Inactive": "PT59S"], 400, 50375, "Timers.Inactive"),
        Case("", ["Timers.Closed": "PT9M"], 400, 50376, "Timers.Closed"),
        Case("", ["Timers.Inactive": "soon"], 400, 50379, "Timers"),
        Case("", ["MessagingServiceSid": "CH" + String(repeating: "a", count: 32)], 400, 20001, "MessagingServiceSid"),
        Case("", ["DateCreated": "yesterday"], 400, 20001, "DateCreated"),
        Case("", ["DateUpdated": "2026-02-30T00:00:00Z"], 400, 20001, "DateUpdated"),
        Case("", ["Bindings.Email.Name": String(repeating: "x", count: 257)], 400, 20001, "Bindings.Email.Name"),
        Case("/closed", ["FriendlyName": "x"], 400, 50377, "closed"),
        Case("/nothing", ["FriendlyName": "x"], 404, 20404, "/Conversations/nothing"),

        Case("/room/Participants", [:], 400, 50204, "Identity"),
        Case("/room/Participants", ["Identity": ""], 400, 50204, "Identity"),
        Case("/room/Participants", ["Identity": "alice"], 409, 50433, "Participant already exists"),
        Case("/room/Participants", ["Identity": String(repeating: "x", count: 257)], 400, 20001, "Identity"),
        Case("/room/Participants", ["Identity": "bob", address: "+15557000002", proxyAddress: proxy], 400, 50211, "Identity"),
        Case("/room/Participants", [address: "+111", proxyAddress: proxy], 400, 50407, address),
        Case("/room/Participants", [address: "15557000002", proxyAddress: proxy], 400, 50407, address),
        Case("/room/Participants", [address: "+15557000002", proxyAddress: "+1"], 400, 50408, proxyAddress),
        Case("/room/Participants", [address: proxy, proxyAddress: proxy], 400, 50409, address),
        Case("/room/Participants", [proxyAddress: proxy], 400, 50411, address),
        Case("/room/Participants", [address: "", proxyAddress: proxy], 400, 50411, address),
        Case("/room/Participants", [address: "+15557000002"], 400, 50412, proxyAddress),
        Case("/room/Participants", [address: "+15557000002", proxyAddress: "+15550199999"], 403, 50413, proxyAddress),
        Case("/room/Participants", [address: "a@b.example", proxyAddress: proxy], 400, 50414, address),
        Case("/room/Participants", [address: "x@in.example", proxyAddress: "y@in.example"], 400, 50407, address),
        Case("/room/Participants", [address: "+15557000001", proxyAddress: proxy], 409, 50416, "already exists in Conversation CH"),
        Case("/room/Participants", ["MessagingBinding.ProjectedAddress": proxy, "Identity": "bob"], 403, 50452, "ProjectedAddress"),
        Case("/room/Participants", ["Identity": "bob", "Attributes": "nope"], 400, 50304, "Attributes"),
        Case("/room/Participants", ["Identity": "bob", "RoleSid": "nope"], 400, 20001, "RoleSid"),
        Case("/closed/Participants", ["Identity": "bob"], 400, 50377, "closed"),
        Case("/nothing/Participants", ["Identity": "bob"], 404, 20404, "/Conversations/nothing/Participants"),
        Case("/room/Participants/alice", [proxyAddress: proxy], 400, 50441, proxyAddress),
        Case("/room/Participants/alice", ["Identity": ""], 400, 50204, "Identity"),
        Case("/room/Participants/alice", ["LastReadMessageIndex": "5"], 400, 20001, "LastReadMessageIndex"),
        Case("/room/Participants/alice", ["LastReadMessageIndex": "-1"], 400, 20001, "LastReadMessageIndex"),
        Case("/room/Participants/alice", ["LastReadTimestamp": "now"], 400, 20001, "LastReadTimestamp"),
        Case("/room/Participants/nobody", ["Attributes": "{}"], 404, 20404, "/Conversations/room/Participants/nobody"),

        Case("/room/Messages", [:], 400, 50503, "Body"),
        Case("/room/Messages", ["Body": ""], 400, 50503, "Body"),
        Case("/room/Messages", ["Body": String(repeating: "x", count: 32 * 1024 + 1)], 400, 50504, "Body"),
        Case("/room/Messages", ["Body": "x", "Author": String(repeating: "x", count: 257)], 400, 50310, "Author"),
        Case("/room/Messages", ["Body": "x", "Subject": String(repeating: "x", count: 257)], 400, 20001, "Subject"),
        Case("/room/Messages", ["Body": "x", "Attributes": "\"" + String(repeating: "x", count: 4096) + "\""], 400, 50303, "Attributes"),
        Case("/room/Messages", ["MediaSid": "ME" + String(repeating: "a", count: 32)], 404, 50507, "MediaSid"),
        Case("/room/Messages", ["MediaSid": "nope"], 400, 20001, "MediaSid"),
        Case("/room/Messages", ["ContentSid": "HX" + String(repeating: "a", count: 32)], 400, 20001, "ContentSid"),
        Case("/room/Messages", ["Body": "x", "DateCreated": "2026-01-01"], 400, 20001, "DateCreated"),
        Case("/closed/Messages", ["Body": "x"], 400, 50377, "closed"),
        Case("/nothing/Messages", ["Body": "x"], 404, 20404, "/Conversations/nothing/Messages"),
        Case("/room/Messages/IM" + String(repeating: "a", count: 32), ["Body": "x"], 404, 20404, "/Messages/IM"),
        Case("/room/Messages/CH" + String(repeating: "a", count: 32), ["Body": "x"], 404, 20404, "/Messages/CH"),
    ]

    @Test func eachIsAnsweredWithItsCodeAndWritesNothing() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let room = try await caller.conversation(with: ["+15557000001"])
            _ = try await caller.post("/v1/Conversations/\(room)", ["UniqueName": "room"])
            _ = try await caller.post("/v1/Conversations/room/Participants", ["Identity": "alice"])
            let closed = try await caller.conversation(["UniqueName": "closed"])
            _ = try await caller.post("/v1/Conversations/\(closed)", ["State": "closed"])
            let events = try await installation.eventCount()
            for one in RefusalTests.cases {
                let body = one.form.map { "\(Caller.encode($0))=\(Caller.encode($1))" }.joined(separator: "&")
                let reply = try await caller.post("/v1/Conversations\(one.path)", text: body)
                #expect(reply.status == one.status && reply.integer("code") == one.code, "\(one.testDescription): \(reply.text)")
                #expect(reply.string("message")?.contains(one.fragment) == true, "\(one.testDescription): \(reply.text)")
            }
            #expect(try await installation.eventCount() == events)
            try await caller.post(
                "/v1/Conversations/room/Participants",
                [RefusalTests.address: "+15557000001", RefusalTests.proxyAddress: RefusalTests.proxy]
            ).expectError(409, 50416, "A binding for this participant and proxy address already exists in Conversation \(room)")
        }
    }

    @Test func limitsOfAConversation() async throws {
        var limits = Limits()
        limits.participants = 2
        limits.nonChatParticipants = 1
        let installation = try await Installation(limits: limits)
        try await installation.api { caller in
            let room = try await caller.conversation(with: ["+15557000001"])
            let path = "/v1/Conversations/\(room)/Participants"
            try await caller.post(path, [RefusalTests.address: "+15557000002", RefusalTests.proxyAddress: RefusalTests.proxy]).expectError(
                403, 50418)
            #expect(try await caller.post(path, ["Identity": "a"]).status == 201)
            try await caller.post(path, ["Identity": "b"]).expectError(403, 50417)
        }
    }
}
