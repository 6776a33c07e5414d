import Synchronization

/// What the realtime connection tells becomes what is known and what is told. One item at a time, so everything is told in the order of positions.
extension ClientCore {
    func deliver(_ item: FeedItem) async {
        switch item {
        case .state(let state):
            set(state)
            if state == .denied || state == .disconnected { firstIsOver() }
        case .subscribed(let start): await subscribed(start)
        case .event(let event):
            await take(event)
            model.withLock { $0.pass(event.position) }
        case .typing(let typing): await take(typing)
        case .tokenAboutToExpire(let date): events.tokenAboutToExpire.tell(date)
        case .tokenExpired(let date): events.tokenExpired.tell(date)
        case .failure(let error, let isTerminal):
            events.connectionError.tell(ConnectionFailure(isTerminal: isTerminal, error: error))
            firstIsOver()
        }
    }

    private func take(_ event: FeedEvent) async {
    }
    private func subscribed(_ start: FeedStart) async {
        model.withLock { model in
            model.identity = start.identity
            model.service = start.service
        }
        firstIsOver()
    }
    private func take(_ typing: FeedTyping) async {
    }
}
