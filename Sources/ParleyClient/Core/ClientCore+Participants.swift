import Synchronization

/// What is asked about participants.
extension ClientCore {
    /// The newest that is known of them, which may be newer than the answer.
    func remember(
        _ facts: ParticipantFacts, at position: Int64, in conversation: Conversation, former: ParticipantFacts? = nil
    ) -> Participant {
        let newest = model.withLock { $0.participants.take(answer: facts, of: facts.sid, at: position, former: former) }
        return Participant(conversation: conversation, facts: newest)
    }

    func add(to conversation: Conversation, _ form: [(String, String)]) async throws -> Participant {
        let answer = try await call(.post(["Conversations", conversation.sid, "Participants"], form))
        guard let facts = try answer.json().participantFacts else { throw ConversationsError.notUnderstood }
        return remember(facts, at: answer.position, in: conversation)
    }

    func participant(
        _ name: String, in conversation: Conversation, otherwise message: String, _ matches: (ParticipantFacts) -> Bool
    ) async throws -> Participant {
        do {
            let answer = try await call(.get(["Conversations", conversation.sid, "Participants", name]))
            guard let facts = try answer.json().participantFacts else { throw ConversationsError.notUnderstood }
            guard matches(facts) else { throw ConversationsError.notFound(message) }
            return remember(facts, at: answer.position, in: conversation)
        } catch let error as ConversationsError where error.status == 404 {
            throw ConversationsError.notFound(message)
        }
    }

    /// Pages of a list that are read in a row, so that a gateway that goes round in circles ends.
    private static let pagesMax = 100

    func participants(of conversation: Conversation) async throws -> [Participant] {
        var found: [Participant] = []
        var query: [(String, String)]? = [("PageSize", "100")]
        for _ in 0..<ClientCore.pagesMax {
            guard let page = query else { break }
            let answer = try await call(.get(["Conversations", conversation.sid, "Participants"], page))
            let json = try answer.json()
            guard let list = json["participants"]?.arrayValue else { throw ConversationsError.notUnderstood }
            found += list.compactMap(\.participantFacts).map { remember($0, at: answer.position, in: conversation) }
            query = PageLink.query(json["meta"]?["next_page_url"])
        }
        return found
    }

    func update(_ participant: Participant, _ form: [(String, String)]) async throws -> Participant {
        let answer = try await call(.post(["Conversations", participant.conversation.sid, "Participants", participant.sid], form))
        guard let facts = try answer.json().participantFacts else { throw ConversationsError.notUnderstood }
        return remember(facts, at: answer.position, in: participant.conversation, former: participant.facts)
    }

    /// - Parameter name: a SID or an identity. Taking oneself out is leaving.
    func remove(_ name: String, from conversation: Conversation) async throws {
        let answer = try await call(.delete(["Conversations", conversation.sid, "Participants", name]))
        let mySid = conversation.record.withLock { $0.membership.value.participantSid }
        if name == identity || name == mySid { departed(conversation, at: answer.position) }
    }

    func receipts(of message: Message) async throws -> [DetailedDeliveryReceipt] {
        var found: [DetailedDeliveryReceipt] = []
        var query: [(String, String)]? = [("PageSize", "50")]
        for _ in 0..<ClientCore.pagesMax {
            guard let page = query else { break }
            let answer = try await call(.get(["Conversations", message.conversation.sid, "Messages", message.sid, "Receipts"], page))
            let json = try answer.json()
            guard let list = json["delivery_receipts"]?.arrayValue else { throw ConversationsError.notUnderstood }
            found += list.compactMap(\.detailedReceipt)
            query = PageLink.query(json["meta"]?["next_page_url"])
        }
        return found
    }
}
