public import ParleyCore

/// A device of a user wants to be told of something. Given again for the same identity, network and endpoint, it takes the place of what
/// was said before. The contract has no way to make a binding over REST, so this is an operation of our own.
public struct BindDevice: Fact {
    public var service: SID
    public var identity: String
    public var network: PushNetwork
    public var endpoint: String
    public var credential: SID?
    public var messageTypes: [PushBinding.MessageType]

    /// In characters: tokens of push networks are at most a few hundred long.
    private static let endpointCharacters = 4096

    public init(
        in service: SID, identity: String, network: PushNetwork, endpoint: String, credential: SID?,
        messageTypes: [PushBinding.MessageType]
    ) {
        self.service = service
        self.identity = identity
        self.network = network
        self.endpoint = endpoint
        self.credential = credential
        self.messageTypes = messageTypes
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> PushBinding
    {
        let service = try transaction.live(service)
        let identity = try rules.limits.name(identity, "Identity")
        guard endpoint.unicodeScalars.count <= Self.endpointCharacters else {
            throw Refusal.invalid("Endpoint", "longer than \(Self.endpointCharacters) characters")
        }
        _ = try Limits.line(endpoint, "Endpoint")
        // The gateway's own connections need no credential, the others do.
        if credential == nil, network != .twilsock { throw Refusal.missing("CredentialSid") }
        if let credential, try transaction.credential(credential) == nil {
            throw Refusal.invalid("CredentialSid", "there is no such credential")
        }
        if var known = try transaction.pushBinding(of: identity, on: network, endpoint: endpoint, in: service.sid) {
            known.credential = credential
            known.messageTypes = messageTypes
            known.updated = stamp.now
            try transaction.update(known)
            return known
        }
        let binding = PushBinding(
            sid: stamp.identifiers.sid(.binding), service: service.sid, identity: identity, network: network, endpoint: endpoint,
            credential: credential, messageTypes: messageTypes, created: stamp.now, updated: stamp.now)
        try transaction.insert(binding)
        return binding
    }
}

/// A caller deleted a device's binding.
public struct DeleteBinding: Fact {
    public var binding: SID
    public var service: SID

    public init(_ binding: SID, of service: SID) {
        self.binding = binding
        self.service = service
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws {
        guard let row = try transaction.pushBinding(binding, of: try transaction.live(service).sid) else {
            throw Refusal.notFound("/Bindings/\(binding)")
        }
        try transaction.delete(pushBinding: row.sid)
    }
}
