/// One page of a list, and the way to the pages beside it. A page never changes.
public struct Paginator<Item: Sendable>: Sendable {
    typealias Step = @Sendable () async throws -> Paginator<Item>

    /// What is on this page. Messages are in ascending order of their indices.
    public let items: [Item]
    private let next: Step?
    private let previous: Step?

    init(items: [Item], next: Step?, previous: Step?) {
        self.items = items
        self.next = next
        self.previous = previous
    }

    /// Whether there was more after this page when it was read; of messages: newer ones.
    public var hasNextPage: Bool { next != nil }
    /// Whether there was more before this page when it was read; of messages: older ones.
    public var hasPrevPage: Bool { previous != nil }

    /// - Throws: `ConversationsError` "No next page" when there is none.
    public func nextPage() async throws -> Paginator<Item> {
        guard let next else { throw ConversationsError.noPage("next") }
        return try await next()
    }

    /// - Throws: `ConversationsError` "No previous page" when there is none.
    public func prevPage() async throws -> Paginator<Item> {
        guard let previous else { throw ConversationsError.noPage("previous") }
        return try await previous()
    }
}
