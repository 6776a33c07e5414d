/// What push notifications need: credentials of the account with a push network, and bindings of users' devices. Both are kept for
/// applications that push themselves; this gateway sends none.
public enum PushNetwork: String, Sendable, Codable, CaseIterable {
    case apn
    case gcm
    case fcm
    /// The user's connection to the gateway itself; there are no credentials for it.
    case twilsock
}

/// A credential's row, without its secrets: what is not in it cannot be returned or logged.
public struct PushCredential: Sendable, Hashable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case apn
        case gcm
        case fcm
    }

    public let sid: SID
    public var kind: Kind
    public var friendlyName: String?
    public var isSandbox: Bool
    public let created: Instant
    public var updated: Instant

    public init(sid: SID, kind: Kind, friendlyName: String?, isSandbox: Bool, created: Instant, updated: Instant) {
        self.sid = sid
        self.kind = kind
        self.friendlyName = friendlyName
        self.isSandbox = isSandbox
        self.created = created
        self.updated = updated
    }
}

/// The secrets of a credential on their way to the database. Nil leaves what is stored.
public struct PushSecrets: Sendable, Hashable, CustomStringConvertible {
    public var certificate: String?
    public var privateKey: String?
    public var apiKey: String?
    public var secret: String?

    public init(certificate: String? = nil, privateKey: String? = nil, apiKey: String? = nil, secret: String? = nil) {
        self.certificate = certificate
        self.privateKey = privateKey
        self.apiKey = apiKey
        self.secret = secret
    }

    public var description: String { "***" }
}

/// A device of a user that wants to be told of something.
public struct PushBinding: Sendable, Hashable {
    public enum MessageType: String, Sendable, Codable, CaseIterable {
        case newMessage = "new_message"
        case addedToConversation = "added_to_conversation"
        case removedFromConversation = "removed_from_conversation"
    }

    public let sid: SID
    public let service: SID
    public let identity: String
    public let network: PushNetwork
    /// The device as the push network knows it. It is shown to callers of the API, and never logged.
    public let endpoint: String
    public var credential: SID?
    /// In the order given, each once.
    public var messageTypes: [MessageType]
    public let created: Instant
    public var updated: Instant

    public init(
        sid: SID, service: SID, identity: String, network: PushNetwork, endpoint: String, credential: SID?, messageTypes: [MessageType],
        created: Instant, updated: Instant
    ) {
        self.sid = sid
        self.service = service
        self.identity = identity
        self.network = network
        self.endpoint = endpoint
        self.credential = credential
        self.messageTypes = messageTypes
        self.created = created
        self.updated = updated
    }
}

/// Which bindings a list shows. Empty sets show all.
public struct PushBindingFilter: Sendable, Hashable {
    public var service: SID
    public var networks: Set<PushNetwork>
    public var identities: Set<String>

    public init(service: SID, networks: Set<PushNetwork> = [], identities: Set<String> = []) {
        self.service = service
        self.networks = networks
        self.identities = identities
    }
}
