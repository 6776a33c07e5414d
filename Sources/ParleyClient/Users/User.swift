import Synchronization

/// A user of the application. While it is watched its properties are live.
public final class User: Sendable {
    /// Who it is, as tokens say it; never changes.
    public let identity: String
    let core: ClientCore
    let record: Mutex<Tracked<UserFacts>>

    init(_ record: Tracked<UserFacts>, core: ClientCore) {
        identity = record.value.identity
        self.core = core
        self.record = Mutex(record)
    }

    private var facts: UserFacts { record.withLock { $0.value } }

    /// The name that people see; nil when there is none.
    public var friendlyName: String? { facts.friendlyName }
    /// Whatever applications keep with them; an empty object when nothing was set.
    public var attributes: JSONValue { facts.attributes }
    /// Nil when nothing is known about it.
    public var isOnline: Bool? { facts.isOnline }
    /// Whether a notification would reach a device; nil when nothing is known about it.
    public var isNotifiable: Bool? { facts.isNotifiable }

    /// Replaces the attributes.
    @discardableResult
    public func updateAttributes(_ attributes: JSONValue) async throws -> User {
        try await core.update(self, [("Attributes", try Check.attributes(attributes))])
        return self
    }

    /// Changes the name that people see.
    ///
    /// - Throws: 403/50107 when one may not, such as somebody else's.
    @discardableResult
    public func updateFriendlyName(_ name: String) async throws -> User {
        try await core.update(self, [("FriendlyName", name)])
        return self
    }

    /// Ends the watching: changes are no longer told, and this object stays as it is.
    public func unsubscribe() async throws { try await core.unwatch(self) }
}
