/// Making and finding conversations.
extension ConversationsClient {
    /// Makes a conversation; one is in it from the start.
    public func createConversation(friendlyName: String? = nil, uniqueName: String? = nil, attributes: JSONValue = [:]) async throws
        -> Conversation
    {
        var form = [("Attributes", try Check.attributes(attributes))]
        if let friendlyName { form.append(("FriendlyName", friendlyName)) }
        if let uniqueName { form.append(("UniqueName", uniqueName)) }
        return try await core.createConversation(form)
    }

    /// - Throws: "Conversation with SID X was not found."; 403/50430 for a conversation that one is not in.
    public func getConversationBySid(_ sid: String) async throws -> Conversation {
        try Check.notEmpty(sid, "sid")
        return try await core.conversation(named: sid, otherwise: "Conversation with SID \(sid) was not found.") { $0.sid == sid }
    }

    /// - Throws: "Conversation with unique name X was not found."; 403/50430 for a conversation that one is not in.
    public func getConversationByUniqueName(_ name: String) async throws -> Conversation {
        try Check.notEmpty(name, "uniqueName")
        return try await core.conversation(named: name, otherwise: "Conversation with unique name \(name) was not found.") {
            $0.details.uniqueName == name
        }
    }

    /// The conversations that one is in, in the order of joining.
    public func getSubscribedConversations() async throws -> Paginator<Conversation> { try await core.conversations(page: []) }

    /// A user, who is watched from now on: `userUpdated` tells changes. Of more than 100 the one who has been watched the longest is no
    /// longer.
    public func getUser(_ identity: String) async throws -> User {
        try Check.notEmpty(identity, "identity")
        return try await core.watchedUser(identity)
    }
}
