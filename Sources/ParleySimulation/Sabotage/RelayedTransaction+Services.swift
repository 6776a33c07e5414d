import ParleyCore

/// Services and what an account configures, passed on.
extension RelayedTransaction {
    func service(_ sid: SID) throws -> ChatService? { try base.service(sid) }
    func services(page: PageRequest) throws -> Page<ChatService> { try base.services(page: page) }
    func notifications(of service: SID) throws -> NotificationSettings { try base.notifications(of: service) }
    func put(_ settings: NotificationSettings, of service: SID) throws { try base.put(settings, of: service) }
    func role(_ sid: SID) throws -> Role? { try base.role(sid) }
    func roles(of service: SID, page: PageRequest) throws -> Page<Role> { try base.roles(of: service, page: page) }
    func isHeld(role: SID) throws -> Bool { try base.isHeld(role: role) }
    func accountConfiguration() throws -> AccountConfiguration? { try base.accountConfiguration() }
    func credential(_ sid: SID) throws -> PushCredential? { try base.credential(sid) }
    func credentials(page: PageRequest) throws -> Page<PushCredential> { try base.credentials(page: page) }
    func pushBinding(_ sid: SID, of service: SID) throws -> PushBinding? { try base.pushBinding(sid, of: service) }
    func pushBinding(of identity: String, on network: PushNetwork, endpoint: String, in service: SID) throws -> PushBinding? {
        try base.pushBinding(of: identity, on: network, endpoint: endpoint, in: service)
    }
    func pushBindings(_ filter: PushBindingFilter, page: PageRequest) throws -> Page<PushBinding> {
        try base.pushBindings(filter, page: page)
    }
    func insert(_ credential: PushCredential, secrets: PushSecrets) throws { try base.insert(credential, secrets: secrets) }
    func update(_ credential: PushCredential, secrets: PushSecrets) throws { try base.update(credential, secrets: secrets) }
    func delete(credential: SID) throws { try base.delete(credential: credential) }
    func insert(_ binding: PushBinding) throws { try base.insert(binding) }
    func update(_ binding: PushBinding) throws { try base.update(binding) }
    func delete(pushBinding: SID) throws { try base.delete(pushBinding: pushBinding) }
    func serviceToClear() throws -> SID? { try base.serviceToClear() }
    func conversationsToClear(of service: SID, limit: Int) throws -> [Conversation] {
        try base.conversationsToClear(of: service, limit: limit)
    }
    func clearRows(of service: SID, limit: Int) throws -> Int { try base.clearRows(of: service, limit: limit) }
    func markCleared(_ service: SID, at: Instant) throws { try base.markCleared(service, at: at) }
    func insert(_ service: ChatService) throws { try base.insert(service) }
    func update(_ service: ChatService) throws { try base.update(service) }
    func delete(service: SID, at: Instant) throws { try base.delete(service: service, at: at) }
    func insert(_ role: Role) throws { try base.insert(role) }
    func update(_ role: Role) throws { try base.update(role) }
    func delete(role: SID) throws { try base.delete(role: role) }
    func put(_ configuration: AccountConfiguration) throws { try base.put(configuration) }
}
