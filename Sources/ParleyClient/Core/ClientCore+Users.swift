import Synchronization

/// What is asked about users, and who is watched.
extension ClientCore {
    func watchedUser(_ identity: String) async throws -> User {
        try await ready()
        if let known = model.withLock({ $0.user(identity) }) {
            try await refresh(known)
            return known
        }
        // Watched before they are read, so that no change falls between. Whoever else is asked for at the same time is watched as well.
        model.withLock { $0.awaitedUsers[identity, default: 0] += 1 }
        defer { model.withLock { $0.stopAwaiting(identity) } }
        try await watch()
        let answer = try await call(.get(["Users", identity]))
        guard let facts = try answer.json().userFacts else { throw ConversationsError.notUnderstood }
        guard facts.identity.isSame(as: identity) else { throw ConversationsError.notFound("User with identity \(identity) was not found") }
        return model.withLock { model in
            if let known = model.user(identity) {
                known.record.withLock { $0.take(answer: facts, at: answer.position) }
                return known
            }
            let user = User(Tracked(facts, at: answer.position), core: self)
            model.users.append(user)
            if model.users.count > ClientModel.usersMax { model.users.removeFirst(model.users.count - ClientModel.usersMax) }
            return user
        }
    }

    func refresh(_ user: User) async throws {
        let answer = try await call(.get(["Users", user.identity]))
        guard let facts = try answer.json().userFacts else { throw ConversationsError.notUnderstood }
        user.record.withLock { $0.take(answer: facts, at: answer.position) }
    }

    func update(_ user: User, _ form: [(String, String)]) async throws {
        let answer = try await call(.post(["Users", user.identity], form))
        guard let facts = try answer.json().userFacts else { throw ConversationsError.notUnderstood }
        user.record.withLock { $0.take(answer: facts, at: answer.position) }
    }

    func unwatch(_ user: User) async throws {
        try await ready()
        model.withLock { model in model.users.removeAll { $0 === user } }
        try await watch()
    }

    private func watch() async throws {
        try await feed.watch { self.model.withLock { $0.watched } }
    }
}
