/// Questions about users of applications and their conversations.
public protocol UserReading {
    func user(_ sid: SID) throws -> User?
    func user(identity: String, service: SID) throws -> User?
    /// In the order they were made.
    func users(service: SID, page: PageRequest) throws -> Page<User>

    /// The live participations of a person in conversations that are not deleted, in the order of joining; the latest first when the filter
    /// has a date.
    func memberships(_ filter: MembershipFilter, page: PageRequest) throws -> Page<Membership>
    /// In how many conversations that are neither closed nor deleted an identity takes part, counted up to `limit`.
    func openMemberships(identity: String, service: SID, limit: Int) throws -> Int
    /// How many live messages of a conversation come after an index, counted up to `limit`.
    func messages(in conversation: SID, after index: Int, limit: Int) throws -> Int
}

/// Changes to users of applications and their conversations.
public protocol UserWriting: UserReading {
    /// - Throws: 409/50201 when the identity has a user in the service.
    func insert(_ user: User) throws
    /// Writes all but what identifies the user.
    func update(_ user: User) throws
    /// Deletes a user. Their participations up to now are departing from then on; those of a user who gets the identity later are not.
    func delete(_ user: User) throws
    /// Live participations of a deleted user, of the one who was deleted first. Whoever asks removes them; a departure that has none left is
    /// forgotten.
    func departing(limit: Int) throws -> [Participant]
}
