import Logging
import ParleyCore
public import ServiceLifecycle

/// Lets time act on what waits in the database: validities that end, receipts that do not come, what was kept for a while.
public struct Settler: Service {
    private let broker: Broker
    private let clock: any Clock<Duration>
    /// The longest sleep: how late an end may be noticed that was set during it.
    private let patience: Duration = .seconds(5)

    public init(broker: Broker, clock: any Clock<Duration> = ContinuousClock()) {
        self.broker = broker
        self.clock = clock
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let now = broker.source.stamp().now
                var wait = patience
                do {
                    if let next = try await broker.perform(PassTime()) { wait = min(max(next - now, .milliseconds(10)), patience) }
                } catch {
                    broker.logger.error("time could not be acted on", metadata: ["error": "\(error)"])
                    wait = .seconds(1)
                }
                try? await clock.sleep(for: wait)
            }
        }
    }
}
