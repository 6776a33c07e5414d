import ParleyCore

/// Users and their conversations, passed on.
extension RelayedTransaction {
    func user(_ sid: SID) throws -> User? { try base.user(sid) }
    func user(identity: String, service: SID) throws -> User? { try base.user(identity: identity, service: service) }
    func users(service: SID, page: PageRequest) throws -> Page<User> { try base.users(service: service, page: page) }
    func memberships(_ filter: MembershipFilter, page: PageRequest) throws -> Page<Membership> { try base.memberships(filter, page: page) }
    func openMemberships(identity: String, service: SID, limit: Int) throws -> Int {
        try base.openMemberships(identity: identity, service: service, limit: limit)
    }
    func messages(in conversation: SID, after index: Int, limit: Int) throws -> Int {
        try base.messages(in: conversation, after: index, limit: limit)
    }
    func insert(_ user: User) throws { try base.insert(user) }
    func update(_ user: User) throws { try base.update(user) }
    func delete(_ user: User) throws { try base.delete(user) }
    func departing(limit: Int) throws -> [Participant] { try base.departing(limit: limit) }
}
