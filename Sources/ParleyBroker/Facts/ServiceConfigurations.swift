public import ParleyCore

/// A caller changed what a service configures. Nil leaves it as it is.
public struct UpdateServiceConfiguration: Fact {
    public var service: SID
    public var creatorRole: SID?
    public var conversationRole: SID?
    public var serviceRole: SID?
    public var reachabilityEnabled: Bool?

    public init(_ service: SID) { self.service = service }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> ChatService
    {
        var row = try transaction.live(service)
        func role(_ sid: SID?, _ kind: Role.Kind, _ parameter: String, else current: SID) throws -> SID {
            guard let sid else { return current }
            guard let role = try transaction.role(sid), role.service == service, role.kind == kind else {
                throw Refusal.invalid(parameter, "expected a role of this service with the type \(kind.rawValue)")
            }
            return role.sid
        }
        row.defaultCreatorRole = try role(
            creatorRole, .conversation, "DefaultConversationCreatorRoleSid", else: row.defaultCreatorRole)
        row.defaultConversationRole = try role(
            conversationRole, .conversation, "DefaultConversationRoleSid", else: row.defaultConversationRole)
        row.defaultServiceRole = try role(serviceRole, .service, "DefaultChatServiceRoleSid", else: row.defaultServiceRole)
        if let reachabilityEnabled { row.reachabilityEnabled = reachabilityEnabled }
        row.updated = stamp.now
        try transaction.update(row)
        return row
    }
}

/// A caller changed what users of a service are to be told by push. Nil leaves it as it is.
public struct UpdateNotifications: Fact {
    /// One occasion's changes.
    public struct Changes: Sendable, Hashable {
        public var isEnabled: Bool?
        public var template: String?
        public var sound: String?

        public init(isEnabled: Bool? = nil, template: String? = nil, sound: String? = nil) {
            self.isEnabled = isEnabled
            self.template = template
            self.sound = sound
        }
    }

    public var service: SID
    public var isLogEnabled: Bool?
    public var countsBadge: Bool?
    public var newMessage = Changes()
    public var newMessageWithMedia = Changes()
    public var addedToConversation = Changes()
    public var removedFromConversation = Changes()

    public init(_ service: SID) { self.service = service }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> NotificationSettings
    {
        var settings = try transaction.notifications(of: try transaction.live(service).sid)
        if let isLogEnabled { settings.isLogEnabled = isLogEnabled }
        if let countsBadge { settings.countsBadge = countsBadge }
        try settings.newMessage.take(newMessage, "NewMessage", rules.limits)
        try settings.newMessageWithMedia.take(newMessageWithMedia, "NewMessage.WithMedia", rules.limits)
        try settings.addedToConversation.take(addedToConversation, "AddedToConversation", rules.limits)
        try settings.removedFromConversation.take(removedFromConversation, "RemovedFromConversation", rules.limits)
        try transaction.put(settings, of: service)
        return settings
    }
}

extension NotificationSettings.Occasion {
    /// A template may have line breaks; it is shown to people and stands in no header.
    private static let templateCharacters = 1024

    fileprivate mutating func take(_ changes: UpdateNotifications.Changes, _ name: String, _ limits: Limits) throws(Refusal) {
        if let isEnabled = changes.isEnabled { self.isEnabled = isEnabled }
        if let template = changes.template {
            guard template.unicodeScalars.count <= Self.templateCharacters else {
                throw .invalid("\(name).Template", "longer than \(Self.templateCharacters) characters")
            }
            self.template = template
        }
        if let sound = changes.sound { self.sound = try limits.name(sound, "\(name).Sound") }
    }
}
