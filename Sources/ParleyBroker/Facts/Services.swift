public import ParleyCore

/// A caller asked for a new service.
public struct CreateService: Fact {
    public var friendlyName: String

    public init(friendlyName: String) { self.friendlyName = friendlyName }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> ChatService
    {
        let name = try rules.limits.name(friendlyName, "FriendlyName")
        guard !name.isEmpty else { throw Refusal.invalid("FriendlyName", "cannot be empty") }
        return try transaction.establish(stamp.identifiers.sid(.service), named: name, stamp: &stamp)
    }
}

/// A caller deleted a service. It and all in it are hidden at once; its conversations and what belongs to it are cleared away in chunks by
/// ``ClearDeletedServices``.
public struct DeleteService: Fact {
    public var service: SID

    public init(_ service: SID) { self.service = service }

    /// The default service stays: paths without a service would mean nothing. Another has to be made the default one before (409).
    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws {
        _ = try transaction.live(service)
        guard try transaction.accountConfiguration()?.defaultService != service else { throw Refusal.defaultServiceStays }
        try transaction.delete(service: service, at: stamp.now)
    }
}

/// Time passed: what deleted services hold is cleared away, a chunk at a time, so that no commit is long however much there is. The mark of
/// what is left stands in the database, so a restart goes on where the last daemon ended.
struct ClearDeletedServices {
    /// So many conversations, or rows of another kind, at once.
    static let chunk = 50

    /// Returns true while more is left.
    func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: Stamp, effects: inout [Effect]) throws -> Bool {
        guard let service = try transaction.serviceToClear() else { return false }
        let conversations = try transaction.conversationsToClear(of: service, limit: Self.chunk)
        // It was a caller who deleted the service, and with it the webhooks that could fire.
        let stamp = stamp.by(.api())
        if !conversations.isEmpty { effects.append(.publish) }
        for conversation in conversations {
            let hasMore = try Settlement.cancelChunk(
                .conversation(conversation.sid), because: "the service was deleted", transaction, rules, stamp, &effects)
            if hasMore { return true }
            try transaction.delete(conversation.sid, at: stamp.now)
            try transaction.append(
                Event(.conversationRemoved, in: conversation, payload: EventPayload.conversation(conversation), by: stamp))
        }
        // The next chunk begins a commit of its own: who saw the last conversation is forgotten only after it was told of.
        guard conversations.isEmpty else { return true }
        if try transaction.clearRows(of: service, limit: Self.chunk * 10) > 0 { return true }
        try transaction.markCleared(service, at: stamp.now)
        return try transaction.serviceToClear() != nil
    }
}

extension ReadTransaction {
    /// A service that is not deleted, or 404/20404.
    func live(_ service: SID) throws -> ChatService {
        guard let found = try self.service(service) else { throw Refusal.notFound("/Services/\(service)") }
        return found
    }
}

extension WriteTransaction {
    /// Makes a service with the three roles that every service begins with.
    @discardableResult
    func establish(_ sid: SID, named name: String, stamp: inout Stamp) throws -> ChatService {
        let roles = [Role.Preset.serviceUser, .conversationUser, .conversationAdmin].map { preset in
            Role(
                sid: stamp.identifiers.sid(.role), service: sid, friendlyName: preset.friendlyName, kind: preset.kind,
                permissions: preset.permissions, created: stamp.now, updated: stamp.now)
        }
        for role in roles { try insert(role) }
        let service = ChatService(
            sid: sid, friendlyName: name, created: stamp.now, updated: stamp.now, defaultServiceRole: roles[0].sid,
            defaultConversationRole: roles[1].sid, defaultCreatorRole: roles[2].sid)
        try insert(service)
        return service
    }
}

extension Refusal {
    static let defaultServiceStays = Refusal(
        code: 20409, status: 409,
        message: "The default service cannot be deleted: name another one by DefaultChatServiceSid of the account's configuration first")
}
