/// The clock by which the feed waits between attempts; a test brings one of its own.
struct FeedTime: Sendable {
    /// The time since an arbitrary beginning.
    let now: @Sendable () -> Duration
    /// Returns after the time, or throws when the task is cancelled.
    let sleep: @Sendable (Duration) async throws -> Void

    init<C: Clock>(_ clock: C) where C.Duration == Duration {
        let start = clock.now
        now = { start.duration(to: clock.now) }
        sleep = { try await clock.sleep(for: $0) }
    }
}
