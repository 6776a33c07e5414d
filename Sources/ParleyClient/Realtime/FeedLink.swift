import NIOCore

/// One connection that was upgraded, as the feed holds it.
final class FeedLink: Sendable {
    /// Ends when the connection is over and everything that it brought was taken. One task takes them.
    let items: FeedHandler.Items
    /// Why the connection ended. Always completed.
    let ended: EventLoopFuture<FeedEnd>
    private let handler: NIOLoopBound<FeedHandler>

    /// On the channel's event loop.
    init(_ handler: FeedHandler, ended: EventLoopFuture<FeedEnd>) {
        items = handler.items
        self.ended = ended
        self.handler = NIOLoopBound(handler, eventLoop: ended.eventLoop)
    }

    func begin(after: Int64?, users: [String]) {
        ended.eventLoop.execute { self.handler.value.begin(after: after, users: users) }
    }

    /// Commands leave in the order of these calls.
    func ask(_ command: FeedCommand) -> EventLoopFuture<FeedAnswer> {
        let answer = ended.eventLoop.makePromise(of: FeedAnswer.self)
        ended.eventLoop.execute { self.handler.value.ask(command, answer) }
        return answer.futureResult
    }

    /// Says goodbye; `ended` follows soon, whatever the gateway does.
    func close() {
        ended.eventLoop.execute { self.handler.value.close() }
    }
}
