import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ParleyBroker
import ParleyCore

/// The API's paths: health, the contract on the default service's short paths and on its long ones, and the operator's routes.
struct APISite: Sendable {
    let broker: Broker
    private let configuration: APIConfiguration
    let logger: Logger
    let credentials: Credentials
    private let throttle: AuthenticationThrottle
    private let routes: RouteMap

    init(broker: Broker, configuration: APIConfiguration, tally: CallbackTally, logger: Logger, clock: any Clock<Duration>) {
        self.broker = broker
        self.configuration = configuration
        self.logger = logger
        credentials = Credentials(configuration)
        throttle = AuthenticationThrottle(configuration.bounds.wrongCredentials, clock: clock, logger: logger)
        routes = RouteMap(desk: Desk(broker: broker, configuration: configuration), tally: tally)
    }

    /// The methods and patterns that the API's own description is compared with.
    var published: [(method: HTTPRequest.Method, pattern: String)] { routes.published }

    /// - Parameter address: the other end of the connection.
    func respond(to request: Request, from address: SocketAddress?) async -> (answer: Answer, pattern: String) {
        let path = RequestPath(request.head.path ?? "")
        let segments = path.segments ?? []
        switch routes.open.match(request.method, segments[...]) {
        case .route(let route, let variables):
            return (await answer(route, variables, .root, request, path, .stranger), "/" + route.pattern)
        case .otherMethods(let methods): return (notAllowed(methods), "-")
        case .none: break
        }
        let now = broker.source.stamp().now
        let principal: Principal
        do {
            principal = try await credentials.principal(of: request.headers, at: now)
        } catch {
            return (await refuse(error, from: address, at: now), "-")
        }
        let (table, rest, mount, prefix): (RouteTable?, ArraySlice<String>, Exchange.Mount, String)
        do {
            (table, rest, mount, prefix) = try await place(segments)
        } catch {
            return (Failure.answer(error, to: path, logger: logger), "-")
        }
        switch table?.match(request.method, rest) ?? .none {
        case .route(let route, let variables):
            let pattern = "\(prefix)/\(route.pattern)"
            do { try route.admit(principal, to: mount.service, default: broker.rules.installation.service) } catch {
                return (.refusal(error), pattern)
            }
            return (await answer(route, variables, mount, request, path, principal), pattern)
        case .otherMethods(let methods): return (notAllowed(methods), "-")
        case .none: return (.refusal(.notFound(path.withoutVersion)), "-")
        }
    }

    /// The table that a path's beginning leads to, and what is left of the path for it. There is none for a service that is not here.
    private func place(_ segments: [String]) async throws -> (RouteTable?, ArraySlice<String>, Exchange.Mount, String) {
        if segments.starts(with: ["admin", "v1"]) { return (routes.admin, segments.dropFirst(2), .root, "/admin/v1") }
        guard segments.first == "v1" else { return (nil, [], .root, "") }
        guard segments.count > 3, segments[1] == "Services" else { return (routes.root, segments.dropFirst(), .root, "/v1") }
        guard let sid = SID(segments[2], .service) else { return (nil, [], .root, "") }
        // The default service is always there, so the most frequent paths need no look.
        if sid != broker.rules.installation.service {
            guard try await broker.read({ try $0.service(sid) }) != nil else { return (nil, [], .root, "") }
        }
        return (routes.service, segments.dropFirst(3), .service(sid), "/v1/Services/{service}")
    }

    /// The methods that there are stand in `Allow` (RFC 9110 §15.5.6).
    private func notAllowed(_ methods: [HTTPRequest.Method]) -> Answer {
        .refusal(.methodNotAllowed, headers: [.allow: Set(methods.map(\.rawValue)).sorted().joined(separator: ", ")])
    }

    private func refuse(_ failure: AuthenticationFailure, from address: SocketAddress?, at now: Instant) async -> Answer {
        let (refusal, headers) = await refusal(of: failure, from: address, at: now)
        return .refusal(refusal, headers: headers)
    }

    /// What wrong credentials are answered, once they may be answered.
    func refusal(
        of failure: AuthenticationFailure, from address: SocketAddress?, at now: Instant
    ) async -> (refusal: Refusal, headers: HTTPFields) {
        if failure.isGuess, let seconds = await throttle.hold(address, at: now) {
            return (.tooManyFailures, [.retryAfter: "\(seconds)"])
        }
        return (failure.refusal, [.wwwAuthenticate: Credentials.challenge])
    }

    private func answer(
        _ route: Route, _ variables: [String: String], _ mount: Exchange.Mount, _ request: Request, _ path: RequestPath,
        _ principal: Principal
    ) async -> Answer {
        let exchange = Exchange(
            request: request, path: path, variables: variables, mount: mount, bounds: configuration.bounds, principal: principal)
        do {
            var answer = try await route.handle(exchange)
            if (200..<300).contains(answer.status), route.access.area != .operator, let position = exchange.position.value {
                answer.headers[AnswerPosition.header] = "\(position)"
            }
            return answer
        } catch {
            return Failure.answer(error, to: path, logger: logger)
        }
    }
}
