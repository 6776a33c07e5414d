import ParleyCore

/// Who may see what, passed on.
extension RelayedTransaction {
    func latestPosition() throws -> Int64 { try base.latestPosition() }
    func oldestPosition() throws -> Int64? { try base.oldestPosition() }
    func audience(of event: Event) throws -> [String] { try base.audience(of: event) }
    func identities(in conversation: SID) throws -> [String] { try base.identities(in: conversation) }
    func events(seenBy identity: String, in service: SID, users: [SID], after position: Int64, limit: Int) throws -> [Event] {
        try base.events(seenBy: identity, in: service, users: users, after: position, limit: limit)
    }
    func messages(in conversation: SID, from anchor: Int?, backwards: Bool, limit: Int) throws -> [Message] {
        try base.messages(in: conversation, from: anchor, backwards: backwards, limit: limit)
    }
}
