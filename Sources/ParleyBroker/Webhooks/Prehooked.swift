public import ParleyCore

/// A fact that a pre-hook is asked about before it happens (contract: semantics §8).
///
/// The hook is asked outside of any transaction, so what it was told may have changed by the time the fact is carried out; the fact's own rule
/// judges anew.
public protocol Prehooked: Fact {
    /// What the hook is told, from one consistent state. Nil when nobody is to be asked.
    ///
    /// - Throws: ``Refusal`` when what the fact is about is not there: the caller is answered and the hook is not asked.
    func prehook(_ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin, now: Instant) throws -> Prehook?

    /// Takes over what the hook changed. What is not the fact's to change is left aside; the fact's rule checks the rest.
    mutating func take(_ changes: HookChanges)
}

/// A question to a pre-hook.
public struct Prehook: Sendable, Hashable {
    public var hook: Hook
    /// Whose webhooks are asked, after the account's.
    public var service: SID
    public var parameters: [HookParameter]

    public init(hook: Hook, service: SID, parameters: [HookParameter]) {
        self.hook = hook
        self.service = service
        self.parameters = parameters
    }
}

/// What a pre-hook may change. Nil leaves it as it is.
public struct HookChanges: Sendable, Hashable {
    public var friendlyName: String?
    public var body: String?
    public var author: String?
    public var attributes: String?

    public init(friendlyName: String? = nil, body: String? = nil, author: String? = nil, attributes: String? = nil) {
        self.friendlyName = friendlyName
        self.body = body
        self.author = author
        self.attributes = attributes
    }

    /// What a later hook changed takes the place of what an earlier one did.
    mutating func take(_ later: HookChanges) {
        friendlyName = later.friendlyName ?? friendlyName
        body = later.body ?? body
        author = later.author.map { $0.isEmpty ? CreateMessage.nobody : $0 } ?? author
        attributes = later.attributes ?? attributes
    }
}
