public import ParleyCore

/// A caller asked for a new role in a service.
public struct CreateRole: Fact {
    /// Nil for the default service.
    public var service: SID?
    public var friendlyName: String
    public var kind: Role.Kind
    /// As they were given.
    public var permissions: [String]

    public init(in service: SID? = nil, friendlyName: String, kind: Role.Kind, permissions: [String]) {
        self.service = service
        self.friendlyName = friendlyName
        self.kind = kind
        self.permissions = permissions
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> Role
    {
        let service = try transaction.live(service ?? rules.installation.service)
        let role = Role(
            sid: stamp.identifiers.sid(.role), service: service.sid, friendlyName: try rules.limits.label(friendlyName),
            kind: kind, permissions: try Permission.read(permissions, for: kind), created: stamp.now, updated: stamp.now)
        try transaction.insert(role)
        return role
    }
}

/// A caller gave a role other permissions, which take the place of those it had.
public struct UpdateRole: Fact {
    public var role: SID
    /// Nil for the default service.
    public var service: SID?
    public var permissions: [String]

    public init(_ role: SID, of service: SID? = nil, permissions: [String]) {
        self.role = role
        self.service = service
        self.permissions = permissions
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> Role
    {
        var role = try transaction.role(role, of: service ?? rules.installation.service)
        role.permissions = try Permission.read(permissions, for: role.kind)
        role.updated = stamp.now
        try transaction.update(role)
        return role
    }
}

/// A caller deleted a role. One that somebody has, or that is given to newcomers, stays.
public struct DeleteRole: Fact {
    public var role: SID
    /// Nil for the default service.
    public var service: SID?

    public init(_ role: SID, of service: SID? = nil) {
        self.role = role
        self.service = service
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws {
        let service = try transaction.live(service ?? rules.installation.service)
        let role = try transaction.role(role, of: service.sid)
        guard !service.isDefault(role.sid) else { throw Refusal.roleStays("is a default role of its service") }
        guard try !transaction.isHeld(role: role.sid) else { throw Refusal.roleStays("is held by a participant or a user") }
        try transaction.delete(role: role.sid)
    }
}

extension ReadTransaction {
    /// A role of a service that is not deleted, or 404/20404.
    public func role(_ sid: SID, of service: SID) throws -> Role {
        guard let role = try role(sid), role.service == service, try self.service(service) != nil else {
            throw Refusal.notFound("/Roles/\(sid)")
        }
        return role
    }
}

extension Permission {
    /// What was given for a role, in that order and each once; without regard to case.
    ///
    /// - Throws: 400/20001 that lists what fits the type.
    static func read(_ words: [String], for kind: Role.Kind) throws(Refusal) -> [Permission] {
        let fitting = Permission.fitting(kind)
        var permissions: [Permission] = []
        for word in words {
            guard let permission = fitting.first(where: { $0.rawValue.lowercased() == word.lowercased() }) else {
                throw .invalid("Permission", "for the type \(kind.rawValue) expected \(fitting.map(\.rawValue).joined(separator: ", "))")
            }
            if !permissions.contains(permission) { permissions.append(permission) }
        }
        guard !permissions.isEmpty else { throw .missing("Permission") }
        return permissions
    }
}

extension Limits {
    /// The FriendlyName of a role or a credential: 64 characters at most (contract: REST §2).
    func label(_ text: String) throws(Refusal) -> String {
        guard text.unicodeScalars.count <= 64 else { throw .invalid("FriendlyName", "longer than 64 characters") }
        return try name(text, "FriendlyName")
    }
}

extension Refusal {
    fileprivate static func roleStays(_ reason: String) -> Refusal {
        Refusal(code: 20409, status: 409, message: "The role cannot be deleted: it \(reason)")
    }
}
