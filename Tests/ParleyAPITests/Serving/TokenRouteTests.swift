import HTTPTypes
import ParleyBroker
import ParleyCore
import Testing

@testable import ParleyAPI

/// Which routes chat users with access tokens may use. A route that is opened has to ask ``Permissions``, and is written down here.
@Suite struct TokenRouteTests {
    /// Under `/v1` and under `/v1/Services/{service}`.
    static let shared: Set<String> = [
        "GET Conversations", "POST Conversations", "GET Conversations/{}", "POST Conversations/{}", "DELETE Conversations/{}",
        "GET Conversations/{}/Participants", "POST Conversations/{}/Participants", "GET Conversations/{}/Participants/{}",
        "POST Conversations/{}/Participants/{}", "DELETE Conversations/{}/Participants/{}", "GET Conversations/{}/Messages",
        "POST Conversations/{}/Messages", "GET Conversations/{}/Messages/{}", "POST Conversations/{}/Messages/{}",
        "DELETE Conversations/{}/Messages/{}", "GET Conversations/{}/Messages/{}/ChannelMetadata",
        "GET Conversations/{}/Messages/{}/Receipts", "GET Conversations/{}/Messages/{}/Receipts/{}", "GET Users", "POST Users",
        "GET Users/{}", "POST Users/{}", "DELETE Users/{}", "GET Users/{}/Conversations", "GET Users/{}/Conversations/{}",
        "POST Users/{}/Conversations/{}", "DELETE Users/{}/Conversations/{}", "GET ParticipantConversations",
        "GET MyConversations", "GET MyConversations/{}", "POST MyConversations/{}", "GET MyConversations/{}/Messages",
    ]

    static let ofServices: Set<String> = ["POST Media", "GET Media/{}", "GET Media/{}/Content"]

    static func routes(_ installation: Installation) -> RouteMap {
        let configuration = APIConfiguration(
            listen: .init(host: "127.0.0.1", port: 0), publicListen: .init(host: "127.0.0.1", port: 0), apiURL: Installation.apiURL,
            account: Installation.account, authToken: Installation.token)
        return RouteMap(desk: Desk(broker: installation.broker, configuration: configuration), tally: CallbackTally())
    }

    static func opened(_ table: RouteTable) -> Set<String> {
        Set(table.routes.filter(\.openToTokens).map { DocumentRouteTests.normal($0.method.rawValue, $0.pattern) })
    }

    @Test func theseAreOpenAndNoOthers() async throws {
        let routes = Self.routes(try await Installation())
        #expect(Self.opened(routes.root) == Self.shared)
        #expect(Self.opened(routes.service) == Self.shared.union(Self.ofServices))
        #expect(Self.opened(routes.admin) == [])
    }

    @Test func allOthersAreRefused() async throws {
        let installation = try await Installation(keys: [HandMint.key])
        let routes = Self.routes(installation)
        let tables = [
            ("/v1/", routes.root), ("/v1/Services/\(installation.service)/", routes.service), ("/admin/v1/", routes.admin),
        ]
        try await installation.api { caller in
            let headers: HTTPFields = [.authorization: "Bearer \(AccessTokenTests.ofLibrary[1])"]
            var count = 0
            let before = try await installation.eventCount()
            for (prefix, table) in tables {
                for route in table.routes where !route.openToTokens {
                    let path = prefix + route.pattern.replacing(/\{[^}]*\}/, with: "x")
                    let reply = try await caller.send(route.method, path, headers, route.method == .post ? [] : nil)
                    reply.expectError(403, 50107, "the access token may not use this resource")
                    count += 1
                }
            }
            #expect(count > 60)
            #expect(try await installation.eventCount() == before)
        }
    }
}
