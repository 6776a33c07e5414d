import Foundation
import Synchronization

/// What is asked about conversations.
extension ClientCore {
    /// The object of a conversation, with what an answer said.
    func adopt(_ view: ConversationView, at position: Int64) -> Conversation {
        model.withLock { model in
            let conversation = model.conversations[view.sid]
            if let conversation {
                conversation.record.withLock { $0.take(view, at: position) }
            }
            let found = conversation ?? Conversation(sid: view.sid, record: ConversationRecord(view, at: position), core: self)
            if let left = model.departures[view.sid], left > position {
                found.record.withLock { $0.membership.take(answer: .none, at: left) }
            }
            if found.status == .joined {
                // Nothing comes any more that would let it go.
                if !model.isClosing { model.conversations.keep(found) }
            } else if conversation == nil {
                // One that is known stays where it is: it is kept until the feed has told that it was left.
                model.conversations.release(found)
            }
            return found
        }
    }

    func createConversation(_ form: [(String, String)]) async throws -> Conversation {
        let answer = try await call(.post(["Conversations"], form))
        let resource = try answer.json()
        guard let sid = resource["sid"]?.stringValue, var details = resource.conversationDetails else {
            throw ConversationsError.notUnderstood
        }
        let conversation: Conversation
        do {
            let view = try await call(.get(["MyConversations", sid]))
            conversation = adopt(try self.view(view), at: view.position)
        } catch {
            // The conversation is there: what its making said is told rather than a failure that came after it.
            if resource["created_by"] == nil { details.createdBy = identity ?? "" }
            let isIn = (error as? ConversationsError).map { $0.status != 403 && $0.status != 404 } ?? true
            let membership = isIn ? Membership.unread : .none
            conversation = adopt(ConversationView(sid: sid, details: details, membership: membership), at: answer.position)
        }
        conversation.record.withLock { $0.isFresh = $0.membership.value.status == .joined }
        return conversation
    }

    /// - Parameter matches: a path takes SIDs and unique names; only what was meant counts.
    func conversation(named name: String, otherwise message: String, _ matches: (ConversationView) -> Bool) async throws -> Conversation {
        do {
            let answer = try await call(.get(["MyConversations", name]))
            let view = try view(answer)
            guard matches(view) else { throw ConversationsError.notFound(message) }
            return adopt(view, at: answer.position)
        } catch let error as ConversationsError where error.status == 404 {
            throw ConversationsError.notFound(message)
        }
    }

    func conversations(page: [(String, String)]) async throws -> Paginator<Conversation> {
        let (views, position, meta) = try await views(page: page)
        let items = views.map { adopt($0, at: position) }
        func step(_ url: JSONValue?) -> Paginator<Conversation>.Step? {
            guard let query = PageLink.query(url) else { return nil }
            return { try await self.conversations(page: query) }
        }
        return Paginator(items: items, next: step(meta?["next_page_url"]), previous: step(meta?["previous_page_url"]))
    }

    func views(page: [(String, String)]) async throws -> (views: [ConversationView], position: Int64, meta: JSONValue?) {
        let answer = try await call(.get(["MyConversations"], page.isEmpty ? [("PageSize", "100")] : page))
        let json = try answer.json()
        guard let list = json["conversations"]?.arrayValue else { throw ConversationsError.notUnderstood }
        return (list.compactMap(\.conversationView), answer.position, json["meta"])
    }

    /// Reads a conversation again.
    @discardableResult
    func refresh(_ conversation: Conversation) async throws -> ConversationView {
        let answer = try await call(.get(["MyConversations", conversation.sid]))
        let view = try view(answer)
        _ = adopt(view, at: answer.position)
        return view
    }

    func update(_ conversation: Conversation, _ form: [(String, String)]) async throws {
        let answer = try await call(.post(["Conversations", conversation.sid], form))
        let resource = try answer.json()
        guard var details = resource.conversationDetails else { throw ConversationsError.notUnderstood }
        conversation.record.withLock { record in
            // The contract's resource does not say who made it.
            if resource["created_by"] == nil { details.createdBy = record.details.value.createdBy }
            record.details.take(answer: details, at: answer.position)
        }
    }

    /// Changes one's own part in a conversation.
    func updateMine(_ conversation: Conversation, _ form: [(String, String)]) async throws -> ConversationView {
        let answer = try await call(.post(["MyConversations", conversation.sid], form))
        let view = try view(answer)
        _ = adopt(view, at: answer.position)
        return view
    }

    func join(_ conversation: Conversation) async throws {
        try await ready()
        let isDone = conversation.record.withLock { record in
            defer { record.isFresh = false }
            return record.isFresh && record.membership.value.status == .joined
        }
        guard !isDone else { return }
        let answer = try await call(.post(["Conversations", conversation.sid, "Participants"], [("Identity", try me())]))
        let resource = try answer.json()
        conversation.record.withLock { $0.membership.take(answer: resource.membership, at: answer.position) }
        model.withLock { if !$0.isClosing { $0.conversations.keep(conversation) } }
        // Whatever changed while one was not in it was not told. One is in it also when this fails.
        _ = try? await refresh(conversation)
    }

    func leave(_ conversation: Conversation) async throws {
        try await ready()
        let answer = try await call(.delete(["Conversations", conversation.sid, "Participants", try me()]))
        departed(conversation, at: answer.position)
    }

    func delete(_ conversation: Conversation) async throws {
        let answer = try await call(.delete(["Conversations", conversation.sid]))
        departed(conversation, at: answer.position)
    }

    /// One is out of it by an own call. The object is kept until the feed has told so.
    func departed(_ conversation: Conversation, at position: Int64) {
        conversation.record.withLock { record in
            record.isFresh = false
            var out = Membership.none
            // The event of it may say no more than the SID.
            out.participantSid = record.membership.value.participantSid
            record.membership.take(answer: out, at: position)
        }
        model.withLock { model in
            if model.cursor ?? -1 < position { model.departures[conversation.sid] = position }
        }
        typingBook.forget(conversation.sid)
    }

    private func me() throws(ConversationsError) -> String {
        guard let identity else {
            throw ConversationsError(status: 0, code: 0, message: "Who the token names is not known before the client has connected once")
        }
        return identity
    }

    private func view(_ answer: RESTAnswer) throws(ConversationsError) -> ConversationView {
        guard let view = try answer.json().conversationView else { throw .notUnderstood }
        return view
    }
}

/// The query of a page's address, to ask for it under one's own address of the gateway.
enum PageLink {
    static func query(_ url: JSONValue?) -> [(String, String)]? {
        guard let text = url?.stringValue, let items = URLComponents(string: text)?.queryItems else { return nil }
        return items.compactMap { item in item.value.map { (item.name, $0) } }
    }
}
