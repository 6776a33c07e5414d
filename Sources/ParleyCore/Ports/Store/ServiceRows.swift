/// Questions about services, roles, credentials, bindings, and what an account configures.
public protocol ServiceReading {
    // Services. Deleted ones, and all conversations in them, are not found.
    func service(_ sid: SID) throws -> ChatService?
    /// By creation, oldest first.
    func services(page: PageRequest) throws -> Page<ChatService>
    /// What was set for a service, or what stands there at first.
    func notifications(of service: SID) throws -> NotificationSettings

    func role(_ sid: SID) throws -> Role?
    /// In the order they were made.
    func roles(of service: SID, page: PageRequest) throws -> Page<Role>
    /// True when a participant of a conversation, or a user, has the role.
    func isHeld(role: SID) throws -> Bool

    /// Nil before the installation was opened for the first time.
    func accountConfiguration() throws -> AccountConfiguration?

    func credential(_ sid: SID) throws -> PushCredential?
    /// In the order they were made.
    func credentials(page: PageRequest) throws -> Page<PushCredential>

    func pushBinding(_ sid: SID, of service: SID) throws -> PushBinding?
    func pushBinding(of identity: String, on network: PushNetwork, endpoint: String, in service: SID) throws -> PushBinding?
    /// In the order they were made.
    func pushBindings(_ filter: PushBindingFilter, page: PageRequest) throws -> Page<PushBinding>

    /// A deleted service of which something is left, the one that was deleted first.
    func serviceToClear() throws -> SID?
    /// Conversations of a service that are not deleted themselves, whether the service is or not.
    func conversationsToClear(of service: SID, limit: Int) throws -> [Conversation]
}

/// Changes to services, roles, credentials, bindings, and what an account configures.
public protocol ServiceWriting: ServiceReading {
    func insert(_ service: ChatService) throws
    func update(_ service: ChatService) throws
    /// Marks a service as deleted, which hides it and all it holds. What it holds is cleared away later, in chunks.
    func delete(service: SID, at: Instant) throws
    /// Removes rows that belong to a deleted service and to no conversation. Returns their number: less than `limit` when nothing is left.
    func clearRows(of service: SID, limit: Int) throws -> Int
    /// Nothing of the service is left.
    func markCleared(_ service: SID, at: Instant) throws
    func put(_ settings: NotificationSettings, of service: SID) throws

    func insert(_ role: Role) throws
    /// Writes name and permissions.
    func update(_ role: Role) throws
    func delete(role: SID) throws

    func insert(_ credential: PushCredential, secrets: PushSecrets) throws
    /// Writes type, name and sandbox, and those secrets that are given.
    func update(_ credential: PushCredential, secrets: PushSecrets) throws
    func delete(credential: SID) throws

    func insert(_ binding: PushBinding) throws
    /// Writes credential and message types.
    func update(_ binding: PushBinding) throws
    func delete(pushBinding: SID) throws

    /// Takes the place of what was configured before.
    func put(_ configuration: AccountConfiguration) throws
}
