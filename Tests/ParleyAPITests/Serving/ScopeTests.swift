import Foundation
import HTTPTypes
import ParleyBroker
import ParleyCore
import Testing

@testable import ParleyAPI

@Suite struct ScopeTests {
    typealias Scope = APIConfiguration.Scope

    struct Case: Sendable {
        var method: HTTPRequest.Method
        var path: String
        var needs: Scope
        /// What is answered to a key that has the scope.
        var status: Int
    }

    static let service = "/v1/Services/{service}"
    static let missing = String(repeating: "0", count: 32)
    static let cases: [Case] = [
        Case(method: .get, path: "/v1/Conversations", needs: .read, status: 200),
        Case(method: .head, path: "/v1/Conversations", needs: .read, status: 200),
        Case(method: .get, path: "\(service)/Conversations", needs: .read, status: 200),
        Case(method: .get, path: "\(service)/Media/ME\(missing)", needs: .read, status: 404),
        Case(method: .post, path: "/v1/Conversations", needs: .write, status: 201),
        Case(method: .post, path: "/v1/Conversations/CH\(missing)/Messages", needs: .write, status: 404),
        Case(method: .delete, path: "/v1/Conversations/CH\(missing)", needs: .write, status: 404),
        Case(method: .post, path: "\(service)/Media", needs: .write, status: 201),
        Case(method: .get, path: "/admin/v1/queue", needs: .operate, status: 200),
        Case(method: .get, path: "/admin/v1/adapters", needs: .operate, status: 200),
        Case(method: .get, path: "/admin/v1/route?From=%2B15557000001&To=%2B15550100000", needs: .operate, status: 200),
        Case(method: .post, path: "/admin/v1/adapters/carrier/faults", needs: .operate, status: 200),
    ]

    @Test(arguments: cases, Scope.allCases)
    func aKeyDoesWhatItsScopesName(_ row: Case, scope: Scope) async throws {
        let key = APIConfiguration.Key(sid: SID(.apiKey, high: 7, low: 7), secret: "secret", scopes: [scope])
        let installation = try await Installation(keys: [key])
        try await installation.api { caller in
            let caller = Caller(client: caller.client, authorization: Caller.basic(key.sid.text, key.secret))
            let before = try await installation.eventCount()
            let reply = try await caller.send(row.method, row.path.replacing("{service}", with: installation.service.text), [:], [])
            if scope == row.needs {
                #expect(reply.status == row.status, "\(reply.text)")
            } else if row.method == .head {
                #expect(reply.status == 403)
            } else {
                reply.expectError(403, 20403, "lacks the scope \(row.needs)")
                #expect(try await installation.eventCount() == before)
            }
        }
    }

    @Test(arguments: [
        (RouteAccess.Area.contract, HTTPRequest.Method.get, Scope.read), (.contract, .post, .write), (.contract, .delete, .write),
        (.contract, .put, .write), (.configuration, .get, .read), (.configuration, .post, .configure),
        (.configuration, .delete, .configure), (.operator, .get, .operate), (.operator, .post, .operate),
    ])
    func areas(area: RouteAccess.Area, method: HTTPRequest.Method, scope: Scope) {
        let route = Route(method, "x") { _ in .noContent }
        let marked: [RouteAccess.Area: Route] = [.contract: route, .configuration: route.configuring, .operator: route.operating]
        #expect(marked[area]?.scope == scope)
        #expect(marked[area]?.openedToTokens.scope == scope)
    }

    @Test func aRouteIsShutToTokensUnlessItSaysOtherwise() throws {
        let service = SID(.service, high: 1, low: 1)
        let token = Principal.token(AccessToken(identity: "alice", expires: Instant(seconds: 1)))
        let route = Route(.get, "x") { _ in .noContent }
        #expect(throws: Refusal.tokenMayNot("use this resource")) { try route.admit(token, to: nil, default: service) }
        #expect(throws: Refusal.tokenMayNot("use this resource")) { try route.configuring.admit(token, to: nil, default: service) }
        #expect(throws: Refusal.unauthenticated) { try route.openedToTokens.admit(.stranger, to: nil, default: service) }
        try route.openedToTokens.admit(token, to: nil, default: service)
        let other = SID(.service, high: 1, low: 2)
        #expect(throws: Refusal.tokenMayNot("use this service")) { try route.openedToTokens.admit(token, to: other, default: service) }
        try route.operating.admit(.account, to: nil, default: service)
    }

    @Test func aKeyHasEveryScopeUnlessTheyAreWritten() {
        #expect(Installation.key.scopes == Set(Scope.allCases))
    }
}
