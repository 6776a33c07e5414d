/// What is said in the conversation.
extension Conversation {
    /// A page of messages, always in the order of their indices.
    ///
    /// - Parameters:
    ///   - pageSize: 0 means 30; the gateway gives at most 100.
    ///   - anchor: the index of the newest (`backwards`) or of the oldest (`forward`) message of the page. When there is no message with
    ///     it, it is a bound.
    ///     nil: the end of the conversation, or its beginning.
    public func getMessages(pageSize: Int = 30, anchor: Int? = nil, direction: Direction = .backwards) async throws -> Paginator<Message> {
        try Check.notNegative(pageSize, "pageSize")
        if let anchor { try Check.notNegative(anchor, "anchor") }
        return try await core.messages(of: self, size: pageSize == 0 ? 30 : min(pageSize, 100), anchor: anchor, direction)
    }

    /// How many messages there are, asked of the gateway each time.
    public func getMessagesCount() async throws -> Int { try await core.refresh(self).messagesCount }

    /// Says something. The message's index comes back; nil is an empty text.
    @discardableResult
    public func sendMessage(_ text: String?, attributes: JSONValue = [:]) async throws -> Int {
        try await core.send([("Body", text ?? ""), ("Attributes", try Check.attributes(attributes))], to: self)
    }

    /// Sends a medium. The message's index comes back.
    @discardableResult
    public func sendMessage(_ media: SendMediaOptions, attributes: JSONValue = [:]) async throws -> Int {
        try await sendMessage(MultipartForm([media]), attributes: attributes)
    }

    /// Sends one message with a medium for each part, in their order. The message's index comes back. When an upload fails no message is
    /// sent.
    @discardableResult
    public func sendMessage(_ form: MultipartForm, attributes: JSONValue = [:]) async throws -> Int {
        let attributes = try Check.attributes(attributes)
        try form.check()
        return try await core.send(form, attributes: attributes, to: self)
    }

    /// Tells the others that one is typing: one report per conversation in each window of 5 seconds, further calls do nothing.
    public func typing() async throws { try await core.reportTyping(in: self) }
}
