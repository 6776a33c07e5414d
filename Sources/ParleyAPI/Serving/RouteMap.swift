import HTTPTypes
import ParleyBroker

/// Every route of the API's listener, by the prefix it stands under.
struct RouteMap: Sendable {
    /// What needs no credentials.
    let open: RouteTable
    /// Under `/v1`: the account's own, and a service's resources, which then mean the default service.
    let root: RouteTable
    /// Under `/v1/Services/{service}`.
    let service: RouteTable
    /// Under `/admin/v1`.
    let admin: RouteTable
    /// Those of the operator's routes that the API's own description has.
    private let described: [Route]

    init(desk: Desk, tally: CallbackTally) {
        let (services, users) = (ServiceRoutes(desk: desk), UserRoutes(desk: desk))
        let (webhooks, routing, archive) = (WebhookRoutes(desk: desk), RoutingRoutes(desk: desk), ArchiveRoutes(desk: desk))
        // The resources of a service are the same under either prefix. What is asked for most stands first.
        var shared = MessageRoutes(desk: desk).routes + ConversationRoutes(desk: desk).routes + ParticipantRoutes(desk: desk).routes
        shared += ReceiptRoutes(desk: desk).routes + ConversationWithParticipantsRoutes(desk: desk).routes
        shared += MyConversationRoutes(desk: desk).routes
        shared += users.shared.map(\.openedToTokens) + archive.shared
        shared += (services.shared + webhooks.shared + routing.shared).map(\.configuring)
        let accountOnly = services.accountOnly + webhooks.accountOnly + routing.accountOnly
        let serviceOnly = services.serviceOnly + webhooks.serviceOnly + routing.serviceOnly
        var operatorOnly = QueueRoutes(desk: desk).routes + AdapterRoutes(desk: desk, tally: tally).routes + InboxRoutes(desk: desk).routes
        described = ExplanationRoutes(desk: desk).routes
        operatorOnly += ConsentRoutes(desk: desk).routes + described
        operatorOnly += services.operatorOnly + users.operatorOnly + webhooks.operatorOnly + routing.operatorOnly + archive.operatorOnly

        open = RouteTable(
            HealthRoutes(broker: desk.broker).routes + DocumentRoutes(configuration: desk.configuration).routes + RealtimeRoutes.routes)
        root = RouteTable(accountOnly.map(\.configuring) + users.accountOnly + archive.accountOnly + shared)
        service = RouteTable(
            serviceOnly.map(\.configuring) + users.serviceOnly + archive.serviceOnly + MediaRoutes(desk: desk).routes + shared)
        admin = RouteTable(operatorOnly.map(\.operating))
    }

    /// The methods and patterns of all that the API's own description has: everything under `/v1`, and those of the operator's that it names.
    var published: [(method: HTTPRequest.Method, pattern: String)] {
        var published = RouteMap.patterns("/", open.routes.filter { $0.pattern.hasPrefix("v1/") })
        published += RouteMap.patterns("/v1/", root.routes) + RouteMap.patterns("/v1/Services/{service}/", service.routes)
        published += RouteMap.patterns("/admin/v1/", described)
        return published
    }

    private static func patterns(_ prefix: String, _ routes: [Route]) -> [(method: HTTPRequest.Method, pattern: String)] {
        routes.map { ($0.method, prefix + $0.pattern) }
    }
}
