import Foundation
import Synchronization

/// What is asked about messages and media.
extension ClientCore {
    /// The newest that is known of it, which may be newer than the answer.
    func remember(_ facts: MessageFacts, at position: Int64, in conversation: Conversation, former: MessageFacts? = nil) -> Message {
        let newest = model.withLock { model in
            var facts = facts
            // The contract's resource has no subject; events do.
            facts.subject = facts.subject ?? model.messages[facts.sid]?.value.subject ?? former?.subject
            return model.messages.take(answer: facts, of: facts.sid, at: position, former: former)
        }
        return Message(conversation: conversation, facts: newest)
    }

    func messages(
        of conversation: Conversation, size: Int, anchor: Int?, _ direction: Conversation.Direction
    ) async throws -> Paginator<Message> {
        var query = [("PageSize", String(size)), ("Direction", direction.rawValue)]
        // Forward without an anchor is from the beginning; backwards without one from the end, which only the gateway knows.
        let anchor = anchor ?? (direction == .forward ? 0 : nil)
        if let anchor { query.append(("Anchor", String(anchor))) }
        let answer = try await call(.get(["MyConversations", conversation.sid, "Messages"], query))
        let json = try answer.json()
        guard let list = json["messages"]?.arrayValue else { throw ConversationsError.notUnderstood }
        let found = list.compactMap(\.messageFacts).map { remember($0, at: answer.position, in: conversation) }
        let items = found.sorted { $0.index < $1.index }
        // An empty page lies beside its anchor.
        let after = items.last.map { $0.index &+ 1 } ?? (direction == .forward ? anchor : anchor.map { $0 &+ 1 }) ?? 0
        let before = items.first.map { $0.index - 1 } ?? (direction == .backwards ? anchor : anchor.map { $0 - 1 }) ?? 0
        let hasNext = json["meta"]?["has_next"] == true
        let hasPrevious = json["meta"]?["has_previous"] == true && before >= 0
        let next: Paginator<Message>.Step = { try await self.messages(of: conversation, size: size, anchor: after, .forward) }
        let previous: Paginator<Message>.Step = { try await self.messages(of: conversation, size: size, anchor: before, .backwards) }
        return Paginator(items: items, next: hasNext ? next : nil, previous: hasPrevious ? previous : nil)
    }

    func send(_ form: [(String, String)], to conversation: Conversation) async throws -> Int {
        let answer = try await call(.post(["Conversations", conversation.sid, "Messages"], form))
        guard let facts = try answer.json().messageFacts else { throw ConversationsError.notUnderstood }
        _ = remember(facts, at: answer.position, in: conversation)
        let last = Conversation.LastMessage(index: facts.index, dateCreated: facts.dateCreated)
        conversation.record.withLock { $0.last.take(answer: last, at: answer.position) }
        return facts.index
    }

    func send(_ files: MultipartForm, attributes: String, to conversation: Conversation) async throws -> Int {
        var form = [("Attributes", attributes)]
        for file in files.files {
            var request = RESTRequest(method: .post, path: ["Media"], content: .bytes(file.media, type: file.contentType))
            request.isMedium = true
            request.query = [("Category", "media")] + (file.filename.map { [("Filename", $0)] } ?? [])
            guard let sid = try await call(request).json()["sid"]?.stringValue else { throw ConversationsError.notUnderstood }
            form.append(("MediaSid", sid))
        }
        return try await send(form, to: conversation)
    }

    func update(_ message: Message, _ form: [(String, String)]) async throws -> Message {
        let answer = try await call(.post(["Conversations", message.conversation.sid, "Messages", message.sid], form))
        guard let facts = try answer.json().messageFacts else { throw ConversationsError.notUnderstood }
        return remember(facts, at: answer.position, in: message.conversation, former: message.facts)
    }

    func remove(_ message: Message) async throws {
        _ = try await call(.delete(["Conversations", message.conversation.sid, "Messages", message.sid]))
        // Which message is the newest now only the gateway knows.
        if message.conversation.lastMessage?.index == message.index { _ = try? await refresh(message.conversation) }
    }

    func temporaryURL(of media: String) async throws -> URL {
        let json = try await call(.get(["Media", media])).json()
        guard let text = json["links"]?["content_direct_temporary"]?.stringValue, let url = URL(string: text) else {
            throw ConversationsError.notUnderstood
        }
        return url
    }

    func content(of media: String) async throws -> [UInt8] {
        var request = RESTRequest.get(["Media", media, "Content"])
        request.bytesMax = options.mediaBytesMax
        request.isMedium = true
        return try await call(request).bytes
    }

    func reportTyping(in conversation: Conversation) async throws {
        try await ready()
        guard typingBook.takeTurn(conversation.sid) else { return }
        do {
            try await feed.typing(conversation.sid)
        } catch {
            typingBook.giveBackTurn(conversation.sid)
            throw error
        }
    }
}
