import Foundation
import HTTPTypes
import ParleyAPI
import ParleyCore
import Testing

/// An installation with one live resource of every kind, in the default service and in another one.
struct FurnishedInstallation: Sendable {
    let installation: Installation
    /// As the installation's servers have it.
    let configuration: APIConfiguration
    let here: Resources
    let elsewhere: Resources
    /// What is in another conversation of the default service.
    let next: Resources
    /// The number of what a stranger sent, which waits for a decision.
    let held: Int
    /// Alice's access token, with which she is asked about what is hers.
    let bearer: String

    /// The resources of one service, and those of the account.
    struct Resources: Sendable {
        let service: String
        var sids: [Kind: String] = [:]

        subscript(kind: Kind) -> String { sids[kind] ?? "" }
    }

    /// What a SID names; of some kinds there are several.
    enum Kind: String, Sendable {
        case conversation = "CH"
        case participant = "MB"
        case message = "IM"
        case receipt = "DY"
        case user = "US"
        /// Of the type `conversation`, and nobody has it.
        case role = "RL"
        case serviceRole = "RL of a service"
        case webhook = "WH"
        case triggerWebhook = "WH with triggers"
        case studioWebhook = "WH of a flow"
        /// Belongs to a message.
        case media = "ME"
        case looseMedia = "ME of no message"
        case binding = "BS"
        case service = "IS"
        case address = "IG"
        case credential = "CR"
    }

    static let proxy = "+15550100000"
    static let hook = "https://hook.example/"

    init(requestBytes: Int) async throws {
        var bounds = APIConfiguration.Bounds()
        bounds.requestBytes = requestBytes
        configuration = APIConfiguration(
            listen: .init(host: "127.0.0.1", port: 0), publicListen: .init(host: "127.0.0.1", port: 0), apiURL: Installation.apiURL,
            account: Installation.account, authToken: Installation.token, keys: [HandMint.key], bounds: bounds)
        let installation = try await Installation(bounds: bounds, keys: [HandMint.key])
        self.installation = installation
        bearer = try await TokenActTests.bearer("alice", installation)
        try await installation.strangers { _ = try await $0.post("/adapters/carrier/inbound/hush", text: "who am I") }
        (here, elsewhere, next, held) = try await installation.api { caller in
            let other = try await Self.sid(caller, "/v1/Services", ["FriendlyName": "other"])
            var here = try await Self.furnish(installation.service.text, "+15557000001", installation, caller)
            var elsewhere = try await Self.furnish(other, "+15557000002", installation, caller)
            here.sids[.address] = try await Self.sid(caller, "/v1/Configuration/Addresses", ["Type": "sms", "Address": "+15550109999"])
            here.sids[.credential] = try await Self.sid(caller, "/v1/Credentials", ["Type": "apn"])
            // What is done with a service is done with the one that may be deleted.
            here.sids[.service] = other
            elsewhere.sids[.service] = installation.service.text
            let held = try #require(await caller.get("/admin/v1/inbox?verdict=held").list("items").first?["id"] as? Int)
            return (here, elsewhere, try await Self.furnishNext(installation, caller), held)
        }
    }

    private static func furnish(_ service: String, _ phone: String, _ installation: Installation, _ caller: Caller) async throws
        -> Resources
    {
        var all = Resources(service: service)
        let root = "/v1/Services/\(service)"
        let conversation = try await sid(caller, "\(root)/Conversations", ["FriendlyName": "room"])
        all.sids[.conversation] = conversation
        let inside = "\(root)/Conversations/\(conversation)"
        all.sids[.participant] = try await sid(caller, "\(inside)/Participants", ["Identity": "alice"])
        _ = try await sid(
            caller, "\(inside)/Participants", ["MessagingBinding.Address": phone, "MessagingBinding.ProxyAddress": proxy])
        all.sids[.user] = try await caller.get("\(root)/Users/alice").string("sid")
        for kind in [Kind.media, .looseMedia] {
            all.sids[kind] = try await caller.send(.post, "\(root)/Media", [.contentType: "image/png"], [1, 2, 3]).string("sid")
        }
        let message = try await sid(caller, "\(inside)/Messages", ["Author": "alice", "Body": "hello", "MediaSid": all[.media]])
        all.sids[.message] = message
        try await installation.dispatch { _ in .accepted([]) }
        all.sids[.receipt] = try await caller.get("\(inside)/Messages/\(message)/Receipts")
            .strings("delivery_receipts", "sid").first
        all.sids[.role] = try await sid(
            caller, "\(root)/Roles", ["FriendlyName": "guest", "Type": "conversation", "Permission": "sendMessage"])
        all.sids[.serviceRole] = try await sid(
            caller, "\(root)/Roles", ["FriendlyName": "member", "Type": "service", "Permission": "joinConversation"])
        all.sids[.webhook] = try await sid(
            caller, "\(inside)/Webhooks",
            ["Target": "webhook", "Configuration.Url": hook, "Configuration.Filters": "onMessageAdded"])
        all.sids[.triggerWebhook] = try await sid(
            caller, "\(inside)/Webhooks", ["Target": "trigger", "Configuration.Url": hook, "Configuration.Triggers": "help"])
        all.sids[.studioWebhook] = try await sid(
            caller, "\(inside)/Webhooks", ["Target": "studio", "Configuration.FlowSid": "FW" + String(repeating: "7", count: 32)])
        all.sids[.binding] = try await sid(
            caller, "\(root)/Bindings", ["Identity": "alice", "BindingType": "twilsock", "Endpoint": "device"])
        return all
    }

    private static func furnishNext(_ installation: Installation, _ caller: Caller) async throws -> Resources {
        var all = Resources(service: installation.service.text)
        let inside = "/v1/Conversations/\(try await sid(caller, "/v1/Conversations", [:]))"
        all.sids[.participant] = try await sid(caller, "\(inside)/Participants", ["Identity": "bob"])
        _ = try await sid(
            caller, "\(inside)/Participants", ["MessagingBinding.Address": "+15557000004", "MessagingBinding.ProxyAddress": proxy])
        let message = try await sid(caller, "\(inside)/Messages", ["Body": "next"])
        all.sids[.message] = message
        try await installation.dispatch { _ in .accepted([]) }
        all.sids[.receipt] = try await caller.get("\(inside)/Messages/\(message)/Receipts").strings("delivery_receipts", "sid").first
        all.sids[.webhook] = try await sid(
            caller, "\(inside)/Webhooks",
            ["Target": "webhook", "Configuration.Url": hook, "Configuration.Filters": "onMessageAdded"])
        return all
    }

    private static func sid(_ caller: Caller, _ path: String, _ form: KeyValuePairs<String, String>) async throws -> String {
        let reply = try await caller.post(path, form)
        return try #require(reply.string("sid"), "\(path): \(reply.text)")
    }
}
