import HTTPTypes

/// Where paths lie, and what belongs together in the document.
extension APIDocument {
    /// Where paths stand. A service's resources have two places: the short paths of the default service, and those that name a service.
    enum Scope: Sendable, CaseIterable {
        case root
        case service
        /// What an operator asks.
        case `operator`

        var prefix: String {
            switch self {
            case .root: "/v1"
            case .service: "/v1/Services/{ChatServiceSid}"
            case .operator: "/admin/v1"
            }
        }
    }

    /// Operations on one kind of resource.
    struct Area: Sendable {
        let tag: String
        /// What the tag is about; where several areas share a tag, the first one says it.
        var summary = ""
        /// An operation stands in the document once for each of these.
        var scopes: [Scope] = [.root, .service]
        /// What stands at the variables of this area's paths. `ChatServiceSid` is there by itself.
        var variables: [Variable] = []
        let operations: [Operation]
    }

    /// What a path may have at a variable.
    struct Variable: Sendable {
        let name: String
        let type: FieldType
        let note: String

        /// A SID, and nothing else.
        static func sid(_ name: String, _ prefix: String, _ note: String) -> Variable {
            Variable(name: name, type: .sid(prefix), note: note)
        }

        /// A SID or another key of the resource (contract: REST §5, "Alternative keys in paths").
        static func key(_ name: String, _ note: String) -> Variable { Variable(name: name, type: .string, note: note) }

        static let service: Variable = .sid("ChatServiceSid", "IS", "The service's SID.")
        static let conversation: Variable = .key("ConversationSid", "The conversation's SID or unique name.")
    }

    /// A parameter in the query, or in the headers.
    struct Parameter: Sendable {
        let name: String
        let type: FieldType
        let note: String
        var place = "query"
        var required = false

        static func query(_ name: String, _ type: FieldType, _ note: String, required: Bool = false) -> Parameter {
            Parameter(name: name, type: type, note: note, required: required)
        }

        /// Whether the change is told to the account's and the service's webhooks.
        static func webhookEnabled(_ owner: String) -> Parameter {
            Parameter(
                name: "X-Twilio-Webhook-Enabled", type: .enumeration(Enumeration(owner, "webhook_enabled_type", ["true", "false"])),
                note: "true makes this change run the configured webhooks.", place: "header")
        }

        /// The three parameters by which a list is read in pages.
        static func paging(max: Int) -> [Parameter] {
            [
                .query(
                    "PageSize", .integerWithin(minimum: 1, maximum: max, format: "int64"),
                    "Rows on a page: \(min(50, max)) when not given, at most \(max)."),
                .query("Page", .integerWithin(minimum: 0, maximum: nil, format: nil), "The page's number, which is only echoed."),
                .query("PageToken", .string, "The token of another page's URL."),
            ]
        }

        func rendered(in scope: Scope, _ schemas: inout Schemas) -> JSON {
            var members = [Member("name", .string(name)), Member("in", .string(place)), Member("description", .string(note))]
            if required { members.append(Member("required", .bool(true))) }
            members.append(Member("schema", .object(type.schema(in: scope, &schemas))))
            return .object(members)
        }
    }
}
