import HTTPTypes

/// The API's own description in OpenAPI 3.0.1 (https://spec.openapis.org/oas/v3.0.1), declared as data.
///
/// Each resource and each operation is declared once, in the file of its area; the twin under `/v1/Services/{ChatServiceSid}` follows from
/// the same declaration. Names, types and bounds are the contract's (contract: REST §1 to §3). A new operation goes into the table of its
/// area, one that the contract does not describe into `OwnOperations.swift`, a new area into the list here.
enum APIDocument {
    typealias Member = JSON.Member

    /// The contract's operations, in the order in which they are written.
    static let contractAreas: [Area] = [
        conversations, conversationsWithParticipants, participants, messages, receipts, scopedWebhooks, participantConversations, users,
        userConversations, roles, configuration, serviceConfiguration, webhookConfiguration, serviceWebhookConfiguration, notifications,
        addresses, services, bindings, credentials,
    ]

    /// Lists of words that the contract names and uses nowhere.
    private static let enumerationsWithoutUse: [Enumeration] = [
        webhookTarget("conversation_webhook"), webhookMethod("conversation_webhook", nullable: false),
        Enumeration("service_stats_conversations_ratelimitingerrors", "source", ["SDK", "API"]),
        Enumeration("stats_twilsock_ratelimitingerrors", "source", ["TWILSOCK"]),
    ]

    /// The document as an installation serves it; nothing else in it depends on the installation.
    ///
    /// - Parameter apiURL: the origin at which clients reach the API.
    static func document(apiURL: String) -> JSON {
        .object([Member("openapi", "3.0.1"), Member("info", info), Member("servers", .array([["url": .string(apiURL)]]))] + body)
    }

    private static let info: JSON = [
        "title": "Parley",
        "description": "Conversations between people in an application and people who have only a phone number or a mailbox.",
        "version": "v1", "license": ["name": "Apache 2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"],
    ]

    /// Made once: it is the same for each installation.
    private static let body: [Member] = {
        let areas = contractAreas + ownAreas
        var schemas = Schemas()
        let items = paths(of: areas, &schemas)
        let failures = FailureAnswer.all.map { Member($0.name, $0.response(&schemas)) }
        for enumeration in enumerationsWithoutUse { _ = schemas.reference(enumeration, in: .root) }
        return [
            Member("security", .array([["basic": .array([])], ["accessToken": .array([])]])),
            Member("tags", tags(of: areas)), Member("paths", items),
            Member(
                "components",
                [
                    "schemas": .object(schemas.members), "responses": .object(failures),
                    "parameters": ["IdempotencyKey": Operation.idempotencyKey], "headers": ["Position": Operation.position],
                    "securitySchemes": securitySchemes,
                ]),
        ]
    }()

    private static let securitySchemes: JSON = [
        "basic": ["type": "http", "scheme": "basic", "description": "The account's SID and token, or an API key's SID and secret."],
        "accessToken": [
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "A chat user's access token: its owner's roles say what it opens.",
        ],
    ]

    private static func tags(of areas: [Area]) -> JSON {
        var named: Set<String> = []
        let first = areas.filter { named.insert($0.tag).inserted }
        return .array(first.map { ["name": .string($0.tag), "description": .string($0.summary)] })
    }

    /// Operations by path, then by method: several areas may declare methods of one path.
    private static func paths(of areas: [Area], _ schemas: inout Schemas) -> JSON {
        var order: [String] = []
        var items: [String: [Member]] = [:]
        for area in areas {
            for scope in area.scopes {
                for operation in area.operations {
                    let path = scope.prefix + "/" + operation.path
                    if items[path] == nil { order.append(path) }
                    let declared = operation.rendered(of: area, in: scope, &schemas)
                    items[path, default: []].append(Member(operation.method.rawValue.lowercased(), declared))
                }
            }
        }
        return .object(order.map { Member($0, .object(items[$0] ?? [])) })
    }
}
