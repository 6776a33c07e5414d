import HTTPTypes
import ParleyCore

/// Who may use a route.
struct RouteAccess: Sendable, Hashable {
    /// What a route belongs to; with its method it gives the scope that an API key needs.
    enum Area: Sendable, Hashable {
        /// Conversations and what is in them.
        case contract
        /// Services, roles, credentials, bindings, webhooks: how conversations are set up.
        case configuration
        /// The operator's routes.
        case `operator`
    }

    var area = Area.contract
    /// True when a chat user with an access token may use it, as far as the rules of conversations allow.
    var openToTokens = false

    func scope(_ method: HTTPRequest.Method) -> APIConfiguration.Scope {
        switch area {
        case .operator: .operate
        case .contract: method == .get ? .read : .write
        case .configuration: method == .get ? .read : .configure
        }
    }
}

extension Route {
    /// The scope that an API key needs.
    var scope: APIConfiguration.Scope { access.scope(method) }

    var openToTokens: Bool { access.openToTokens }

    /// The same route as one that sets conversations up: changes need the scope `configure`.
    var configuring: Route { with { $0.area = .configuration } }

    /// The same route as one of the operator's.
    var operating: Route { with { $0.area = .operator } }

    /// The same route, open to chat users with access tokens.
    var openedToTokens: Route { with { $0.openToTokens = true } }

    /// - Parameters:
    ///   - service: the service that the path names; nil where it names none.
    ///   - default: the service that is meant when none is named, by a path as by a token.
    /// - Throws: 403/20403 for a key without the scope, 403/50107 for a token that may not.
    func admit(_ principal: Principal, to service: SID?, default: SID) throws(Refusal) {
        switch principal {
        case .stranger: throw .unauthenticated
        case .account: return
        case .key(_, let scopes):
            guard scopes.contains(scope) else { throw .missingScope(scope) }
        case .token(let token):
            guard openToTokens else { throw .tokenMayNot("use this resource") }
            guard token.service ?? `default` == service ?? `default` else { throw .tokenMayNot("use this service") }
        }
    }

    private func with(_ change: (inout RouteAccess) -> Void) -> Route {
        var route = self
        change(&route.access)
        return route
    }
}

extension Refusal {
    static func missingScope(_ scope: APIConfiguration.Scope) -> Refusal {
        Refusal(code: 20403, status: 403, message: "Forbidden: the API key lacks the scope \(scope.rawValue)")
    }

    static func tokenMayNot(_ what: String) -> Refusal {
        Refusal(code: 50107, status: 403, message: "Forbidden: the access token may not \(what)")
    }
}
