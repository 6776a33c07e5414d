import Foundation
import HTTPTypes
import Testing

/// An operation of the document, and a request of it that succeeds.
struct SweptOperation {
    let method: HTTPRequest.Method
    /// As in `/v1/Services/{ChatServiceSid}/Users/{Sid}`.
    let path: String
    let parameters: [DocumentedParameter]
    let takesForm: Bool

    var label: String { "\(method) \(path)" }

    /// Whether it is a chat user's alone.
    var isOfUsers: Bool { path.contains("/MyConversations") }

    /// The path without the prefix, which twins have in common.
    var tail: String {
        for prefix in ["/v1/Services/{ChatServiceSid}", "/v1"] where path.hasPrefix(prefix + "/") {
            return String(path.dropFirst(prefix.count))
        }
        return path
    }

    static func all(in document: Specification) throws -> [SweptOperation] {
        // Nothing that could succeed as HTTP: no message has channel metadata, and the realtime feed is a WebSocket.
        try document.operations.filter { !$0.path.hasSuffix("/ChannelMetadata") && $0.path != "/v1/realtime" }.map { operation in
            let declared = document.parameters(of: operation).values.sorted { "\($0["name"] ?? "")" < "\($1["name"] ?? "")" }
            let others = try declared.map { value in
                let place = try #require((value["in"] as? String).flatMap(DocumentedParameter.Place.init))
                return DocumentedParameter(
                    try #require(value["name"] as? String), place, document.resolved(value["schema"] as? [String: Any] ?? [:]),
                    isRequired: value["required"] as? Bool ?? false, in: document)
            }
            let form = document.contents(operation.value["requestBody"] as? [String: Any] ?? [:])["application/x-www-form-urlencoded"]
            let required = form?["required"] as? [String] ?? []
            let fields = (form?["properties"] as? [String: [String: Any]] ?? [:]).sorted { $0.key < $1.key }.map { name, schema in
                DocumentedParameter(name, .form, document.resolved(schema), isRequired: required.contains(name), in: document)
            }
            return SweptOperation(
                method: try #require(HTTPRequest.Method(rawValue: operation.method.uppercased())), path: operation.path,
                parameters: others + fields, takesForm: form != nil)
        }
    }

    /// The path's variables in their order, each with what stands before it, which says its kind.
    var variables: [(name: String, collection: String)] {
        let pieces = path.split(separator: "/")
        return zip(pieces.dropFirst(), pieces).filter { $0.0.hasPrefix("{") }.map { (String($0.0.dropFirst().dropLast()), String($0.1)) }
    }

    /// A request that succeeds.
    ///
    /// - Parameter parameter: the one that is to be tried out with it; it has an effect in this request.
    func request(for parameter: String, _ resources: FurnishedInstallation.Resources) -> SweptRequest {
        var request = SweptRequest(method: method, template: path)
        for (name, collection) in variables {
            request.variables[name] = name == "ChatServiceSid" ? resources.service : resources[Self.kind(of: collection, for: parameter)]
        }
        switch "\(method) \(tail)" {
        case "GET /Messages/Search": request.query = [("Query", "hello")]
        case "GET /admin/v1/route": request.query = [("From", "+15557000001"), ("To", FurnishedInstallation.proxy)]
        case "GET /ParticipantConversations":
            request.query = parameter == "Address" ? [("Address", "+15557000001")] : [("Identity", "alice")]
        case "POST /Media": request.body = .raw("image/png", [1, 2, 3])
        case "POST /ConversationImports": request.body = .raw("application/x-ndjson", Array(Self.export.utf8))
        default: if takesForm { request.body = .form(form(for: parameter, resources)) }
        }
        return request
    }

    private static func kind(of collection: String, for parameter: String) -> FurnishedInstallation.Kind {
        switch collection {
        case "Conversations", "MyConversations": .conversation
        case "Participants": .participant
        case "Messages": .message
        case "Receipts": .receipt
        case "Users": .user
        case "Roles": .role
        case "Webhooks" where parameter == "Configuration.Triggers": .triggerWebhook
        case "Webhooks" where parameter == "Configuration.FlowSid": .studioWebhook
        case "Webhooks": .webhook
        case "Media": .media
        case "Bindings": .binding
        case "Services": .service
        case "Addresses": .address
        default: .credential
        }
    }

    /// The prefix of the SIDs that a variable stands for, and whether a service has them.
    static func sid(of collection: String) -> (kind: FurnishedInstallation.Kind, isOfService: Bool) {
        let kind = kind(of: collection, for: "")
        return (kind, ![.service, .address, .credential].contains(kind))
    }

    private func form(for parameter: String, _ resources: FurnishedInstallation.Resources) -> [(String, String)] {
        switch "\(method) \(tail)" {
        case "POST /Configuration/Addresses": return [("Type", "sms"), ("Address", "+15550108888")]
        case "POST /Conversations/{ConversationSid}/Messages": return [("Body", "hello")]
        case "POST /Conversations/{ConversationSid}/Participants":
            guard ["MessagingBinding.Address", "MessagingBinding.ProxyAddress"].contains(parameter) else {
                return [("Identity", "newcomer")]
            }
            return [("MessagingBinding.Address", "+15557000003"), ("MessagingBinding.ProxyAddress", FurnishedInstallation.proxy)]
        case "POST /Conversations/{ConversationSid}/Webhooks":
            switch parameter {
            case "Configuration.FlowSid":
                return [("Target", "studio"), ("Configuration.FlowSid", "FW" + String(repeating: "8", count: 32))]
            case "Configuration.Triggers":
                return [("Target", "trigger"), ("Configuration.Url", FurnishedInstallation.hook), ("Configuration.Triggers", "stop")]
            default:
                return [
                    ("Target", "webhook"), ("Configuration.Url", FurnishedInstallation.hook), ("Configuration.Filters", "onMessageAdded"),
                ]
            }
        case "POST /Credentials": return [("Type", "apn")]
        case "POST /Roles": return [("FriendlyName", "new"), ("Type", "conversation"), ("Permission", "sendMessage")]
        case "POST /Roles/{Sid}": return [("Permission", "sendMessage")]
        case "POST /Services": return [("FriendlyName", "new")]
        case "POST /Users": return [("Identity", "newcomer")]
        case "POST /Bindings": return [("Identity", "alice"), ("BindingType", "twilsock"), ("Endpoint", "another")]
        case "POST /admin/v1/erasures":
            return parameter == "Address" ? [("Address", "+15557000001")] : [("Identity", "carol")]
        case let operation where operation.hasSuffix("/assign"): return [("Conversation", resources[.conversation])]
        default: return []
        }
    }

    /// The shortest whole export.
    private static let export = """
        {"kind":"conversation","format":1,"state":"active","attributes":"{}","date_created":"2026-01-31T12:00:00Z",\
        "date_updated":"2026-01-31T12:00:00Z"}
        {"kind":"end","messages":0,"participants":0}
        """
}
