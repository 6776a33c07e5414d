import HTTPTypes
import Hummingbird
import Logging
import ParleyBroker
import ParleyCore

/// The paths that strangers reach: providers' callbacks and signed links to media and texts. It says little.
struct PublicSite: Sendable {
    private let configuration: APIConfiguration
    private let logger: Logger
    private let table: RouteTable

    init(broker: Broker, configuration: APIConfiguration, tally: CallbackTally, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        let callbacks = CallbackRoutes(broker: broker, tally: tally, logger: logger)
        table = RouteTable(callbacks.routes + MediaLinkRoutes(broker: broker).routes + MessageLinkRoutes(broker: broker).routes)
    }

    func respond(to request: Request) async -> (answer: Answer, pattern: String) {
        let path = RequestPath(request.head.path ?? "")
        switch table.match(request.method, (path.segments ?? [])[...]) {
        case .route(let route, let variables):
            let exchange = Exchange(request: request, path: path, variables: variables, mount: .root, bounds: configuration.bounds)
            do {
                return (try await route.handle(exchange), "/" + route.pattern)
            } catch let refusal as Refusal where refusal.status == 404 {
                return (.refusal(PublicSite.nothing), "/" + route.pattern)
            } catch {
                return (Failure.answer(error, to: path, logger: logger), "/" + route.pattern)
            }
        case .otherMethods(let methods):
            let allowed = Set(methods.map(\.rawValue)).sorted().joined(separator: ", ")
            return (.refusal(.methodNotAllowed, headers: [.allow: allowed]), "-")
        case .none:
            return (.refusal(PublicSite.nothing), "-")
        }
    }

    /// Unlike the API's, it does not repeat the path, whose last part may be a secret.
    private static let nothing = Refusal(code: 20404, status: 404, message: "The requested resource was not found")
}
