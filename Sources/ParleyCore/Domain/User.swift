/// A user's row: somebody of an application, under an identity that is theirs within a service.
public struct User: Sendable, Hashable {
    public let sid: SID
    public let service: SID
    /// Chosen by the application; case-sensitive, unique in the service, never changed.
    public let identity: String
    public var friendlyName: String?
    /// JSON, kept byte for byte.
    public var attributes: String
    /// The service role, which says what the user may do outside and beside the roles they have in conversations.
    public var role: SID?
    /// Whether the user is connected; nil when that was never known.
    public var isOnline: Bool?
    /// Whether the user can be notified; nil when they never registered a device.
    public var isNotifiable: Bool?
    public var created: Instant
    public var updated: Instant

    public init(
        sid: SID, service: SID, identity: String, friendlyName: String? = nil, attributes: String = "{}", role: SID? = nil,
        isOnline: Bool? = nil, isNotifiable: Bool? = nil, created: Instant, updated: Instant
    ) {
        self.sid = sid
        self.service = service
        self.identity = identity
        self.friendlyName = friendlyName
        self.attributes = attributes
        self.role = role
        self.isOnline = isOnline
        self.isNotifiable = isNotifiable
        self.created = created
        self.updated = updated
    }
}
