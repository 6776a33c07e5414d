/// Changing the conversation, and getting in and out of it.
extension Conversation {
    /// Reads the attributes again.
    public func getAttributes() async throws -> JSONValue {
        try await core.refresh(self)
        return attributes
    }

    /// Replaces the attributes.
    @discardableResult
    public func updateAttributes(_ attributes: JSONValue) async throws -> Conversation {
        try await core.update(self, [("Attributes", try Check.attributes(attributes))])
        return self
    }

    /// Changes the name that people see; nil and the empty name remove it. Nothing is sent when it is that already.
    @discardableResult
    public func updateFriendlyName(_ name: String?) async throws -> Conversation {
        let name = name == "" ? nil : name
        guard name != friendlyName else { return self }
        try await core.update(self, [("FriendlyName", name ?? "")])
        return self
    }

    /// Changes the name that programs find it by; nil and the empty name remove it. Nothing is sent when it is that already.
    ///
    /// - Throws: 409/50353 when another conversation has it.
    @discardableResult
    public func updateUniqueName(_ name: String?) async throws -> Conversation {
        let name = name == "" ? nil : name
        guard name != uniqueName else { return self }
        try await core.update(self, [("UniqueName", name ?? "")])
        return self
    }

    /// Gets into the conversation. Right after `createConversation` one is in it, and the first call says no more than that.
    ///
    /// - Throws: 409/50433 when one is in it already.
    @discardableResult
    public func join() async throws -> Conversation {
        try await core.join(self)
        return self
    }

    /// Gets out of the conversation; nothing is sent unless one is in it.
    @discardableResult
    public func leave() async throws -> Conversation {
        if status == .joined { try await core.leave(self) }
        return self
    }

    /// Deletes the conversation for everybody.
    @discardableResult
    public func delete() async throws -> Conversation {
        try await core.delete(self)
        return self
    }

    /// Sets whether one wants to be notified of messages here, for oneself only.
    ///
    /// - Throws: 403/50430 when one is not in it.
    public func setUserNotificationLevel(_ level: NotificationLevel) async throws {
        _ = try await core.updateMine(self, [("NotificationLevel", level.rawValue)])
    }
}
