public import ServiceLifecycle

/// All dispatchers as one service, so that a stop reaches every one of them at the same time.
public struct Dispatchers: Service {
    private let dispatchers: [Dispatcher]

    public init(_ dispatchers: [Dispatcher]) { self.dispatchers = dispatchers }

    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for dispatcher in dispatchers { group.addTask { try await dispatcher.run() } }
            try await group.waitForAll()
            // Without an adapter there is nothing to do, and a service that ends by itself would stop the others.
            if dispatchers.isEmpty { try await gracefulShutdown() }
        }
    }
}
