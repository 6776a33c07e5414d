import Hummingbird
import ParleyBroker
import ParleyCore

/// What a supervisor asks: whether the process lives, and whether it can work.
struct HealthRoutes: Sendable {
    let broker: Broker

    var routes: [Route] {
        [
            Route(.get, "healthz") { _ in .json(["status": "ok"]) },
            Route(.get, "readyz") { _ in
                _ = try await broker.read { try $0.latestTime() }
                return .json(["status": "ready"])
            },
        ]
    }
}
