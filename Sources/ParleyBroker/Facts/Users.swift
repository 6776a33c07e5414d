public import ParleyCore

/// How a path names a user: by identifier or identity.
public struct UserName: Sendable, Hashable {
    /// As it stood in the path, percent-decoded.
    public let text: String
    /// The service that the path names; nil for the default one.
    public let service: SID?

    public init(_ text: String, in service: SID? = nil) {
        self.text = text
        self.service = service
    }

    /// The user, or 404/20404. A text that is no user's identifier may still be an identity, whatever its form.
    ///
    /// - Parameter default: the service that is meant when none is named.
    public func find(in transaction: any ReadTransaction, default: SID) throws -> User {
        let service = service ?? `default`
        if let sid = SID(text, .user), let found = try transaction.user(sid), found.service == service { return found }
        guard let found = try transaction.user(identity: text, service: service) else { throw Refusal.notFound("/Users/\(text)") }
        return found
    }
}

/// What a caller may say of a user. Nil leaves it as it is.
public struct UserChanges: Sendable, Hashable {
    public var friendlyName: String?
    public var attributes: String?
    public var role: SID?

    public init(friendlyName: String? = nil, attributes: String? = nil, role: SID? = nil) {
        self.friendlyName = friendlyName
        self.attributes = attributes
        self.role = role
    }
}

/// A caller asked for a new user.
public struct CreateUser: Fact {
    public var identity: String
    public var changes: UserChanges
    /// Nil for the default service.
    public var service: SID?

    public init(_ identity: String, _ changes: UserChanges = UserChanges(), in service: SID? = nil) {
        self.identity = identity
        self.changes = changes
        self.service = service
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> User
    {
        let service = try transaction.live(service ?? rules.installation.service).sid
        try Permissions.mayCreateUsers(stamp.origin)
        let identity = try rules.limits.identity(identity)
        guard try transaction.user(identity: identity, service: service) == nil else { throw Refusal.userExists }
        return try Users.insert(identity, changes, service, transaction, rules, &stamp, &effects)
    }
}

/// A caller changed a user.
public struct UpdateUser: Fact {
    public var name: UserName
    public var changes: UserChanges

    public init(_ name: UserName, _ changes: UserChanges) {
        self.name = name
        self.changes = changes
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> User
    {
        var user = try name.find(in: transaction, default: rules.installation.service)
        try Permissions.mayUpdate(user, by: changes, transaction, stamp.origin)
        try user.take(changes, rules)
        if let role = changes.role { user.role = try RoleChoice.ofUser(role, in: user.service, transaction) }
        user.updated = stamp.now
        try transaction.update(user)
        try transaction.append(Event(.userUpdated, user, payload: EventPayload.user(user), by: stamp))
        effects.append(.publish)
        return user
    }
}

/// A caller deleted a user, who leaves all conversations: as many as one commit bears at once, the rest as time passes (``PassTime``). What
/// they said stays.
public struct DeleteUser: Fact {
    public var name: UserName

    public init(_ name: UserName) { self.name = name }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws {
        let user = try name.find(in: transaction, default: rules.installation.service)
        try Permissions.mayDeleteUsers(stamp.origin)
        try transaction.delete(user)
        try transaction.append(Event(.userRemoved, user, payload: EventPayload.user(user), by: stamp))
        try Users.depart(limit: 200, transaction, rules, stamp, &effects)
        effects.append(.publish)
    }
}

/// Users as other facts need them.
enum Users {
    /// The user of an identity, made when there is none (contract: a chat participant is a user of the service).
    ///
    /// - Parameter identity: within its limits.
    @discardableResult
    static func ensure(
        _ identity: String, in service: SID, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: inout Stamp,
        _ effects: inout [Effect]
    ) throws -> User {
        if let user = try transaction.user(identity: identity, service: service) { return user }
        return try insert(identity, UserChanges(), service, transaction, rules, &stamp, &effects)
    }

    /// - Parameter identity: within its limits, and without a user.
    static func insert(
        _ identity: String, _ changes: UserChanges, _ service: SID, _ transaction: any WriteTransaction, _ rules: Rules,
        _ stamp: inout Stamp, _ effects: inout [Effect]
    ) throws -> User {
        var user = User(
            sid: stamp.identifiers.sid(.user), service: service, identity: identity, created: stamp.now, updated: stamp.now)
        try user.take(changes, rules)
        user.role = try RoleChoice.ofUser(changes.role, in: service, transaction)
        try transaction.insert(user)
        try transaction.append(Event(.userAdded, user, payload: EventPayload.user(user), by: stamp))
        effects.append(.publish)
        return user
    }

    /// Removes participants whose user was deleted. Returns the number removed; there may be more while it is not 0.
    @discardableResult
    static func depart(
        limit: Int, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: Stamp, _ effects: inout [Effect]
    ) throws -> Int {
        let leaving = try transaction.departing(limit: limit)
        for participant in leaving {
            try RemoveParticipant.remove(
                participant, from: try transaction.conversation(participant.conversation), because: "the user was deleted", transaction,
                rules, stamp, &effects)
        }
        return leaving.count
    }

    /// - Throws: 403/50214 when the identity, which has just come into a conversation, is in more of them than it may be.
    static func confirm(_ identity: String, in service: SID, _ transaction: any ReadTransaction, _ limits: Limits) throws {
        let limit = limits.conversationsPerUser
        guard try transaction.openMemberships(identity: identity, service: service, limit: limit + 1) <= limit else {
            throw Refusal.conversationsLimit(limit)
        }
    }

    /// - Throws: 403/50214 when the identity is in as many conversations as it may be.
    static func admit(_ identity: String, to service: SID, _ transaction: any ReadTransaction, _ limits: Limits) throws {
        let limit = limits.conversationsPerUser
        guard try transaction.openMemberships(identity: identity, service: service, limit: limit) < limit else {
            throw Refusal.conversationsLimit(limit)
        }
    }
}

extension User {
    /// Checks and takes over what a caller says, but for the role.
    fileprivate mutating func take(_ changes: UserChanges, _ rules: Rules) throws {
        if let name = changes.friendlyName { friendlyName = try rules.limits.name(name, "FriendlyName") }
        if let text = changes.attributes { attributes = try rules.limits.attributes(text, bytes: rules.limits.attributesBytes) }
    }
}
